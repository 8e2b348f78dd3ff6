import { z } from 'zod'

import { closeBody } from '../../../shared/api.ts'
import { block, clientsOf, readBlockFor } from '../block.ts'
import { actorOf, byOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'

const params = z.strictObject({ id: z.string() })

/**
 * `DELETE /connections/{id}` `{code?, reason?, blockFor?}`: closes it as an administrator. 204 when the closing has
 * begun. With `blockFor` a rule at the top of the policy keeps its client out first; `location` is that rule.
 */
export const closeConnection: Route = (api, { deps: { registry, policy, audit } }) => {
  const schema = { summary: 'Close a connection', tags: ['connections'], params, body: closeBody.nullish() }
  api.delete('/connections/:id', { schema }, async (request, reply) => {
    const { code, reason, blockFor } = request.body ?? {}
    const { id } = request.params
    const connection = registry.get(id)
    if (connection === null) {
      throw new ApiError('no-connection', 'no connection has this id, or it ended too long ago')
    }
    if (connection.state !== 'open') throw new ApiError('not-open', 'this connection has ended already')
    const time = readBlockFor(blockFor)
    const { name: actor, from, requestId } = byOf(request)
    let rule: string | undefined
    if (time !== null) {
      const why = `${id} was closed by ${actor}, blocked ${time.words}${reason === undefined ? '' : `: ${reason}`}`
      ;[rule] = await block(policy, clientsOf([connection]), { time, why, actor: actorOf(request) })
    }
    audit.append({
      actor,
      from,
      requestId,
      action: 'connection.close',
      object: `connection ${id}`,
      result: 'ok',
      detail: [
        `${connection.service}, ${connection.peer}`,
        code === undefined ? null : `code ${code}`,
        reason === undefined ? null : `reason: ${reason}`,
        time === null ? null : `blocked ${time.words} by rule ${rule}`,
      ]
        .filter((part) => part !== null)
        .join(', '),
    })
    registry.close(id, { ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) })
    if (rule !== undefined) reply.header('location', `/api/v1/policy/rules/${rule}`)
    return reply.code(204).send()
  })
}
