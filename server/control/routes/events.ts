import type { OutgoingHttpHeaders } from 'node:http'

import { EventStream } from '../event-stream.ts'
import type { Route } from '../http.ts'
import { ApiError } from '../problem.ts'

/** `GET /events`: the live feed as server-sent events; `Last-Event-ID` goes on where a lost stream ended. */
export const events: Route = (api, { feed, limits }) => {
  const streams = new Set<EventStream>()

  api.get('/events', { exposeHeadRoute: false }, (request, reply) => {
    if (feed.readers >= limits.maxWatchers) {
      throw new ApiError(
        'too-many-watchers',
        `${limits.maxWatchers} programs watch the feed already; close one of them`,
      )
    }
    const after = /^\d{1,16}$/.test(request.headers['last-event-id']?.toString() ?? '')
      ? Number(request.headers['last-event-id'])
      : null
    reply.hijack()
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
    const stream = new EventStream(feed, reply.raw, after, limits.heartbeatMs)
    streams.add(stream)
    reply.raw.on('close', () => streams.delete(stream))
  })
  // Before the listener closes: an open stream would keep it.
  api.addHook('preClose', (done) => {
    for (const stream of streams) stream.end()
    done()
  })
}
