import type { ConnectionInfo, FeedEvent } from '../../shared/connection.ts'
import { formatAge, formatBytes, formatCount } from '../../shared/units.ts'
import type { StateFilter } from './admin-client.ts'
import { oneLine } from './text.ts'

/**
 * What `connections --watch` prints of an event where there is no terminal: a line per connection that opens or ends.
 * A snapshot gives the connections that are open; counters in between give nothing.
 */
export function eventLines(event: FeedEvent, filter: StateFilter, now: number): string[] {
  switch (event.type) {
    case 'snapshot':
      return filter === 'open' || filter === 'all' ? event.open.map((connection) => line(now, 'open', connection)) : []
    case 'opened':
      return filter === 'open' || filter === 'all' ? [line(now, 'opened', event.connection)] : []
    case 'closed':
      return filter === 'refused' ? [] : [line(now, 'closed', event.connection)]
    case 'refused':
      return filter === 'refused' || filter === 'all' ? [line(now, 'refused', event.connection)] : []
    case 'traffic':
    case 'services':
    case 'policy':
      return []
    default:
      // An event of a later version: not ours to show.
      event satisfies never
      return []
  }
}

function line(now: number, verb: string, c: ConnectionInfo): string {
  const ending =
    c.ending === null
      ? []
      : [`${c.ending.code} ${c.ending.close}`, ...(c.state === 'refused' ? [] : [summary(c)]), c.ending.detail]
  const parts = [new Date(c.ending?.at ?? now).toISOString(), verb.padEnd(7), c.id, c.service, c.peer, ...ending]
  return parts.map(oneLine).join('  ').trimEnd()
}

function summary({ up, down, openedAt, ending }: ConnectionInfo): string {
  const flow = ({ messages, bytes }: typeof up) => `${formatCount(messages)} msgs ${formatBytes(bytes)}`
  return `↑ ${flow(up)}  ↓ ${flow(down)}  after ${formatAge((ending?.at ?? openedAt) - openedAt)}`
}
