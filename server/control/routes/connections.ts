import { z } from 'zod'

import { PAGE_SIZE } from '../../../shared/api.ts'
import type { ConnectionList } from '../../../shared/api.ts'
import { connectionFilter } from '../../../shared/connection-filter.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import type { Route } from '../http.ts'
import { validate } from '../validate.ts'

const querySchema = z.strictObject({
  state: z.enum(['open', 'closed', 'refused', 'all'], 'must be open, closed, refused or all').default('open'),
  q: z.string('must be given once').max(200, 'must have at most 200 characters').default(''),
  cursor: z
    .string('must be given once')
    .max(200, 'must be the nextCursor of the page before')
    .regex(/^\d+\..+$/, 'must be the nextCursor of the page before')
    .optional(),
})

/**
 * `GET /connections?state=&q=&cursor=`: newest first, `PAGE_SIZE` at a time. The cursor names the last one seen, so a
 * page neither repeats nor skips any while others come and go.
 */
export const connections: Route = (api, { deps: { registry } }) => {
  api.get('/connections', ({ query }): ConnectionList => {
    const { state, q, cursor } = validate(querySchema, query, 'query')
    const matching = registry.list({ state }).filter(connectionFilter(q)).toSorted(newestFirst)
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
