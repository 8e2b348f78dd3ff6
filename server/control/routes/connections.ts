import { z } from 'zod'

import { connectionSelection, PAGE_SIZE } from '../../../shared/api.ts'
import type { ConnectionList } from '../../../shared/api.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { answerLike } from '../answer.ts'
import { connectionExample } from '../examples.ts'
import type { Route } from '../route.ts'
import { selection } from '../selection.ts'

const querystring = connectionSelection.omit({ ids: true, state: true }).extend({
  state: z.enum(['open', 'closed', 'refused', 'all'], 'must be open, closed, refused or all').default('open'),
  cursor: z
    .string('must be given once')
    .max(200, 'must be the nextCursor of the page before')
    .regex(/^\d+\..+$/, 'must be the nextCursor of the page before')
    .optional(),
})

/**
 * `GET /connections?state=&q=&service=&user=&rule=&cursor=`: newest first, `PAGE_SIZE` at a time. The cursor names the
 * last one seen, so a page neither repeats nor skips any while others come and go.
 */
export const connections: Route = (api, { deps: { registry } }) => {
  const schema = {
    summary: 'Open, closed and refused connections',
    tags: ['connections'],
    querystring,
    response: {
      200: answerLike({ connections: [connectionExample], total: 1, nextCursor: null }, 'One page, newest first'),
    },
  }
  api.get('/connections', { schema }, ({ query }): ConnectionList => {
    const { state, cursor, ...filter } = query
    const matching = registry.list({ state }).filter(selection(filter, 'query')).toSorted(newestFirst)
    const rest = cursor === undefined ? matching : matching.filter(isBehind(cursor))
    const page = rest.slice(0, PAGE_SIZE)
    const last = page.at(-1)
    const nextCursor = last !== undefined && rest.length > page.length ? `${last.openedAt}.${last.id}` : null
    return { connections: page, total: matching.length, nextCursor }
  })
}

type Place = Pick<ConnectionInfo, 'openedAt' | 'id'>

function newestFirst(a: Place, b: Place): number {
  if (a.openedAt !== b.openedAt) return b.openedAt - a.openedAt
  return a.id < b.id ? 1 : -1
}

function isBehind(cursor: string): (connection: ConnectionInfo) => boolean {
  const dot = cursor.indexOf('.')
  const seen: Place = { openedAt: Number(cursor.slice(0, dot)), id: cursor.slice(dot + 1) }
  return (connection) => connection.id !== seen.id && newestFirst(seen, connection) < 0
}
