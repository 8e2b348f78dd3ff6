import { createColors } from 'picocolors'

import type { StatusInfo } from '../../shared/connection.ts'
import { formatAge, formatBytes, formatCount } from '../../shared/units.ts'
import type { StateFilter } from './admin-client.ts'
import { connectionColumns } from './connection-columns.ts'
import type { LiveConnections } from './live-connections.ts'
import { renderTable } from './table.ts'
import { oneLine, textWidth, truncate } from './text.ts'

/** What the page is drawn from. */
export interface WatchPage {
  readonly live: LiveConnections
  readonly filter: StateFilter
  /** Null before the first answer. */
  readonly status: StatusInfo | null
  /** What went wrong or changed lately, as a sentence; null when all is well. */
  readonly notice: { readonly text: string; readonly bad: boolean } | null
  /** Whether there is no gateway at the moment. */
  readonly lost: boolean
  readonly where: string
  readonly now: number
  readonly width: number
  readonly height: number
  readonly color: boolean
}

/** The lines of the full-screen view: totals, a notice, the newest connections that fit, and how to leave. Pure. */
export function renderWatch(page: WatchPage): string[] {
  const { live, filter, now, width, height, notice } = page
  const colors = createColors(page.color)
  const head = [header(page), '']
  if (notice !== null) {
    const text = truncate(oneLine(notice.text), width)
    head.splice(1, 0, notice.bad ? colors.yellow(text) : colors.green(text))
  }
  const space = Math.max(1, height - head.length - 3) // the table's header, a blank line, the last line
  const rows = live.rows(filter, now, space)
  const table =
    rows.length === 0
      ? [colors.dim(truncate(page.status === null ? '' : empty(filter), width))]
      : renderTable(connectionColumns, rows, { width, color: page.color })
  const body = [...head, ...table].slice(0, Math.max(0, height - 1))
  while (body.length < height - 1) body.push('')
  const hidden = live.count(filter, now) - rows.length
  const more = hidden > 0 ? `${formatCount(hidden)} older not shown · ` : ''
  return [...body, colors.dim(truncate(`${more}q quits · ↑ client to service  ↓ service to client`, width))]
}

function header({ live, status, lost, where, now, width, color }: WatchPage): string {
  const colors = createColors(color)
  const { up, down } = live.totals(now)
  const flow = (arrow: string, { messages, bytes }: typeof up) =>
    `${arrow} ${formatCount(messages)} msg/s ${formatBytes(bytes)}/s`
  const title = status === null ? 'sockgate' : `sockgate ${oneLine(status.version)}`
  const parts = [
    `${formatCount(live.openCount)} open`,
    ...(lost ? ['as it was when the gateway was last seen'] : [flow('↑', up), flow('↓', down)]),
    ...(status === null || lost ? [] : [`up ${formatAge(now - status.startedAt)}`]),
    ...(status?.state === 'draining' ? ['draining'] : []),
  ]
  const left = truncate(`${title}  ${parts.join(' · ')}`, width)
  const painted = left.startsWith(title) ? colors.bold(title) + left.slice(title.length) : left
  const space = width - textWidth(left) - textWidth(where)
  return space < 2 ? painted : painted + ' '.repeat(space) + colors.dim(where)
}

function empty(filter: StateFilter): string {
  if (filter === 'open') return 'No connection is open. Connect a client and it appears here.'
  return filter === 'all' ? 'There was no connection yet.' : `No connection was ${filter} yet.`
}
