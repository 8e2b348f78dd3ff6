import type { OutgoingHttpHeaders } from 'node:http'

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'

import { tapReason } from '../../../shared/api.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { formatAge } from '../../../shared/units.ts'
import { Admitted } from '../admitted.ts'
import { EventStream } from '../event-stream.ts'
import { byOf, identityOf } from '../identity.ts'
import type { Outlet } from '../outlet.ts'
import { ApiError } from '../problem.ts'
import { ResponseOutlet } from '../response-outlet.ts'
import type { Route, RouteContext } from '../route.ts'
import { SocketOutlet } from '../socket-outlet.ts'
import { Tap } from '../tap.ts'
import { invalid } from '../validate.ts'

const params = z.strictObject({ id: z.string() })
const querystring = z.strictObject({ reason: tapReason.optional() })

/** For programs: a query may end in logs on the way. */
const REASON_HEADER = 'sockgate-reason'

/**
 * `GET /connections/{id}/messages?reason=`: the messages of an open connection from now on, decoded, as server-sent
 * events or over a WebSocket. It is on record before the first is shown: who, which, why; and at the end how long and how
 * many. It ends with the connection, or the session or token by which it was opened.
 */
export const connectionMessages: Route = (api, context) => {
  const taps = new Taps(context)

  api.route({
    method: 'GET',
    url: '/connections/:id/messages',
    exposeHeadRoute: false,
    config: { upgrade: true },
    schema: {
      summary: 'Read the messages of a connection; server-sent events, or a WebSocket',
      tags: ['connections'],
      params,
      querystring,
      produces: ['text/event-stream'],
    },
    preHandler: async (request) => taps.check(request),
    handler: (request, reply) => {
      const tap = taps.open(request)
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      })
      taps.stream(tap, request, new ResponseOutlet(raw), (closed) => raw.on('close', closed))
    },
    wsHandler: (socket, request) => {
      try {
        taps.stream(taps.open(request), request, new SocketOutlet(socket), (closed) => socket.on('close', closed))
      } catch (error) {
        context.deps.log.error({ err: error, requestId: request.id }, 'messages can not be read')
        socket.close(1011, 'the gateway can not put this on record, or the connection is over')
      }
    },
  })
  // Before the listener closes: an open stream would keep it.
  api.addHook('preClose', (done) => {
    taps.close()
    done()
  })
}

/** The taps of one listener. */
class Taps {
  readonly #context: RouteContext
  readonly #admitted: Admitted
  readonly #streams = new Set<EventStream>()

  constructor(context: RouteContext) {
    this.#context = context
    this.#admitted = new Admitted(context.deps.accounts)
  }

  /** Before the upgrade, where a refusal can still be told. @throws ApiError */
  check(request: FastifyRequest): void {
    reasonOf(request)
    this.#connection(request)
    const { maxTaps } = this.#context.limits
    if (this.#streams.size < maxTaps) return
    throw new ApiError('too-many-taps', `the messages of ${maxTaps} connections are read already; close one of them`)
  }

  /** Puts it on record and begins. @throws ApiError not-open, StoreError: then nothing is read */
  open(request: FastifyRequest): Tap {
    const connection = this.#connection(request)
    this.#note(request, connection, 'tap.open', `reason: ${reasonOf(request)}`)
    const tap = Tap.open(this.#context.deps.registry, connection)
    if (tap === null) throw notOpen()
    return tap
  }

  stream(tap: Tap, request: FastifyRequest, outlet: Outlet, onClose: (closed: () => void) => void): void {
    const { limits, deps } = this.#context
    const startedAt = performance.now()
    const stream = new EventStream(tap, outlet, null, limits.heartbeatMs)
    this.#streams.add(stream)
    const forget = this.#admitted.add(identityOf(request), () => {
      tap.close() // at once, even while the peer takes its time
      stream.end('revoked')
    })
    onClose(() => {
      tap.close()
      forget()
      this.#streams.delete(stream)
      const length = formatAge(performance.now() - startedAt)
      try {
        this.#note(
          request,
          tap.connection,
          'tap.close',
          `${tap.shown === 1 ? '1 message' : `${tap.shown} messages`} in ${length}`,
        )
      } catch (error) {
        deps.log.error({ err: error, requestId: request.id }, 'the end of a tap is not in the audit log')
      }
    })
  }

  close(): void {
    this.#admitted.close()
    for (const stream of this.#streams) stream.end('closing')
  }

  #connection(request: FastifyRequest): ConnectionInfo {
    const { id } = request.params as z.infer<typeof params>
    const connection = this.#context.deps.registry.get(id)
    if (connection === null) {
      throw new ApiError('no-connection', 'no connection has this id, or it ended too long ago')
    }
    if (connection.state !== 'open') throw notOpen()
    return connection
  }

  #note(request: FastifyRequest, { id, service, peer }: ConnectionInfo, action: string, detail: string): void {
    const { name: actor, from, requestId } = byOf(request)
    const object = `connection ${id}`
    const entry = { actor, from, requestId, action, object, result: 'ok' } as const
    this.#context.deps.audit.append({ ...entry, detail: `${service}, ${peer}, ${detail}` })
  }
}

function notOpen(): ApiError {
  return new ApiError('not-open', 'this connection has ended already')
}

/** @throws ApiError invalid-request */
function reasonOf({ query, headers }: FastifyRequest): string {
  const given = (query as z.infer<typeof querystring>).reason
  if (given !== undefined) return given
  const header = headers[REASON_HEADER]
  if (header === undefined) {
    const message = `say why the messages are read, in ?reason= or the header ${REASON_HEADER}; it goes into the audit log`
    throw invalid([{ pointer: '/reason', message }], 'query')
  }
  const read = tapReason.safeParse(header)
  if (read.success) return read.data
  throw invalid([{ pointer: '', message: read.error.issues[0]!.message }], REASON_HEADER)
}
