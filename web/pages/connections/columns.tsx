import type { ReactNode } from 'react'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import { formatAge, formatBytes, formatCount } from '../../../shared/units.ts'
import type { Row } from '../../live/live-store.ts'
import { ratesOf } from '../../live/rates.ts'
import { text } from '../../messages/connections.ts'
import { oneLine } from '../../ui/one-line.ts'
import {
  CauseCell,
  ClientCell,
  closeWord,
  Dash,
  OriginCell,
  PausedCell,
  PingCell,
  QueueCell,
  RuleCell,
  ServiceCell,
  TotalCell,
  TrafficCell,
} from './cells.tsx'
import type { RuleNames } from './rule-names.ts'
import { shownState, StateBadge } from './state-badge.tsx'

export type Tab = 'open' | 'closed' | 'refused'
export type ColumnId = keyof typeof text.columns

/** What cells need besides their row; the same object until something of it changes. */
export interface CellContext {
  readonly rules: RuleNames
  /** Waiting bytes at which the other side is no longer read; null when unknown. */
  readonly queueLimit: number | null
}

/** One column. Numbers sort up from the least, words by letters; null comes last. */
export interface Column {
  readonly id: ColumnId
  readonly header: string
  readonly hint?: string
  /** In pixels, unless somebody has set another. */
  readonly width: number
  /** Takes what is left of the width. */
  readonly grows?: boolean
  readonly end?: boolean
  /** @param tabIndex of links: only those of one row are on the way of the Tab key */
  readonly cell: (row: Row, now: number, context: CellContext, tabIndex: number) => ReactNode
  readonly sort: (row: Row, now: number, context: CellContext) => number | string | null
}

const { columns: name, hints } = text
const endOf = ({ ending, openedAt }: ConnectionInfo): number => ending?.at ?? openedAt
const STATES = ['open', 'paused', 'closing', 'closed', 'refused']

/** A rate, and among those at rest the total: that is less than 1. */
const rateOf = (rate: number, bytes: number): number => (rate >= 1 ? rate : bytes / 2 ** 53)

const moment = (at: number, now: number) => <span title={new Date(at).toISOString()}>{text.ago(now - at)}</span>

const word = (value: string) => (value === '' ? <Dash /> : <span title={oneLine(value)}>{oneLine(value)}</span>)

/** Catalog of all columns, in the order in which the chooser lists them. */
export const columns: readonly Column[] = [
  {
    id: 'state',
    header: name.state,
    width: 94,
    cell: ({ info }) => <StateBadge state={shownState(info)} />,
    sort: ({ info }) => STATES.indexOf(shownState(info)),
  },
  {
    id: 'id',
    header: name.id,
    width: 104,
    cell: ({ info }) => <span className="mono dim">{info.id}</span>,
    sort: ({ info }) => info.id,
  },
  {
    id: 'client',
    header: name.client,
    width: 160,
    grows: true,
    cell: ({ info }, _now, _context, tabIndex) => <ClientCell info={info} tabIndex={tabIndex} />,
    sort: ({ info }) => natural(info.user ?? info.peer),
  },
  {
    id: 'service',
    header: name.service,
    width: 132,
    cell: ({ info }, _now, { rules }) => (
      <ServiceCell info={info} redirected={info.rules.some((id) => rules.isRedirect(id))} />
    ),
    sort: ({ info }) => natural(info.service),
  },
  {
    id: 'cause',
    header: name.cause,
    width: 190,
    grows: true,
    cell: ({ info }) => <CauseCell info={info} />,
    sort: ({ info }) => info.ending?.code ?? null,
  },
  {
    id: 'age',
    header: name.age,
    width: 82,
    end: true,
    cell: ({ info }, now) => (
      <span title={new Date(info.openedAt).toISOString()}>{formatAge(now - info.openedAt)}</span>
    ),
    sort: ({ info }, now) => now - info.openedAt,
  },
  {
    id: 'in',
    header: name.in,
    hint: hints.in,
    width: 96,
    end: true,
    cell: ({ info, samples }, now) =>
      info.ending === null ? (
        <TrafficCell traffic={info.up} rate={ratesOf(samples, now).up} />
      ) : (
        <TotalCell traffic={info.up} />
      ),
    sort: ({ info, samples }, now) => rateOf(ratesOf(samples, now).up, info.up.bytes),
  },
  {
    id: 'out',
    header: name.out,
    hint: hints.out,
    width: 96,
    end: true,
    cell: ({ info, samples }, now) =>
      info.ending === null ? (
        <TrafficCell traffic={info.down} rate={ratesOf(samples, now).down} />
      ) : (
        <TotalCell traffic={info.down} />
      ),
    sort: ({ info, samples }, now) => rateOf(ratesOf(samples, now).down, info.down.bytes),
  },
  {
    id: 'queue',
    header: name.queue,
    hint: hints.queue,
    width: 106,
    cell: ({ info }, _now, { queueLimit }) => <QueueCell info={info} limit={queueLimit} />,
    sort: ({ info }) => info.queued.toClient + info.queued.toService,
  },
  {
    id: 'ping',
    header: name.ping,
    hint: hints.ping,
    width: 68,
    end: true,
    cell: ({ info }) => <PingCell info={info} />,
    sort: ({ info }) => info.pingMs,
  },
  {
    id: 'rule',
    header: name.rule,
    hint: hints.rule,
    width: 116,
    cell: ({ info }, _now, { rules }, tabIndex) => (
      <RuleCell info={info} rule={rules.of(info.rules.at(-1))} tabIndex={tabIndex} />
    ),
    sort: ({ info }, _now, { rules }) => natural(rules.of(info.rules.at(-1)).name),
  },
  {
    id: 'origin',
    header: name.origin,
    width: 118,
    cell: ({ info }) => <OriginCell info={info} />,
    sort: ({ info }) => info.origin,
  },
  {
    id: 'user',
    header: name.user,
    width: 120,
    cell: ({ info }) => word(info.user ?? ''),
    sort: ({ info }) => info.user,
  },
  {
    id: 'target',
    header: name.target,
    width: 170,
    cell: ({ info }) => word(info.target),
    sort: ({ info }) => info.target,
  },
  {
    id: 'listener',
    header: name.listener,
    width: 180,
    cell: ({ info }) => word(info.listener),
    sort: ({ info }) => info.listener,
  },
  { id: 'codec', header: name.codec, width: 96, cell: ({ info }) => word(info.codec), sort: ({ info }) => info.codec },
  { id: 'view', header: name.view, width: 96, cell: ({ info }) => word(info.view), sort: ({ info }) => info.view },
  {
    id: 'rules',
    header: name.rules,
    hint: hints.rules,
    width: 170,
    cell: ({ info }) => word(info.rules.join(' → ')),
    sort: ({ info }) => info.rules.join(' '),
  },
  {
    id: 'policy',
    header: name.policy,
    width: 118,
    end: true,
    cell: ({ info }) => (info.policy === 0 ? <Dash /> : formatCount(info.policy)),
    sort: ({ info }) => info.policy,
  },
  {
    id: 'messages',
    header: name.messages,
    width: 104,
    end: true,
    cell: ({ info }) => formatCount(info.up.messages + info.down.messages),
    sort: ({ info }) => info.up.messages + info.down.messages,
  },
  {
    id: 'bytes',
    header: name.bytes,
    width: 96,
    end: true,
    cell: ({ info }) => (
      <span title={`${info.up.bytes + info.down.bytes} B`}>{formatBytes(info.up.bytes + info.down.bytes)}</span>
    ),
    sort: ({ info }) => info.up.bytes + info.down.bytes,
  },
  {
    id: 'paused',
    header: name.paused,
    hint: hints.paused,
    width: 92,
    end: true,
    cell: ({ info }) => <PausedCell info={info} />,
    sort: ({ info }) => Math.max(info.paused.client, info.paused.service),
  },
  {
    id: 'opened',
    header: name.opened,
    width: 116,
    end: true,
    cell: ({ info }, now) => moment(info.openedAt, now),
    sort: ({ info }) => info.openedAt,
  },
  {
    id: 'lasted',
    header: name.lasted,
    width: 88,
    end: true,
    cell: ({ info }) => (info.ending === null ? <Dash /> : formatAge(endOf(info) - info.openedAt)),
    sort: ({ info }) => (info.ending === null ? null : endOf(info) - info.openedAt),
  },
  {
    id: 'ended',
    header: name.ended,
    width: 116,
    end: true,
    cell: ({ info }, now) => (info.ending === null ? <Dash /> : moment(endOf(info), now)),
    sort: ({ info }) => info.ending?.at ?? null,
  },
  {
    id: 'code',
    header: name.code,
    hint: hints.code,
    width: 84,
    end: true,
    cell: ({ info }) => (info.ending === null ? <Dash /> : closeWord(info.ending.close)),
    sort: ({ info }) => info.ending?.close ?? null,
  },
]

const byId = new Map(columns.map((column) => [column.id, column]))

/** The columns of these ids, in their order; what is not known is left out. */
export function columnsOf(ids: readonly string[]): readonly Column[] {
  return ids.flatMap((id) => byId.get(id as ColumnId) ?? [])
}

/** Columns shown while nobody has chosen others, for a table so many pixels wide. */
export function defaultColumns(tab: Tab, width: number): readonly ColumnId[] {
  const fitting = DEFAULTS[tab].find(([least]) => width >= least)
  return (fitting ?? DEFAULTS[tab].at(-1)!)[1]
}

const DEFAULTS: Readonly<Record<Tab, readonly (readonly [number, readonly ColumnId[]])[]>> = {
  open: [
    [1320, ['state', 'id', 'client', 'service', 'age', 'in', 'out', 'queue', 'ping', 'rule', 'origin']],
    [1180, ['state', 'client', 'service', 'age', 'in', 'out', 'queue', 'ping', 'rule', 'origin']],
    [980, ['state', 'client', 'service', 'age', 'in', 'out', 'queue', 'rule']],
    [0, ['state', 'client', 'service', 'age', 'queue']],
  ],
  closed: [
    [1180, ['id', 'client', 'service', 'cause', 'in', 'out', 'lasted', 'rule', 'ended']],
    [900, ['client', 'service', 'cause', 'lasted', 'ended']],
    [0, ['client', 'service', 'cause', 'ended']],
  ],
  refused: [
    [1180, ['id', 'client', 'service', 'origin', 'cause', 'rule', 'ended']],
    [900, ['client', 'service', 'cause', 'rule', 'ended']],
    [0, ['client', 'service', 'cause', 'ended']],
  ],
}

/** Letters without their case, and numbers by their size: `10.0.0.2` stands before `10.0.0.10`. */
function natural(value: string): string {
  return value.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(6, '0'))
}
