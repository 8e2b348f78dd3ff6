import type { FastifyInstance } from 'fastify'

import { checkDoor, type Door } from './door.ts'
import { problem, sendProblem } from './refusal.ts'
import { headerValues } from './request.ts'

export interface PlainRoutesOptions {
  /** Where the listener stands, once it does. */
  readonly uri: () => string
  readonly door: () => Door
  readonly nextId: () => string
  /** Sentence why no more clients are taken; null when they are. */
  readonly unready: () => string | null
}

/** Everything that is not an upgrade: health, and a word to people who open the address in a browser. */
export function addPlainRoutes(app: FastifyInstance, { uri, door, nextId, unready }: PlainRoutesOptions): void {
  app.addHook('onRequest', (request, reply, proceed) => {
    void reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    const wrong = checkDoor(headerValues(request.raw, 'host'), [], { ...door(), missingOrigin: true })
    if (wrong === null) return proceed()
    sendProblem(reply, problem(wrong.status, wrong.code, wrong.title, wrong.message, nextId()))
  })
  app.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(greeting(uri())))
  app.get('/-/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'))
  app.get('/-/readyz', (_request, reply) => {
    const why = unready()
    return reply
      .code(why === null ? 200 : 503)
      .type('text/plain')
      .send(why === null ? 'ready\n' : `${why}\n`)
  })
  app.setNotFoundHandler((_request, reply) => {
    void reply.header('upgrade', 'websocket')
    const detail = `connect with ${uri().startsWith('wss:') ? 'wss' : 'ws'}:// and this path`
    sendProblem(reply, problem(426, 'upgrade-required', 'Only WebSocket clients are served here', detail, nextId()))
  })
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    const code = status === 500 ? 'internal' : 'bad-request'
    const detail = 'the request could not be handled'
    sendProblem(reply, problem(status, code, 'The request is not understood', detail, nextId()))
  })
}

function greeting(uri: string): string {
  return `sockgate: a WebSocket gateway to this machine's services.

Connect with a WebSocket client to ${uri}/<service>,
for example: websocketc ${uri}/pong
`
}
