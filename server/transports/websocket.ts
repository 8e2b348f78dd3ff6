import { Buffer } from 'node:buffer'
import { EventEmitter } from 'node:events'
import { chmodSync } from 'node:fs'
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'

import websocket from '@fastify/websocket'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { WebSocketServer } from 'ws'

import type { ProblemBody } from '../../shared/api.ts'
import { cut, GateError, REASON_MAX } from '../../shared/causes.ts'
import type { ConnectionRequest } from '../../shared/policy/policy.ts'
import { closeFrame } from '../websocket/frames.ts'
import { CompressedPort, CompressedSocket } from './compressed-port.ts'
import { checkDoor, type Door } from './door.ts'
import type { Ingress, Listener, Offer, TurnedAway } from './ingress.ts'
import { Port, type ClientPort } from './port.ts'
import { chooseProtocol, handshakeFault, headerValues, readAsked } from './request.ts'
import { clearStaleSocket } from './stale-socket.ts'

/** How long a refused browser may take to read why before its socket is cut. */
const REFUSAL_LINGER_MS = 2000
const MAX_HEADER_BYTES = 16 * 1024

export interface WebSocketListenerOptions {
  /** `ws://HOST:PORT` or `ws+unix:///PATH`; port 0 takes a free one. */
  readonly uri: string
  /** A socket that listens already (socket activation), instead of one bound to `uri`. */
  readonly fd?: number | undefined
  readonly handshakeTimeoutMs: number
  /** Host and origin rules; asked for each client, so that a reload applies at once. */
  readonly door: (port: number | null) => Door
  /** Unique per connection and short enough to read out. */
  readonly nextId: () => string
  readonly onIngress: (ingress: Ingress) => void
  readonly onTurnedAway: (client: TurnedAway) => void
  /** False: not one more socket; it is answered 503 and closed at once. */
  readonly admits: () => boolean
  /** Called when a socket is taken in and when it is gone. */
  readonly counted: (change: 1 | -1) => void
  readonly peerCredentials: (socket: Socket) => ConnectionRequest['peer']
  /** Sentence why no more clients are taken; null when they are. */
  readonly unready: () => string | null
}

/**
 * The door for WebSocket clients. Fastify and `ws` do the HTTP part and the handshake; after the 101 the socket is ours:
 * frames are read and written by the bridge.
 * @throws Error EADDRINUSE, EACCES and the like, as `listen` gives them
 */
export async function listenWebSocket(options: WebSocketListenerOptions): Promise<Listener> {
  const self: Self = { uri: options.uri, port: null }
  const app = Fastify({
    logger: false,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: options.handshakeTimeoutMs,
      requestTimeout: options.handshakeTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, Math.max(50, options.handshakeTimeoutMs / 4)),
    },
    exposeHeadRoutes: false,
    // Before any route: a path that can't be decoded.
    frameworkErrors: (_error, _request, reply) => sendProblem(reply, notUnderstood(options.nextId())),
    // Before any request: what is not HTTP, too large, or too slow.
    clientErrorHandler: (error, socket) => turnAway(options, self, socket as Socket, parserFault(error)),
  })
  guardSockets(app, options, self)
  await app.register(websocket, {
    options: {
      // `ws` makes one for each client and gives it the socket after the 101.
      WebSocket: Handover as never,
      clientTracking: false,
      handleProtocols: chooseProtocol,
      // Service names are not routes: taking each upgrade through the router costs a third of the set-up time.
      server: new EventEmitter() as Server,
    },
    preClose: (done: () => void) => done(), // open connections belong to their bridges
  })
  // For the services that ask for compression. Both directions start afresh with each message: memory over ratio.
  const compressing = new WebSocketServer({
    WebSocket: CompressedSocket,
    noServer: true,
    clientTracking: false,
    handleProtocols: chooseProtocol,
    autoPong: false, // the bridge answers, and stops reading a client that pings but does not read
    perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true, concurrencyLimit: 4 },
  })
  app.server.on('upgrade', (request, socket: Socket, head) => {
    const upgrade: Upgrade = ({ compression, maxMessageBytes }) => {
      const server = compression && offersCompression(request) ? compressing : app.websocketServer
      let made: Handover | CompressedSocket | null = null
      server.options.maxPayload = maxMessageBytes
      server.handleUpgrade(request, socket, head, (ws) => (made = ws as CompressedSocket))
      return made
    }
    options.onIngress(new WebSocketIngress(options, self, request, upgrade))
  })
  addPlainRoutes(app, options, self)
  return bind(app, options, self)
}

/** Where the listener stands, once it does; port null on a Unix socket. */
interface Self {
  uri: string
  port: number | null
}

/** Has `ws` do the handshake; null when it found fault, which it has answered. */
type Upgrade = (offer: Offer) => Handover | CompressedSocket | null

/** An offer as RFC 7692 7.1 lets it be written. */
const DEFLATE_OFFER =
  /^permessage-deflate(\s*;\s*((server|client)_no_context_takeover|server_max_window_bits="?(8|9|1[0-5])"?|client_max_window_bits(="?(8|9|1[0-5])"?)?))*$/

/** An offer with anything else in it is declined (RFC 7692 5.1), where `ws` would refuse the handshake. */
function offersCompression({ headers }: IncomingMessage): boolean {
  const offers = (headers['sec-websocket-extensions'] ?? '').split(',').map((offer) => offer.trim())
  const deflate = offers.filter((offer) => offer.startsWith('permessage-deflate'))
  return deflate.length > 0 && deflate.every((offer) => DEFLATE_OFFER.test(offer))
}

/** Takes the place of `ws`'s WebSocket: receives the socket when the handshake is done, and does nothing with it. */
class Handover extends EventEmitter {
  socket: Socket | null = null
  early: Buffer = Buffer.alloc(0)

  /** Called by `ws` right after it wrote the 101. */
  setSocket(socket: Socket, head: Buffer): void {
    this.socket = socket
    this.early = head
  }
}

/** A WebSocket client at the door. */
class WebSocketIngress implements Ingress {
  readonly request: ConnectionRequest
  readonly view: string
  readonly text: boolean | null
  readonly objection: GateError | null
  // Both go when they were used: what hangs on the request must not live as long as the connection.
  #socket: Socket | null
  #upgrade: Upgrade | null
  #left: (() => void) | null = null
  readonly #leave = (): void => {
    this.#upgrade = null
    this.#left?.()
  }

  constructor(options: WebSocketListenerOptions, self: Self, raw: IncomingMessage, upgrade: Upgrade) {
    const { socket, headers } = raw
    const asked = readAsked(raw.url ?? '/', headers['sec-websocket-protocol'])
    this.view = asked?.view ?? 'payload'
    this.text = asked?.text ?? null
    this.request = describe(options, self, socket, asked?.service ?? '', headers.origin ?? null)
    this.objection = objectionTo(
      raw,
      options.door(self.port),
      asked !== null,
      self.port === null || this.request.source !== null,
    )
    this.#socket = socket
    this.#upgrade = upgrade
    // Its end alone as well: a client that ends now has left, though its handle stays open.
    socket.on('error', ignore).once('end', this.#leave).once('close', this.#leave)
  }

  onLeave(left: () => void): void {
    this.#left = left
  }

  accept(offer: Offer): { port: ClientPort; early: Buffer } {
    const socket = this.#socket
    const made = this.#shake(offer)
    // Before the socket is given up: whoever refuses it now must still be able to close it.
    if (made instanceof Handover && !made.socket)
      throw new GateError('client-lost', 'the client left before it was let in')
    this.#socket = null
    if (socket) atDoor.get(socket)?.() // the registry counts it from now on
    if (made instanceof CompressedSocket) return { port: new CompressedPort(made), early: Buffer.alloc(0) }
    return { port: Port.take(made.socket!), early: made.early }
  }

  reject(error: GateError): number {
    const socket = this.#socket
    if (socket === null || this.#upgrade === null) {
      socket?.destroy() // gone, or answered by `ws`
      return error.status
    }
    const late = setTimeout(() => socket.destroy(), REFUSAL_LINGER_MS)
    socket.once('close', () => clearTimeout(late))
    socket.resume()
    // A browser can't read a refused handshake: where it may connect at all, it is let in and told.
    if (this.request.origin !== null && this.objection === null) {
      this.#shake(PLAIN)
      socket.end(closeFrame(error.close, refusalReason(error, this.request.id)))
      return error.close
    }
    this.#upgrade = null
    socket.off('end', this.#leave).off('close', this.#leave)
    socket.end(refusal(error, this.request.id))
    return error.status
  }

  /** A handover without a socket: the client is gone, or `ws` has refused it. */
  #shake(offer: Offer): Handover | CompressedSocket {
    const made = this.#upgrade?.(offer) ?? new Handover()
    this.#upgrade = null
    this.#left = null
    this.#socket?.off('end', this.#leave).off('close', this.#leave)
    return made
  }
}

const PLAIN: Offer = { compression: false, maxMessageBytes: 0 }

function ignore(): void {}

/** Why, and the id to ask about; the id is always whole. */
function refusalReason(error: GateError, requestId: string): string {
  const id = `Request id ${requestId}`
  return `${cut(error.reason, REASON_MAX - id.length - 2)}. ${id}`
}

/** A problem body (RFC 9457) as a whole HTTP response, for clients that can read one. */
function refusal(error: GateError, requestId: string): string {
  const { code, title, status } = error
  const detail = code === 'internal' ? title : error.message
  const body = JSON.stringify(problem(status, code, title, detail, requestId))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    ...(error.retry ? ['Retry-After: 1'] : []),
    ...(code === 'unauthenticated' ? ['WWW-Authenticate: Bearer'] : []),
    '',
    body,
  ].join('\r\n')
}

/** What is known of a client; a network client that has reset has no address any more. */
function describe(
  { nextId, peerCredentials }: WebSocketListenerOptions,
  { uri, port }: Self,
  socket: Socket,
  service: string,
  origin: string | null,
): ConnectionRequest {
  const { remoteAddress, remotePort } = socket
  const source = port === null || remoteAddress === undefined ? null : { address: remoteAddress, port: remotePort ?? 0 }
  const peer = port === null && !socket.destroyed ? peerCredentials(socket) : null
  return { id: nextId(), listener: uri, service, source, peer, origin }
}

/** What Node's parser gave up on, as one of our causes. */
function parserFault({ code }: { code?: string }): GateError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new GateError('slow-handshake', 'the request headers did not arrive in time')
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new GateError('headers-too-large', `the request headers have more than ${MAX_HEADER_BYTES} bytes`)
  }
  if (code === 'ECONNRESET') return new GateError('client-lost', 'the client left in the middle of its request')
  return new GateError('bad-request', 'this is not an HTTP/1.1 request')
}

/** Answers a client that never got as far as asking, and closes. */
function turnAway(options: WebSocketListenerOptions, self: Self, socket: Socket, error: GateError): void {
  const request = describe(options, self, socket, '', null)
  options.onTurnedAway({ request, error, told: error.status })
  if (!socket.destroyed && socket.writable) socket.write(refusal(error, request.id))
  socket.destroy()
}

function objectionTo(raw: IncomingMessage, door: Door, readable: boolean, present: boolean): GateError | null {
  if (!present) return new GateError('client-lost', 'the client left before it was let in')
  const fault = handshakeFault(raw)
  if (fault !== null) return new GateError('bad-request', fault)
  if (!readable) return new GateError('bad-request', 'the request target is no path, or has a broken percent escape')
  return checkDoor(headerValues(raw, 'host'), headerValues(raw, 'origin'), door)
}

/** How each socket that is not let in yet stops being counted as at the door. */
const atDoor = new WeakMap<Socket, () => void>()

/** Counts the sockets, and turns away those for which there is no descriptor before they cost more. */
function guardSockets(app: FastifyInstance, options: WebSocketListenerOptions, self: Self): void {
  const { admits, counted } = options
  app.server.on('connection', (socket: Socket) => {
    counted(1)
    const leave = (): void => {
      if (atDoor.delete(socket)) counted(-1)
    }
    atDoor.set(socket, leave)
    socket.once('close', leave)
    if (!admits())
      turnAway(
        options,
        self,
        socket,
        new GateError('no-descriptors', 'the gateway is out of file descriptors; try again later'),
      )
  })
}

/** Everything that is not an upgrade: health, and a word to people who open the address in a browser. */
function addPlainRoutes(app: FastifyInstance, options: WebSocketListenerOptions, self: Self): void {
  app.addHook('onRequest', (request, reply, proceed) => {
    void reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    const wrong = checkDoor(headerValues(request.raw, 'host'), [], {
      ...options.door(self.port),
      missingOrigin: true,
    })
    if (wrong === null) return proceed()
    sendProblem(reply, problem(wrong.status, wrong.code, wrong.title, wrong.message, options.nextId()))
  })
  app.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(greeting(self.uri)))
  app.get('/-/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'))
  app.get('/-/readyz', (_request, reply) => {
    const unready = options.unready()
    return reply
      .code(unready === null ? 200 : 503)
      .type('text/plain')
      .send(unready === null ? 'ready\n' : `${unready}\n`)
  })
  app.setNotFoundHandler((_request, reply) => {
    void reply.header('upgrade', 'websocket')
    sendProblem(
      reply,
      problem(
        426,
        'upgrade-required',
        'Only WebSocket clients are served here',
        'connect with ws:// and this path',
        options.nextId(),
      ),
    )
  })
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    sendProblem(
      reply,
      problem(
        status,
        status === 500 ? 'internal' : 'bad-request',
        'The request is not understood',
        'the request could not be handled',
        options.nextId(),
      ),
    )
  })
}

function greeting(uri: string): string {
  return `sockgate: a WebSocket gateway to this machine's services.

Connect with a WebSocket client to ${uri}/<service>,
for example: websocketc ${uri}/pong
`
}

function problem(status: number, code: string, title: string, detail: string, requestId: string): ProblemBody {
  return { type: `urn:sockgate:problem:${code}`, title, status, detail, code, requestId }
}

function notUnderstood(requestId: string): ProblemBody {
  return problem(400, 'bad-request', 'The request is not understood', 'the path has a broken percent escape', requestId)
}

function sendProblem(reply: FastifyReply, body: ProblemBody): void {
  void reply.code(body.status).type('application/problem+json').send(JSON.stringify(body))
}

/** A socket that another process bound and handed over. */
async function listenOn(app: FastifyInstance, fd: number): Promise<void> {
  await app.ready()
  await new Promise<void>((resolve, reject) => {
    app.server.once('error', reject)
    app.server.listen({ fd }, () => {
      app.server.off('error', reject)
      resolve()
    })
  })
}

async function bind(app: FastifyInstance, options: WebSocketListenerOptions, self: Self): Promise<Listener> {
  if (options.fd !== undefined) await listenOn(app, options.fd)
  else if (options.uri.startsWith('ws+unix:')) {
    const path = decodeURIComponent(new URL(options.uri).pathname)
    await clearStaleSocket(path)
    await app.listen({ path })
    chmodSync(path, 0o660)
  } else {
    const { hostname, port } = new URL(options.uri)
    await app.listen({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), backlog: 4096 })
  }
  const address = app.server.address()
  if (address !== null && typeof address === 'object') {
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    self.port = address.port
    self.uri = `ws://${host}:${address.port}`
  }
  return {
    uri: self.uri,
    retime(handshakeTimeoutMs) {
      app.server.headersTimeout = app.server.requestTimeout = handshakeTimeoutMs
    },
    stop() {
      app.server.close() // at once; those that were let in keep their sockets until they end
      app.server.closeAllConnections() // half a request must not hold up the end
      app.close().catch(() => {}) // the server is closed already
      return Promise.resolve()
    },
  }
}
