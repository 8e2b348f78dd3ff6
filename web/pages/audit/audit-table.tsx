import { Link } from '@tanstack/react-router'

import type { AuditEntry } from '../../../shared/api.ts'
import { text } from '../../messages/audit.ts'
import { Copyable } from '../../ui/copy-button.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { When } from '../../ui/when.tsx'

import styles from './audit.module.css'

/** Entries as a table; on narrow screens it scrolls sideways. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const { columns } = text
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={text.table}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.end}>
              {columns.seq}
            </th>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.actor}</th>
            <th scope="col">{columns.action}</th>
            <th scope="col">{columns.object}</th>
            <th scope="col">{columns.result}</th>
            <th scope="col">{columns.from}</th>
            <th scope="col">{columns.detail}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.seq} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ entry: { seq, at, actor, action, object, result, from, requestId, detail } }: { entry: AuditEntry }) {
  return (
    <tr>
      <td className={`${styles.end} num dim`}>{seq}</td>
      <td className="nowrap">
        <When at={at} />
      </td>
      <td className="strong wrap">{oneLine(actor)}</td>
      <td className="mono nowrap">{action}</td>
      <td className="wrap">
        <ObjectOf object={object} />
      </td>
      <td>
        <span className={styles.result} data-result={result}>
          {text.results[result]}
        </span>
      </td>
      <td className="mono nowrap">{from}</td>
      <td className={styles.detail}>
        <span className="wrap">{oneLine(detail)}</span>
        {requestId !== '' && (
          <span title={text.requestId(requestId)}>
            <Copyable value={requestId} label={text.copyRequestId} />
          </span>
        )}
      </td>
    </tr>
  )
}

/** Versions lead to the history. */
function ObjectOf({ object }: { object: string }) {
  const [, version] = /^version (\d+)$/.exec(object) ?? []
  if (version === undefined) return oneLine(object)
  const before = Number(version) - 1
  return (
    <Link to="/history" search={(before > 0 ? { compare: `${before}..${version}` } : {}) as never}>
      {object}
    </Link>
  )
}
