import { Link } from '@tanstack/react-router'

import { useDraft } from '../../policy/use-draft.ts'
import { entryPlace } from './problem-place.ts'

/** The id of an entry, which leads to its editor; of what is built in or fixed only the id. */
export function EntryLink({ id }: { id: string }) {
  const { document } = useDraft()
  const place = entryPlace(id, document)
  if (place === null) return <code>{id}</code>
  return (
    <Link to={place.path} search={{ edit: id }}>
      <code>{id}</code>
    </Link>
  )
}
