import { Card, Title } from '@mantine/core'

import { causes } from '../../../shared/causes.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { formatAge, formatCount } from '../../../shared/units.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text as all } from '../../messages/services.ts'
import { AppLink, connectionsPath, filterWord } from '../../ui/app-link.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { useNow } from '../../ui/use-now.ts'
import { When } from '../../ui/when.tsx'

import styles from './service.module.css'

const text = all.page

/** Lines of each list; the whole list is a page of its own. */
const SHOWN = 6

/** The newest connections to the service. */
export function ConnectionsCard({ name }: { name: string }) {
  const { open } = useLive()
  const now = useNow()
  const own = open.filter(({ info }) => info.service === name)
  return (
    <Card component="section" aria-labelledby="connections-title" padding={0}>
      <div className={styles.head}>
        <Title order={2} id="connections-title">
          {text.connections}
        </Title>
        {own.length > 0 && (
          <AppLink to={connectionsPath(filterWord('service', name))}>{text.allConnections(own.length)}</AppLink>
        )}
      </div>
      {own.length === 0 ? (
        <p className={styles.nothing}>{text.noConnections}</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{text.client}</th>
              <th scope="col" data-right>
                {text.age}
              </th>
              <th scope="col" data-right>
                {text.traffic}
              </th>
            </tr>
          </thead>
          <tbody>
            {own.slice(0, SHOWN).map(({ info }) => (
              <tr key={info.id}>
                <td className="wrap">
                  <AppLink to={`/connections/${info.id}`}>{oneLine(info.user ?? info.peer)}</AppLink>
                </td>
                <td data-right className="num nowrap">
                  {formatAge(now - info.openedAt)}
                </td>
                <td data-right className="num nowrap">
                  {formatCount(info.up.messages + info.down.messages)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

/** The newest that were refused or ended otherwise than normally. */
export function TroubleCard({ name, trouble }: { name: string; trouble: readonly ConnectionInfo[] }) {
  return (
    <Card component="section" aria-labelledby="trouble-title" padding={0}>
      <div className={styles.head}>
        <Title order={2} id="trouble-title">
          {text.trouble}
        </Title>
        {trouble.some(({ state }) => state === 'refused') && (
          <AppLink to={connectionsPath(filterWord('service', name), 'refused')}>{text.troubleMore}</AppLink>
        )}
      </div>
      {trouble.length === 0 ? (
        <p className={styles.nothing}>{text.troubleNone}</p>
      ) : (
        <ul className={styles.trouble}>
          {trouble.slice(0, SHOWN).map((info) => (
            <Trouble key={info.id} info={info} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Trouble({ info: { id, peer, user, openedAt, ending } }: { info: ConnectionInfo }) {
  return (
    <li>
      <p>
        <AppLink to={`/connections/${id}`}>{ending === null ? id : causes[ending.code].title}</AppLink>
        <span className="dim">
          <When at={ending?.at ?? openedAt} />
        </span>
      </p>
      <p className="dim wrap">{messages.sentence(oneLine(ending?.detail || (user ?? peer)))}</p>
    </li>
  )
}
