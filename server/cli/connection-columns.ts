import type { ConnectionInfo } from '../../shared/connection.ts'
import { formatAge, formatBytes, formatCount, formatLatency } from '../../shared/units.ts'
import type { Color, Column } from './table.ts'

/** What a row of the connections table shows. */
export interface ConnectionRow {
  readonly connection: ConnectionInfo
  /** Milliseconds since 1970. */
  readonly now: number
  /** Per second, over the last second; null where they are not measured. */
  readonly rates: Rates | null
}

/** Messages and bytes per second in each direction. */
export interface Rates {
  readonly up: { readonly messages: number; readonly bytes: number }
  readonly down: { readonly messages: number; readonly bytes: number }
}

/** The columns of `connections`. ↑ is client to service, ↓ service to client. */
export const connectionColumns: readonly Column<ConnectionRow>[] = [
  { title: 'ID', value: ({ connection: c }) => c.id, color: dimWhenEnded },
  { title: 'SERVICE', value: ({ connection: c }) => c.service, min: 8, color: serviceColor },
  { title: 'PEER', value: ({ connection: c }) => c.peer, min: 15, priority: 1, color: dimWhenEnded },
  {
    title: 'USER',
    value: ({ connection: c }) => c.user ?? '',
    min: 6,
    priority: 1,
    optional: true,
    color: dimWhenEnded,
  },
  { title: 'AGE', align: 'right', value: age, color: dimWhenEnded },
  number('↑ MSGS', 2, ({ connection: c }) => formatCount(c.up.messages)),
  number('↑ BYTES', 6, ({ connection: c }) => formatBytes(c.up.bytes)),
  rate('↑ MSG/S', 4, ({ up }) => perSecond(up.messages)),
  rate('↑ BYTE/S', 8, ({ up }) => (up.bytes === 0 ? '–' : formatBytes(up.bytes))),
  number('↓ MSGS', 2, ({ connection: c }) => formatCount(c.down.messages)),
  number('↓ BYTES', 6, ({ connection: c }) => formatBytes(c.down.bytes)),
  rate('↓ MSG/S', 4, ({ down }) => perSecond(down.messages)),
  rate('↓ BYTE/S', 8, ({ down }) => (down.bytes === 0 ? '–' : formatBytes(down.bytes))),
  number('QUEUE', 7, ({ connection: c }) => some(c.queued.toClient + c.queued.toService, formatBytes)),
  number('PAUSED', 9, ({ connection: c }) => some(c.paused.client + c.paused.service, formatLatency)),
  number('PING', 5, ({ connection: c }) => (c.pingMs === null ? '–' : formatLatency(c.pingMs))),
  {
    // Live, the room is for rates.
    title: 'RULE',
    value: ({ connection: c, rates }) => (rates === null ? (c.rules.at(-1) ?? '') : ''),
    priority: 10,
    optional: true,
    color: () => 'dim',
  },
  { title: 'STATE', value: state, color: stateColor },
  {
    title: 'WHY',
    value: ({ connection: c }) => c.ending?.detail ?? '',
    optional: true,
    priority: 3,
    min: 24,
    color: dimWhenEnded,
  },
]

function number(title: string, priority: number, counted: (row: ConnectionRow) => string): Column<ConnectionRow> {
  const value = (row: ConnectionRow) => (row.connection.state === 'refused' ? '–' : counted(row))
  return { title, align: 'right', priority, value, color: (row) => (value(row) === '–' ? 'dim' : dimWhenEnded(row)) }
}

function rate(title: string, priority: number, value: (rates: Rates) => string): Column<ConnectionRow> {
  return {
    title,
    align: 'right',
    priority,
    value: ({ rates, connection: { state: word } }) => (rates === null ? '' : word === 'open' ? value(rates) : '–'),
    color: ({ rates }) => (rates === null || value(rates) === '–' ? 'dim' : null),
    optional: true,
  }
}

function age({ connection: c, now }: ConnectionRow): string {
  return c.state === 'refused' ? '–' : formatAge((c.ending?.at ?? now) - c.openedAt)
}

const perSecond = (messages: number) => (messages === 0 ? '–' : formatCount(Math.max(1, messages)))

const some = (value: number, format: (value: number) => string) => (value === 0 ? '–' : format(value))

function state({ connection: { state: word, ending } }: ConnectionRow): string {
  return ending === null ? word : `${ending.code} ${ending.close}`
}

/** Endings of which nobody needs to take notice. */
const USUAL: ReadonlySet<string> = new Set(['client-closed', 'service-ended'])

function stateColor({ connection: { state: word, ending } }: ConnectionRow): Color | null {
  if (ending !== null) return USUAL.has(ending.code) ? 'dim' : 'red'
  return word === 'open' ? 'green' : 'yellow'
}

function serviceColor(row: ConnectionRow): Color | null {
  return row.connection.ending === null ? 'cyan' : 'dim'
}

function dimWhenEnded({ connection: { ending } }: ConnectionRow): Color | null {
  return ending === null ? null : 'dim'
}
