import type { ConnectionSelection } from '../../shared/api.ts'
import { connectionFilter } from '../../shared/connection-filter.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import { glob } from '../../shared/policy/glob.ts'
import { invalid } from './validate.ts'

/**
 * Whether a connection is among those that a request means; everything that is said must be true.
 * @param where the part of the request that says it: `query`, `body`
 * @throws ApiError invalid-request for a filter text or pattern that is not understood
 */
export function selection(
  { state, q, service, user, rule, ids }: ConnectionSelection,
  where: string,
): (connection: ConnectionInfo) => boolean {
  const tests: ((connection: ConnectionInfo) => boolean)[] = []
  if (q !== undefined) tests.push(understood('q', where, () => connectionFilter(q)))
  if (state !== undefined) tests.push(connectionFilter(`state:${state}`))
  if (service !== undefined) {
    const names = understood('service', where, () => glob(service))
    tests.push((connection) => names.test(connection.service))
  }
  if (user !== undefined) tests.push((connection) => connection.user === user)
  if (rule !== undefined) tests.push(({ rules }) => rules.includes(rule))
  if (ids !== undefined) {
    const wanted = new Set(ids)
    tests.push(({ id }) => wanted.has(id))
  }
  return (connection) => tests.every((test) => test(connection))
}

function understood<T>(field: string, where: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw invalid([{ pointer: `/${field}`, message: error.message }], where)
  }
}
