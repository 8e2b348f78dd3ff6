import { Button } from '@mantine/core'
import { FilePenLine } from 'lucide-react'
import { useMemo } from 'react'

import { text } from '../../messages/rules.ts'
import { useDraft } from '../../policy/use-draft.ts'
import { useAccount } from '../../session/use-session.ts'
import { Notice } from '../../ui/notice.tsx'
import { readText } from './read-text.ts'
import { useUnapplied } from './text-store.ts'

/** Tells in the table that there is text which the draft does not have, so that it is not forgotten. */
export function UnappliedNotice({ onOpen }: { onOpen: () => void }) {
  const { user } = useAccount()
  const { document } = useDraft()
  const [unapplied, setUnapplied] = useUnapplied(user)
  const problems = useMemo(
    () => (unapplied === null ? 0 : (readText(unapplied.text, document).problems?.length ?? 0)),
    [unapplied, document],
  )
  if (unapplied === null) return null
  return (
    <Notice
      tone="warning"
      icon={<FilePenLine size={20} />}
      title={text.textView.pendingTitle}
      actions={
        <>
          <Button size="xs" onClick={onOpen}>
            {text.textView.goOn}
          </Button>
          <Button size="xs" variant="default" onClick={() => setUnapplied(null)}>
            {text.textView.discard}
          </Button>
        </>
      }
    >
      <p>{text.textView.pendingDetail(problems)}</p>
    </Notice>
  )
}
