import type { OutgoingHttpHeaders } from 'node:http'

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'

import { Admitted } from '../admitted.ts'
import { EventStream } from '../event-stream.ts'
import { identityOf } from '../identity.ts'
import type { Outlet } from '../outlet.ts'
import { ApiError } from '../problem.ts'
import { ResponseOutlet } from '../response-outlet.ts'
import type { Route } from '../route.ts'
import { SocketOutlet } from '../socket-outlet.ts'

const SEQ = /^\d{1,16}$/

const querySchema = z.strictObject({
  after: z
    .string('must be given once')
    .regex(SEQ, 'must be the seq of an event')
    .optional()
    .describe('The last event that the reader has; the feed goes on behind it'),
})

/**
 * `GET /events`: the live feed as server-sent events, or over a WebSocket, one event as JSON in each text message. A
 * reader that was away goes on behind `?after=` or `Last-Event-ID`; what is too long ago comes as a snapshot. The feed
 * ends with the session or token by which it was opened.
 */
export const events: Route = (api, { deps: { accounts }, feed, limits }) => {
  const streams = new Set<EventStream>()
  const admitted = new Admitted(accounts)

  function open(request: FastifyRequest, outlet: Outlet, onClose: (closed: () => void) => void): void {
    const stream = new EventStream(feed, outlet, afterOf(request), limits.heartbeatMs)
    streams.add(stream)
    const forget = admitted.add(identityOf(request), () => stream.end('revoked'))
    onClose(() => {
      forget()
      streams.delete(stream)
    })
  }

  api.route({
    method: 'GET',
    url: '/events',
    exposeHeadRoute: false,
    config: { upgrade: true },
    schema: {
      summary: 'The live feed: a snapshot, then what changes; server-sent events, or a WebSocket',
      tags: ['gateway'],
      querystring: querySchema,
      produces: ['text/event-stream'],
    },
    preHandler: async () => {
      if (feed.readers < limits.maxWatchers) return
      throw new ApiError(
        'too-many-watchers',
        `${limits.maxWatchers} programs watch the feed already; close one of them`,
      )
    },
    handler: (request, reply) => {
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      })
      open(request, new ResponseOutlet(raw), (closed) => raw.on('close', closed))
    },
    wsHandler: (socket, request) => {
      open(request, new SocketOutlet(socket), (closed) => socket.on('close', closed))
    },
  })
  // Before the listener closes: an open stream would keep it.
  api.addHook('preClose', (done) => {
    admitted.close()
    for (const stream of streams) stream.end('closing')
    done()
  })
}

function afterOf({ query, headers }: FastifyRequest): number | null {
  const after = (query as z.infer<typeof querySchema>).after ?? headers['last-event-id']?.toString() ?? ''
  return SEQ.test(after) ? Number(after) : null
}
