import type { ServiceInfo } from '../../../shared/connection.ts'
import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/services.ts'
import { useNow } from '../../ui/use-now.ts'
import { ServiceRow } from './service-row.tsx'
import { serviceRates } from './service-rows.ts'
import type { RowActions } from './use-row-actions.ts'

import styles from './services.module.css'

/** Services as a table; on narrow screens two lines each. */
export function ServiceTable({ services, actions }: { services: readonly ServiceInfo[]; actions: RowActions }) {
  const { open, perService } = useLive()
  const rates = serviceRates(open, useNow())
  const { columns } = text
  return (
    // Scrolls sideways where room is short, so the keyboard must be able to get in.
    <div className={styles.tableBox} tabIndex={0} role="region" aria-label={text.table}>
      <table className={styles.table}>
        <caption>{text.table}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col" className={styles.wide}>
              {columns.target}
            </th>
            <th scope="col">{columns.state}</th>
            <th scope="col" data-right className={styles.middle}>
              {columns.connections}
            </th>
            <th scope="col" data-right className={styles.wide} title={text.rateHint}>
              {columns.rate}
            </th>
            <th scope="col" className={styles.wide}>
              {columns.framing}
            </th>
            <th scope="col" data-right>
              <span className={styles.hidden}>{columns.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <ServiceRow
              key={service.name}
              service={service}
              open={perService.get(service.name) ?? 0}
              rate={rates.get(service.name) ?? 0}
              actions={actions}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}
