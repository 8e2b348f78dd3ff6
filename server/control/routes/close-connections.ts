import type { FastifyRequest } from 'fastify'
import { z } from 'zod'

import { CLOSES_PER_SECOND, closeManyBody } from '../../../shared/api.ts'
import type { CloseManyResult, ConnectionSelection } from '../../../shared/api.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import type { CloseJob } from '../../../shared/dashboard.ts'
import { spellDuration } from '../../../shared/units.ts'
import { answerLike } from '../answer.ts'
import { block, clientsOf, readBlockFor } from '../block.ts'
import { readMs } from '../change-options.ts'
import { JOBS_MAX, timeFor } from '../close-jobs.ts'
import type { Closed } from '../close-jobs.ts'
import { closeJobExample, closeManyExample } from '../examples.ts'
import { actorOf, byOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Api, Route, RouteContext } from '../route.ts'
import { selection } from '../selection.ts'

const OVER_MIN_MS = 1000
const OVER_MAX_MS = 3_600_000
/** Longest filter that an audit entry repeats. */
const OBJECT_MAX = 300

const tags = ['connections']

/**
 * `POST /connections/close` `{filter, code?, reason?, pace? | over?, blockFor?, dryRun?}`: closes many, the oldest first,
 * a few at a time, so that clients that come back do not come all at once. The answer says how many; closing goes on
 * behind it. `GET /connections/closes`: what runs. `DELETE /connections/closes/{id}`: stops one, the rest stays open.
 */
export const closeConnections: Route = (api, context) => {
  addClose(api, context)
  addList(api, context)
  addStop(api, context)
}

function addClose(api: Api, { deps }: RouteContext): void {
  const { registry, audit, closings, policy } = deps
  const schema = {
    summary: 'Close many connections, a few at a time',
    tags,
    body: closeManyBody,
    response: { '2xx': answerLike(closeManyExample, 'How many, and how long it takes') },
  }
  api.post('/connections/close', { schema, bodyLimit: 1024 * 1024 }, async (request, reply) => {
    const { filter, code, reason, pace, over, blockFor, dryRun } = request.body
    const meant = registry
      .list({ state: 'open' })
      .filter(({ state }) => state === 'open')
      .filter(selection(filter, 'body.filter'))
      .toSorted((a, b) => a.openedAt - b.openedAt)
    const overMs = over === undefined ? null : readMs(over, OVER_MIN_MS, OVER_MAX_MS, 'over', 'body')
    const perSecond = overMs === null ? (pace?.perSecond ?? CLOSES_PER_SECOND) : (meant.length * 1000) / overMs
    const time = readBlockFor(blockFor)
    const clients = time === null ? [] : clientsOf(meant)
    const result = resultOf(meant, perSecond, dryRun)
    if (dryRun || meant.length === 0) return result
    if (closings.full) {
      throw new ApiError('too-many-jobs', `${JOBS_MAX} closings run already; stop one, or wait until one is done`)
    }
    const entry = { ...recordOf(request), object: shown(filter) }
    const how = [
      code === undefined ? '' : `, code ${code}`,
      reason === undefined ? '' : `, reason: ${reason}`,
      time === null ? '' : `, ${counted(clients.length, 'client')} blocked ${time.words}`,
    ].join('')
    if (time !== null) {
      const why = `closed with ${counted(meant.length, 'connection')} by ${entry.actor}, blocked ${time.words}`
      await block(policy, clients, { time, why, actor: actorOf(request) })
    }
    const length = result.takesMs === 0 ? 'at once' : `over ${spellDuration(result.takesMs)}`
    const detail = `${counted(meant.length, 'connection')} ${length}${how}`
    audit.append({ ...entry, action: 'connection.close-many', detail })
    const options = { ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) }
    const job = closings.start({
      by: entry.actor,
      ids: meant.map(({ id }) => id),
      perSecond,
      close: (id) => registry.close(id, options),
      done: (closed) => noteEnd(deps, entry, closed),
    })
    return reply.code(202).send({ ...result, job })
  })
}

function addList(api: Api, { deps: { closings } }: RouteContext): void {
  const schema = {
    summary: 'Closings of many connections that are under way',
    tags,
    response: { 200: answerLike({ closes: [closeJobExample] }, 'The oldest first') },
  }
  api.get('/connections/closes', { schema }, (): { closes: CloseJob[] } => ({ closes: closings.list() }))
}

function addStop(api: Api, { deps: { closings, audit } }: RouteContext): void {
  const params = z.strictObject({ id: z.string() })
  const schema = { summary: 'Stop a closing of many connections', description: 'The rest stays open.', tags, params }
  api.delete('/connections/closes/:id', { schema }, (request, reply) => {
    const entry = recordOf(request)
    const stopped = closings.stop(request.params.id, entry.actor)
    if (stopped === null) throw new ApiError('no-closing', 'no closing with this id is under way (any more)')
    const { id, by, done, total } = stopped
    const detail = `after ${done} of ${total}, begun by ${by}`
    audit.append({ ...entry, action: 'connection.close-many.stop', object: `closing ${id}`, detail })
    return reply.code(204).send()
  })
}

/** What all entries of a request share in the audit log. */
function recordOf(request: FastifyRequest) {
  const { name: actor, from, requestId } = byOf(request)
  return { actor, from, requestId, result: 'ok' } as const
}

/** Nobody waits for this entry, so what is wrong with it goes to the log. */
function noteEnd(
  { audit, log }: Pick<RouteContext['deps'], 'audit' | 'log'>,
  entry: ReturnType<typeof recordOf> & { readonly object: string },
  { closed, left, stoppedBy }: Closed,
): void {
  const why = stoppedBy === null ? 'the gateway stopped' : `${stoppedBy} stopped it`
  const rest = left === 0 ? '' : `; ${left} were left open as ${why}`
  const detail = `${counted(closed, 'connection')} closed${rest}`
  try {
    audit.append({ ...entry, action: 'connection.close-many.done', detail })
  } catch (error) {
    log.error({ err: error, requestId: entry.requestId }, 'the end of a closing is not in the audit log')
  }
}

function resultOf(meant: readonly ConnectionInfo[], perSecond: number, dryRun: boolean): CloseManyResult {
  const perService: Record<string, number> = Object.create(null) as Record<string, number>
  for (const { service } of meant) perService[service] = (perService[service] ?? 0) + 1
  const takesMs = timeFor(meant.length, perSecond)
  return { count: meant.length, perService, perSecond, takesMs, dryRun, job: null }
}

const counted = (count: number, noun: string) => (count === 1 ? `1 ${noun}` : `${count} ${noun}s`)

/** The filter as JSON, a long list of ids cut off. */
function shown(filter: ConnectionSelection): string {
  const text = JSON.stringify(filter)
  return text.length > OBJECT_MAX ? `${text.slice(0, OBJECT_MAX)}…` : text
}
