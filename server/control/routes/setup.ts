import type { FastifyRequest } from 'fastify'

import { setUpBody } from '../../../shared/api.ts'
import { inRange, parseAddress, parseRange } from '../../../shared/policy/address.ts'
import { answerLike } from '../answer.ts'
import { sessionExample } from '../examples.ts'
import { byOf, identityOf } from '../identity.ts'
import { ApiError } from '../problem.ts'
import type { Route } from '../route.ts'
import { openedSession } from '../session-cookie.ts'

const tags = ['session']
const loopback = ['127.0.0.0/8', '::1'].map(parseRange)

/**
 * `GET /setup`: whether there is no administrator yet. `POST /setup` `{token, name, password}`: makes the first one, from
 * this machine only, and signs it in. `GET /setup/token`: the one-time token, for the gateway's own commands.
 */
export const setup: Route = (api, { deps: { accounts } }) => {
  api.get(
    '/setup',
    {
      schema: {
        summary: 'Whether the first administrator is to be made',
        tags,
        response: { 200: answerLike({ needed: true }, 'Yes or no') },
      },
    },
    () => ({
      needed: accounts.needsSetup,
    }),
  )

  api.post(
    '/setup',
    {
      bodyLimit: 8 * 1024,
      schema: {
        summary: 'Make the first administrator',
        tags,
        body: setUpBody,
        response: { 201: answerLike(sessionExample, 'Who it is') },
      },
    },
    async (request, reply) => {
      if (!isNear(request)) {
        throw new ApiError(
          'local-only',
          'the first administrator is made on the machine of the gateway: open the page there, or through an SSH tunnel',
        )
      }
      const opened = await accounts.setUp(request.body, byOf(request))
      return reply.code(201).send(openedSession(reply, opened))
    },
  )

  api.get(
    '/setup/token',
    {
      schema: {
        summary: 'The one-time token for the set-up',
        tags,
        response: { 200: answerLike({ token: 'good for 15 minutes' }, 'The token') },
      },
    },
    (request) => {
      if (identityOf(request).by !== 'local') {
        throw new ApiError('local-only', 'only the socket in the data dir tells the one-time token: "sockgate setup"')
      }
      const token = accounts.setupToken()
      if (token === null) throw new ApiError('setup-over', 'there is an administrator already')
      return { token }
    },
  )
}

/** Whether a request comes from this machine: by a socket file or from a loopback address. */
function isNear({ socket: { remoteAddress } }: FastifyRequest): boolean {
  if (remoteAddress === undefined) return true
  const address = parseAddress(remoteAddress)
  return address !== null && loopback.some((range) => inRange(address, range))
}
