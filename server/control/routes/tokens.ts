import { z } from 'zod'

import { newTokenBody } from '../../../shared/api.ts'
import { answerLike } from '../answer.ts'
import { newTokenExample, tokenExample } from '../examples.ts'
import { byOf, identityOf } from '../identity.ts'
import type { Route } from '../route.ts'

const tags = ['accounts']
const params = z.strictObject({ id: z.string() })

/**
 * `GET`/`POST /tokens`, `DELETE /tokens/{id}`: what programs show, to the gateway or to this API. The token itself is
 * told once, in the answer that makes it.
 */
export const tokens: Route = (api, { deps: { accounts } }) => {
  api.get(
    '/tokens',
    {
      schema: {
        summary: 'All tokens, without the tokens themselves',
        tags,
        response: { 200: answerLike({ tokens: [tokenExample] }, 'The oldest first') },
      },
    },
    () => ({
      tokens: accounts.tokens(),
    }),
  )

  api.post(
    '/tokens',
    {
      bodyLimit: 8 * 1024,
      schema: {
        summary: 'Make a token',
        tags,
        body: newTokenBody,
        response: { 201: answerLike(newTokenExample, 'The only time that it is told') },
      },
    },
    (request, reply) => {
      const { name, scope, expiresAt, user = identityOf(request).user } = request.body
      return reply.code(201).send(accounts.addToken({ name, user, scope, expiresAt }, byOf(request)))
    },
  )

  api.delete('/tokens/:id', { schema: { summary: 'Revoke a token', tags, params } }, (request, reply) => {
    accounts.removeToken(request.params.id, byOf(request))
    return reply.code(204).send()
  })
}
