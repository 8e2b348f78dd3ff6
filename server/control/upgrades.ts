import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { ApiError } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route can be asked for by a WebSocket too. */
    upgrade?: boolean
  }
}

/**
 * Holds requests for a WebSocket within bounds: refused with a status wherever there is none, and their connections
 * closed. Node's HTTP server has let go of those before anything was decided, and would never close them.
 */
export function boundUpgrades(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    if (!wantsUpgrade(request) || request.routeOptions.config.upgrade === true) return done()
    done(new ApiError('not-found', 'there is no WebSocket at this address: ask without Upgrade'))
  })
  app.addHook('onResponse', (request, _reply, done) => {
    endUpgrade(request)
    done()
  })
}

/** For an answer to which no hook is applied. */
export function endAfter(request: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once('finish', () => endUpgrade(request))
}

function endUpgrade(request: FastifyRequest): void {
  if (wantsUpgrade(request)) request.raw.socket.destroySoon()
}

function wantsUpgrade({ raw }: FastifyRequest): boolean {
  return raw.headers.upgrade !== undefined
}
