import { Link } from '@tanstack/react-router'
import { FilePen } from 'lucide-react'

import { text } from '../messages/draft.ts'
import { useMayChange } from '../session/use-session.ts'
import { useDraft } from './use-draft.ts'

import styles from './draft.module.css'

/** In the top bar: how many changes wait; leads to their review. */
export function DraftPill() {
  const { changes } = useDraft()
  const mayChange = useMayChange()
  if (!mayChange || changes.length === 0) return null
  return (
    <Link to="/rules/review" className={styles.pill} aria-label={text.pill(changes.length)}>
      <FilePen size={13} aria-hidden="true" />
      <span className={styles.pillLong}>{text.pill(changes.length)}</span>
      <span className={styles.pillShort}>{text.pillShort(changes.length)}</span>
    </Link>
  )
}
