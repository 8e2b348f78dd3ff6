import { newPasswordBody, signInBody } from '../../../shared/api.ts'
import { answerLike } from '../answer.ts'
import { sessionExample } from '../examples.ts'
import { byOf, identityOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'
import { clearSession, openedSession, sessionInfo } from '../session-cookie.ts'

const tags = ['session']
const bodyLimit = 8 * 1024
const signedIn = answerLike(sessionExample, 'Who it is')

/**
 * `POST /session` `{name, password}`: signs in; the cookie is new each time. `GET /session`: who asks. `DELETE /session`:
 * signs out. `POST /session/password` `{old, new}`: changes one's own password, which ends all one's sessions but a new
 * one.
 */
export const session: Route = (api, { deps: { accounts } }) => {
  api.post(
    '/session',
    { bodyLimit, schema: { summary: 'Sign in', tags, body: signInBody, response: { 200: signedIn } } },
    async (request, reply) => {
      const opened = await accounts.signIn(request.body, byOf(request))
      const before = request.identity
      if (before?.by === 'session' && before.id !== null) accounts.signOut(before.id, byOf(request))
      return openedSession(reply, opened)
    },
  )

  api.get('/session', { schema: { summary: 'Who asks', tags, response: { 200: signedIn } } }, (request) =>
    sessionInfo(identityOf(request)),
  )

  api.delete('/session', { schema: { summary: 'Sign out', tags } }, (request, reply) => {
    const { by, id } = identityOf(request)
    if (by === 'session' && id !== null) accounts.signOut(id, byOf(request))
    clearSession(reply)
    return reply.code(204).send()
  })

  api.post(
    '/session/password',
    {
      bodyLimit,
      schema: { summary: 'Change your own password', tags, body: newPasswordBody, response: { 200: signedIn } },
    },
    async (request, reply) => {
      const { user, by } = identityOf(request)
      if (by !== 'session') {
        throw new ApiError(
          'forbidden',
          'only who has signed in with a password can change it; others ask an administrator',
        )
      }
      // Asked again, so that an unlocked screen is not enough; guessing here is as slow as at the door.
      const proof = await accounts.signIn({ name: user, password: request.body.old }, byOf(request))
      try {
        await accounts.changeUser(user, { password: request.body.new }, byOf(request))
      } finally {
        if (proof.session.id !== null) accounts.signOut(proof.session.id, byOf(request))
      }
      return openedSession(reply, await accounts.signIn({ name: user, password: request.body.new }, byOf(request)))
    },
  )
}
