import { Link } from '@tanstack/react-router'

import type { PolicyChange } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { text } from '../messages/review.ts'
import { lineDiff } from './line-diff.ts'
import type { Piece } from './line-diff.ts'

import styles from './change-list.module.css'

const pages = {
  redirects: '/rules/redirection',
  rules: '/rules/firewall',
  tests: '/rules/tests',
  defaults: null,
} as const

/** What the changes were made from, and what came of it: with both, places in the order are told. */
export interface Documents {
  readonly before: PolicyDocument
  readonly after: PolicyDocument
}

interface ChangeListProps {
  readonly changes: readonly PolicyChange[]
  readonly documents?: Documents | undefined
}

/** Entries that change one by one, each with its line before and after; words that differ are marked. */
export function ChangeList({ changes, documents }: ChangeListProps) {
  return (
    <ul className={styles.list}>
      {byEntry(changes).map(({ change, moved }) => (
        <li key={`${change.list} ${change.id}`} data-change={change.change}>
          <span className={styles.kinds}>
            <span className={styles.kind} data-change={change.change}>
              {text.kinds[change.change]}
            </span>
            {moved && change.change !== 'moved' && <span className={styles.kind}>{text.kinds.moved}</span>}
          </span>
          <span className={styles.what}>
            {text.lists[change.list]} <Id change={change} />
          </span>
          <Lines change={change} place={moved ? placeText(change, documents) : null} />
        </li>
      ))}
    </ul>
  )
}

/** An entry that is changed and moved is one to whoever reads. */
export function byEntry(changes: readonly PolicyChange[]): { change: PolicyChange; moved: boolean }[] {
  const entries = new Map<string, { change: PolicyChange; moved: boolean }>()
  for (const change of changes) {
    const key = `${change.list} ${change.id}`
    const before = entries.get(key)
    const moved = change.change === 'moved'
    entries.set(key, before === undefined ? { change, moved } : { change: before.change, moved: before.moved || moved })
  }
  return [...entries.values()]
}

function placeText({ list, id }: PolicyChange, documents: Documents | undefined): string {
  if (documents === undefined || list === 'defaults') return text.moved
  const place = (document: PolicyDocument) => document[list].findIndex((entry) => entry.id === id) + 1
  const [from, to] = [place(documents.before), place(documents.after)]
  // It went past others that are new or gone.
  return from === to ? text.moved : text.movedFrom(from, to, documents.after[list].length)
}

function Id({ change: { list, id, change } }: { change: PolicyChange }) {
  const page = pages[list]
  if (page === null || change === 'removed') return <code>{id}</code>
  return (
    <Link to={page} search={{ edit: id }}>
      <code>{id}</code>
    </Link>
  )
}

function Lines({ change: { change, before, after }, place }: { change: PolicyChange; place: string | null }) {
  const diff = before !== null && after !== null ? lineDiff(before, after) : null
  const unchanged = change === 'moved'
  return (
    <div className={styles.lines}>
      {unchanged && <code className={styles.line}>{after ?? before}</code>}
      {!unchanged && before !== null && (
        <del className={styles.line}>
          <Sign text="−" label={text.before} />
          <Pieces pieces={diff?.before ?? [{ text: before, changed: false }]} />
        </del>
      )}
      {!unchanged && after !== null && (
        <ins className={styles.line}>
          <Sign text="+" label={text.after} />
          <Pieces pieces={diff?.after ?? [{ text: after, changed: false }]} />
        </ins>
      )}
      {place !== null && <span className="dim">{place}</span>}
    </div>
  )
}

function Sign({ text: sign, label }: { text: string; label: string }) {
  return (
    <span className={styles.sign} role="img" aria-label={label}>
      {sign}
    </span>
  )
}

export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  // A piece has no other name than its place.
  // oxlint-disable-next-line react/no-array-index-key
  return pieces.map((piece, i) =>
    piece.changed ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>,
  )
}
