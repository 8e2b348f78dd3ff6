import { z } from 'zod'

import { closeBody } from '../../../shared/api.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { spellDuration } from '../../../shared/units.ts'
import type { Actor, PolicyDesk } from '../../policy/desk.ts'
import { blockRule } from '../block-rule.ts'
import { readMs } from '../change-options.ts'
import { actorOf, byOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'

const params = z.strictObject({ id: z.string() })

const BLOCK_MIN_MS = 1000
const BLOCK_MAX_MS = 30 * 24 * 3_600_000

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
    const blockMs = blockFor === undefined ? null : readMs(blockFor, BLOCK_MIN_MS, BLOCK_MAX_MS, 'blockFor', 'body')
    const rule = blockMs === null ? null : await block(policy, connection, { blockMs, reason, actor: actorOf(request) })
    const { name: actor, from, requestId } = byOf(request)
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
        rule === null ? null : `blocked for ${spellDuration(blockMs!)} by rule ${rule}`,
      ]
        .filter((part) => part !== null)
        .join(', '),
    })
    registry.close(id, { ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) })
    if (rule !== null) reply.header('location', `/api/v1/policy/rules/${rule}`)
    return reply.code(204).send()
  })
}

interface Block {
  readonly blockMs: number
  readonly reason: string | undefined
  readonly actor: Actor
}

/** Adds the rule. @returns its id @throws ApiError not-blockable, or what the policy refuses */
async function block(
  policy: PolicyDesk,
  connection: ConnectionInfo,
  { blockMs, reason, actor }: Block,
): Promise<string> {
  const length = spellDuration(blockMs)
  const why = `${connection.id} was closed by ${actor.name}, blocked for ${length}${reason === undefined ? '' : `: ${reason}`}`
  const rule = blockRule(connection, why, Date.now() + blockMs)
  if (rule === null) {
    throw new ApiError(
      'not-blockable',
      'nothing is known of this client that a rule could name: close it without blockFor',
    )
  }
  const { document } = await policy.edit(({ rules, ...rest }) => ({ ...rest, rules: [rule, ...rules] }), actor, {
    expected: null,
    comment: `block ${rule.peer} for ${length}`,
    kind: 'edit',
    existing: 'keep',
    drainMs: 0,
    confirmWithinMs: null,
    override: null,
  })
  return document.rules[0]!.id
}
