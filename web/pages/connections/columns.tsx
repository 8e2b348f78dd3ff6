import type { ReactNode } from 'react'

import { formatAge, formatBytes, formatLatency } from '../../../shared/units.ts'
import type { Row } from '../../live/live-store.ts'
import { ratesOf } from '../../live/rates.ts'
import { messages } from '../../messages.ts'
import {
  BothWays,
  BriefCauseCell,
  CauseCell,
  LiveCell,
  PeerCell,
  PingCell,
  RuleCell,
  ServiceCell,
  TotalsCell,
  TrafficCell,
  WhoCell,
} from './cells.tsx'
import { StateBadge } from './state-badge.tsx'

export type Tab = 'open' | 'closed' | 'refused'

/** How much room the table has. */
export type Room = 'broad' | 'wide' | 'medium' | 'narrow'

/** One column: `width` in pixels, or null to share what is left. */
export interface Column {
  readonly header: string
  readonly hint?: string
  readonly width: number | null
  readonly end?: boolean
  readonly cell: (row: Row, now: number) => ReactNode
}

const { columns: name, hints, ago } = messages.connections

const id: Column = { header: name.id, width: 104, cell: ({ info }) => <span className="mono dim">{info.id}</span> }
const service: Column = { header: name.service, width: null, cell: ({ info }) => <ServiceCell info={info} /> }
const peer: Column = { header: name.peer, width: null, cell: ({ info }) => <PeerCell info={info} /> }
const who: Column = { header: name.service, width: null, cell: ({ info }) => <WhoCell info={info} /> }
const state: Column = { header: name.state, width: 106, cell: ({ info }) => <StateBadge state={info.state} /> }
const live: Column = { header: name.live, width: 164, end: true, cell: (row, now) => <LiveCell row={row} now={now} /> }
const cause: Column = { header: name.cause, width: null, cell: ({ info }) => <CauseCell info={info} /> }
const briefCause: Column = { header: name.cause, width: null, cell: ({ info }) => <BriefCauseCell info={info} /> }
const age: Column = {
  header: name.age,
  width: 88,
  end: true,
  cell: ({ info }, now) => <span title={exact(info.openedAt)}>{formatAge(now - info.openedAt)}</span>,
}
const up: Column = {
  header: name.up,
  hint: hints.up,
  width: 152,
  end: true,
  cell: ({ info, samples }, now) => <TrafficCell traffic={info.up} rate={ratesOf(samples, now).up} />,
}
const down: Column = {
  header: name.down,
  hint: hints.down,
  width: 152,
  end: true,
  cell: ({ info, samples }, now) => <TrafficCell traffic={info.down} rate={ratesOf(samples, now).down} />,
}
const queue: Column = {
  header: name.queue,
  hint: hints.queue,
  width: 92,
  end: true,
  cell: ({ info: { queued } }) => (
    <BothWays toClient={queued.toClient} toService={queued.toService} format={formatBytes} />
  ),
}
const paused: Column = {
  header: name.paused,
  hint: hints.paused,
  width: 84,
  end: true,
  // Reading from one side pauses because the other is slow, so the pause of the service is that on the way to the client.
  cell: ({ info }) => <BothWays toClient={info.paused.service} toService={info.paused.client} format={formatLatency} />,
}
const ping: Column = { header: name.ping, width: 80, end: true, cell: ({ info }) => <PingCell info={info} /> }
const ended: Column = {
  header: name.ended,
  width: 116,
  end: true,
  cell: ({ info }, now) => {
    const at = info.ending?.at ?? info.openedAt
    return <span title={exact(at)}>{ago(now - at)}</span>
  },
}
const lasted: Column = {
  header: name.lasted,
  width: 88,
  end: true,
  cell: ({ info }) => formatAge((info.ending?.at ?? info.openedAt) - info.openedAt),
}
const rule: Column = { header: name.rule, hint: hints.rule, width: 100, cell: ({ info }) => <RuleCell info={info} /> }
const totals: Column = {
  header: `${name.up} / ${name.down}`,
  width: 176,
  end: true,
  cell: ({ info }) => <TotalsCell info={info} />,
}

/** The columns of each list, by the room there is. */
export const columnsOf: Readonly<Record<Tab, Readonly<Record<Room, readonly Column[]>>>> = {
  open: {
    broad: [id, service, peer, rule, age, up, down, queue, paused, ping, state],
    wide: [id, service, peer, age, up, down, queue, paused, ping, state],
    medium: [who, age, up, down, state],
    narrow: [who, live],
  },
  closed: {
    broad: [id, { ...service, width: 210 }, { ...peer, width: 210 }, rule, cause, totals, lasted, ended],
    wide: [id, { ...service, width: 210 }, { ...peer, width: 190 }, cause, totals, lasted, ended],
    medium: [{ ...who, width: 200 }, cause, ended],
    narrow: [{ ...who, width: 132 }, briefCause],
  },
  refused: {
    broad: [id, { ...service, width: 210 }, { ...peer, width: 210 }, rule, cause, { ...ended, header: name.when }],
    wide: [id, { ...service, width: 210 }, { ...peer, width: 190 }, rule, cause, { ...ended, header: name.when }],
    medium: [{ ...who, width: 200 }, cause, { ...ended, header: name.when }],
    narrow: [{ ...who, width: 132 }, briefCause],
  },
}

function exact(at: number): string {
  return new Date(at).toISOString()
}
