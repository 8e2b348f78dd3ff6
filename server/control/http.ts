import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

import Fastify from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { ProblemBody } from '../../shared/api.ts'
import type { StatusInfo } from '../../shared/connection.ts'
import { Feed, feedLimits } from './feed.ts'
import type { FeedLimits, FeedSources } from './feed.ts'
import { guard } from './guard.ts'
import type { GuardOptions } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { ApiError, problemOf } from './problem.ts'
import { routes } from './routes/index.ts'
import { isPageAddress, sendPage, servePage } from './static.ts'

/** What the admin listener is made of; `app.ts` hands it over. */
export interface ControlDeps extends FeedSources, GuardOptions {
  status(): StatusInfo
  /** Directory of the built page. */
  readonly webRoot: string
  readonly log: Pick<FastifyBaseLogger, 'error'>
  /** Defaults are for use; tests set shorter ones. */
  readonly limits?: Partial<ControlLimits>
}

/** Bounds of this listener. */
export interface ControlLimits extends FeedLimits {
  readonly bodyBytes: number
  /** From the connection to the end of the request headers, in ms. */
  readonly headersTimeoutMs: number
  /** From the connection to the end of the request, in ms. */
  readonly requestTimeoutMs: number
  readonly heartbeatMs: number
  readonly maxSockets: number
  readonly maxWatchers: number
}

const defaults: ControlLimits = {
  ...feedLimits,
  bodyBytes: 64 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  heartbeatMs: 15_000,
  maxSockets: 512,
  maxWatchers: 64,
}

/** What a route file gets: the parts, the feed that all watchers share, and the limits in force. */
export interface RouteContext {
  readonly deps: ControlDeps
  readonly feed: Feed
  readonly limits: ControlLimits
}

/** One route file adds what it serves below `/api/v1`. */
export type Route = (api: FastifyInstance, context: RouteContext) => void

/**
 * Builds the admin API and the page as one Fastify instance, not yet listening: `listen` it on a loopback port or on a
 * Unix socket (an instance each). `close` ends the watchers and every open connection.
 */
export async function buildControl(deps: ControlDeps): Promise<FastifyInstance> {
  const limits = { ...defaults, ...deps.limits }
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
    frameworkErrors: (error, request, reply) => {
      secure(request, reply)
      sendProblem(reply, problemOf(error, request.id))
    },
    clientErrorHandler: refuseRaw,
  })
  app.server.maxConnections = limits.maxSockets
  app.removeContentTypeParser('text/plain')

  function secure(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(securityHeaders(request.headers.host, deps.status().listeners))
  }

  const check = guard(deps)
  app.addHook('onRequest', async (request, reply) => {
    secure(request, reply)
    await check(request)
  })
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request.id)
    if (problem.status >= 500) deps.log.error({ err: error, requestId: request.id }, 'admin request failed')
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => {
    if (isPageAddress(request.method, request.url, request.headers.accept)) return sendPage(reply, deps.webRoot)
    return sendProblem(reply, problemOf(new ApiError('not-found'), request.id))
  })

  const feed = new Feed(deps, limits)
  app.addHook('onClose', () => feed.close())
  await app.register(
    (api, _options, done) => {
      api.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      for (const route of routes) route(api, { deps, feed, limits })
      done()
    },
    { prefix: '/api/v1' },
  )
  await servePage(app, deps.webRoot)
  return app
}

function sendProblem(reply: FastifyReply, problem: ProblemBody): FastifyReply {
  return reply
    .code(problem.status)
    .headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    .send(JSON.stringify(problem))
}

const parserErrors: Readonly<Record<string, ApiError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new ApiError('too-slow', 'the request did not arrive in time'),
  HPE_HEADER_OVERFLOW: new ApiError('header-too-large', 'the request headers may have at most 16 KiB'),
}

/** Answers what is not even HTTP; there is no request object yet. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const known = parserErrors[error.code ?? ''] ?? new ApiError('invalid-request', 'this is not an HTTP/1.1 request')
  const problem = problemOf(known, randomBytes(6).toString('hex'))
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  socket.destroySoon()
}
