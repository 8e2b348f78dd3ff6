import type { CloseManyResult } from '../../shared/api.ts'
import { formatCount } from '../../shared/units.ts'
import { text } from '../messages/close.ts'
import { oneLine } from '../ui/one-line.ts'
import { sentReason } from './close-plan.ts'
import type { Plan } from './close-plan.ts'

import styles from './close.module.css'

interface PreviewProps {
  readonly plan: Plan
  /** What the gateway says would be closed; undefined while it has not. */
  readonly result: CloseManyResult | undefined
  /** How many were asked for; null when a filter says it. */
  readonly asked: number | null
  readonly many: boolean
}

/** What clients would get, and how many of which service are meant. */
export function Preview({ plan, result, asked, many }: PreviewProps) {
  const services = Object.entries(result?.perService ?? {}).toSorted(([, a], [, b]) => b - a)
  const gone = result === undefined || asked === null ? 0 : asked - result.count
  return (
    <div className={styles.preview}>
      <p className={styles.label}>{text.preview}</p>
      <p className="mono wrap">{text.wire(Number(plan.code), oneLine(sentReason(plan)))}</p>
      {result?.count === 0 && <p>{text.none}</p>}
      {many && services.length > 0 && (
        <div className={styles.services} tabIndex={0} role="region" aria-label={text.perService}>
          <table aria-label={text.perService}>
            <thead>
              <tr>
                <th scope="col">{text.service}</th>
                <th scope="col">{text.count}</th>
              </tr>
            </thead>
            <tbody>
              {services.map(([name, count]) => (
                <tr key={name}>
                  <td className="wrap">{oneLine(name)}</td>
                  <td className="num">{formatCount(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {many && result !== undefined && result.count > 0 && (
        <p className="dim">
          {text.takes(result.takesMs)} {gone > 0 && text.gone(gone)}
        </p>
      )}
    </div>
  )
}
