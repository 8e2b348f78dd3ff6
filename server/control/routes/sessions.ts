import { z } from 'zod'

import type { SessionRow } from '../../../shared/api.ts'
import type { Identity } from '../../accounts/desk.ts'
import { answerLike } from '../answer.ts'
import { sessionRowExample } from '../examples.ts'
import { byOf, identityOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'
import { clearSession } from '../session-cookie.ts'

const tags = ['accounts']
const params = z.strictObject({ id: z.string() })

/**
 * `GET /sessions`: who is signed in with a browser; an administrator sees all, others their own. `DELETE
 * /sessions/{id}`: ends one, and with it whatever it has open.
 */
export const sessions: Route = (api, { deps: { accounts } }) => {
  function visibleTo(who: Identity): SessionRow[] {
    return accounts
      .sessions()
      .filter(({ user }) => who.role === 'admin' || user === who.user)
      .map(({ id, user, from, createdAt, seenAt }) => ({ id, user, from, createdAt, seenAt, own: id === who.id }))
  }

  api.get(
    '/sessions',
    {
      schema: {
        summary: 'Browsers that are signed in',
        tags,
        response: { 200: answerLike({ sessions: [sessionRowExample] }, 'The oldest first') },
      },
    },
    (request) => ({
      sessions: visibleTo(identityOf(request)),
    }),
  )

  api.delete('/sessions/:id', { schema: { summary: 'End a session', tags, params } }, (request, reply) => {
    const { id } = request.params
    const session = visibleTo(identityOf(request)).find((row) => row.id === id)
    if (session === undefined) throw new ApiError('unknown', 'there is no session with this id (any more)')
    accounts.signOut(id, byOf(request))
    if (session.own) clearSession(reply)
    return reply.code(204).send()
  })
}
