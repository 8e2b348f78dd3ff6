import { randomBytes } from 'node:crypto'

import fastifyCookie from '@fastify/cookie'
import fastifyWebsocket from '@fastify/websocket'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

import { controlLimits } from './deps.ts'
import type { ControlDeps, ControlLimits } from './deps.ts'
import { Feed } from './feed.ts'
import { guard } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { describeApi, serveDocs } from './openapi.ts'
import { requirePermissions } from './permissions.ts'
import { ApiError, problemOf } from './problem.ts'
import { routes } from './routes/index.ts'
import { refuseRaw, sendError, sendProblem } from './send-problem.ts'
import { isPageAddress, sendPage, servePage } from './static.ts'
import { boundUpgrades, endAfter } from './upgrades.ts'
import { validator } from './validate.ts'

/** Bytes of one message that a watcher of the feed may send; it has nothing to say. */
const WATCHER_MESSAGE_MAX = 4096

/**
 * Builds the admin API and the page as one Fastify instance, not yet listening: an instance each for a TCP port and for
 * the socket in the data dir. `close` ends the watchers and every open connection.
 * @param local whether it will listen on that socket: whoever reaches it is a full admin, whatever the policy says
 * @throws Error when a route has no entry in the permission table
 */
export async function buildControl(
  deps: ControlDeps,
  { local }: { readonly local: boolean },
): Promise<FastifyInstance> {
  const limits = { ...controlLimits, ...deps.limits }
  const secure = (request: FastifyRequest, reply: FastifyReply) =>
    reply.headers(securityHeaders(request.headers.host, deps.status().listeners))
  const app = createApp(limits, (error, request, reply) => {
    secure(request, reply)
    endAfter(request, reply)
    sendProblem(reply, problemOf(error, request.id))
  })
  const check = guard(deps, local)
  requirePermissions(app)
  app.decorateRequest('identity', null)
  app.decorateRequest('door', null)
  app.addHook('onRequest', (request, reply, done) => {
    secure(request, reply)
    done()
  })
  boundUpgrades(app)
  await app.register(fastifyCookie) // its hook reads the cookies before the guard looks at them
  app.addHook('onRequest', check)
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, deps))
  app.setNotFoundHandler((request, reply) => {
    if (isPageAddress(request.method, request.url, request.headers.accept)) return sendPage(reply, deps.webRoot)
    return sendProblem(reply, problemOf(new ApiError('not-found'), request.id))
  })
  await addApi(app, deps, limits)
  await servePage(app, deps.webRoot)
  return app
}

function createApp(
  limits: ControlLimits,
  frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => void,
): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    forceCloseConnections: true,
    genReqId: () => randomBytes(6).toString('hex'),
    http: {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
      maxHeaderSize: 16 * 1024,
    },
    frameworkErrors,
    clientErrorHandler: refuseRaw,
  })
  app.server.maxConnections = limits.maxSockets
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler(validator)
  app.setSerializerCompiler(() => JSON.stringify) // schemas of answers describe; the types of the handlers hold them
  return app
}

/** Everything but the page: the routes below `/api/v1`, the metrics, and the description of them all. */
async function addApi(app: FastifyInstance, deps: ControlDeps, limits: ControlLimits): Promise<void> {
  const feed = new Feed(deps, limits)
  app.addHook('onClose', () => feed.close())
  await app.register(fastifyWebsocket, {
    options: { maxPayload: WATCHER_MESSAGE_MAX },
    preClose: (done) => done(), // each route tells its own peers why
  })
  await describeApi(app, () => deps.status().version)
  await app.register(
    (scope, _options, done) => {
      const api = scope.withTypeProvider<ZodTypeProvider>()
      api.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      for (const route of routes) route(api, { deps, feed, limits })
      done()
    },
    { prefix: '/api/v1' },
  )
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const text = await deps.metrics.text()
    return reply.headers({ 'content-type': deps.metrics.contentType, 'cache-control': 'no-store' }).send(text)
  })
  await serveDocs(app)
}
