import { CLOSES_PER_SECOND, closeManyBody } from '../../../shared/api.ts'
import type { CloseManyResult, ConnectionSelection } from '../../../shared/api.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { spellDuration } from '../../../shared/units.ts'
import { answerLike } from '../answer.ts'
import { readMs } from '../change-options.ts'
import { CloseJobs, JOBS_MAX } from '../close-jobs.ts'
import { closeManyExample } from '../examples.ts'
import { byOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'
import { selection } from '../selection.ts'

const OVER_MIN_MS = 1000
const OVER_MAX_MS = 3_600_000
/** Longest filter that an audit entry repeats. */
const OBJECT_MAX = 300

/**
 * `POST /connections/close` `{filter, code?, reason?, pace? | over?, dryRun?}`: closes many, the oldest first, a few at a
 * time, so that clients that come back do not come all at once. The answer says how many; closing goes on behind it and
 * ends with this listener.
 */
export const closeConnections: Route = (api, { deps: { registry, audit, log } }) => {
  const jobs = new CloseJobs()
  api.addHook('onClose', () => jobs.close())

  const schema = {
    summary: 'Close many connections, a few at a time',
    tags: ['connections'],
    body: closeManyBody,
    response: { '2xx': answerLike(closeManyExample, 'How many, and how long it takes') },
  }
  api.post('/connections/close', { schema, bodyLimit: 1024 * 1024 }, (request, reply) => {
    const { filter, code, reason, pace, over, dryRun } = request.body
    const meant = registry
      .list({ state: 'open' })
      .filter(({ state }) => state === 'open')
      .filter(selection(filter, 'body.filter'))
      .toSorted((a, b) => a.openedAt - b.openedAt)
    const overMs = over === undefined ? null : readMs(over, OVER_MIN_MS, OVER_MAX_MS, 'over', 'body')
    const perSecond = overMs === null ? (pace?.perSecond ?? CLOSES_PER_SECOND) : (meant.length * 1000) / overMs
    const result = resultOf(meant, perSecond, dryRun)
    if (dryRun || meant.length === 0) return result
    if (jobs.full) {
      throw new ApiError('too-many-jobs', `${JOBS_MAX} closings run already; wait until one of them is done`)
    }
    const { name: actor, from, requestId } = byOf(request)
    const entry = {
      actor,
      from,
      requestId,
      action: 'connection.close-many',
      object: shown(filter),
      result: 'ok',
    } as const
    const how = `${code === undefined ? '' : `, code ${code}`}${reason === undefined ? '' : `, reason: ${reason}`}`
    const length = result.takesMs === 0 ? 'at once' : `over ${spellDuration(result.takesMs)}`
    audit.append({ ...entry, detail: `${counted(meant.length)} ${length}${how}` })
    const options = { ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) }
    jobs.start({
      ids: meant.map(({ id }) => id),
      perSecond,
      close: (id) => registry.close(id, options),
      done({ closed, left }) {
        const rest = left === 0 ? '' : `; ${left} were left open as the listener was closed`
        try {
          audit.append({
            ...entry,
            action: 'connection.close-many.done',
            detail: `${counted(closed)} closed${rest}`,
          })
        } catch (error) {
          log.error({ err: error, requestId }, 'the end of a closing is not in the audit log')
        }
      },
    })
    return reply.code(202).send(result)
  })
}

function resultOf(meant: readonly ConnectionInfo[], perSecond: number, dryRun: boolean): CloseManyResult {
  const perService: Record<string, number> = Object.create(null) as Record<string, number>
  for (const { service } of meant) perService[service] = (perService[service] ?? 0) + 1
  // The first is closed at once.
  const takesMs = meant.length === 0 ? 0 : Math.round(((meant.length - 1) * 1000) / perSecond)
  return { count: meant.length, perService, perSecond, takesMs, dryRun }
}

const counted = (count: number) => (count === 1 ? '1 connection' : `${count} connections`)

/** The filter as JSON, a long list of ids cut off. */
function shown(filter: ConnectionSelection): string {
  const text = JSON.stringify(filter)
  return text.length > OBJECT_MAX ? `${text.slice(0, OBJECT_MAX)}…` : text
}
