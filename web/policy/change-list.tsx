import { Link } from '@tanstack/react-router'

import type { PolicyChange } from '../../shared/api.ts'
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

/** Changes one by one, each with its line before and after; words that differ are marked. */
export function ChangeList({ changes }: { changes: readonly PolicyChange[] }) {
  return (
    <ul className={styles.list}>
      {changes.map((change) => (
        <li key={`${change.list} ${change.id} ${change.change}`} data-change={change.change}>
          <span className={styles.kind} data-change={change.change}>
            {text.kinds[change.change]}
          </span>
          <span className={styles.what}>
            {text.lists[change.list]} <Id change={change} />
          </span>
          <Lines change={change} />
        </li>
      ))}
    </ul>
  )
}

function Id({ change: { list, id, change } }: { change: PolicyChange }) {
  const page = pages[list]
  if (page === null || change === 'removed') return <code>{id}</code>
  return (
    <Link to={page} search={{ edit: id } as never}>
      <code>{id}</code>
    </Link>
  )
}

function Lines({ change: { change, before, after } }: { change: PolicyChange }) {
  if (change === 'moved') {
    return (
      <div className={styles.lines}>
        <code className={styles.line}>{after ?? before}</code>
        <span className="dim">{text.moved}</span>
      </div>
    )
  }
  const diff = before !== null && after !== null ? lineDiff(before, after) : null
  return (
    <div className={styles.lines}>
      {before !== null && (
        <del className={styles.line}>
          <Sign text="−" label={text.before} />
          <Pieces pieces={diff?.before ?? [{ text: before, changed: false }]} />
        </del>
      )}
      {after !== null && (
        <ins className={styles.line}>
          <Sign text="+" label={text.after} />
          <Pieces pieces={diff?.after ?? [{ text: after, changed: false }]} />
        </ins>
      )}
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

function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  // A piece has no other name than its place.
  // oxlint-disable-next-line react/no-array-index-key
  return pieces.map((piece, i) =>
    piece.changed ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>,
  )
}
