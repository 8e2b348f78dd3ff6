import { lookup } from 'node:dns/promises'
import { EventEmitter } from 'node:events'
import { chmodSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

import websocket from '@fastify/websocket'
import Fastify from 'fastify'

import { causes, GateError } from '../../shared/causes.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import { AtDoor } from './at-door.ts'
import type { Door } from './door.ts'
import { Handshakes } from './handshakes.ts'
import { createHttpServer, listen, MAX_HEADER_BYTES, retime } from './http-server.ts'
import type { Ingress, Listener, TurnedAway } from './ingress.ts'
import { addPlainRoutes } from './plain-routes.ts'
import { problem, refusal, sendProblem } from './refusal.ts'
import { chooseProtocol } from './request.ts'
import { clearStaleSocket } from './stale-socket.ts'
import { changeIdentity, type TlsIdentity } from './tls.ts'
import { Handover, Upgrades } from './upgrades.ts'
import { describe, saidNothing, WebSocketIngress, type Doorway } from './websocket-ingress.ts'

export interface WebSocketListenerOptions {
  /** `ws://HOST:PORT`, `wss://HOST:PORT` or `ws+unix:///PATH`; port 0 takes a free one. */
  readonly uri: string
  /** A socket that listens already (socket activation), instead of one bound to `uri`. */
  readonly fd?: number | undefined
  /** For `wss`, which can't do without. */
  readonly tls: TlsIdentity | null
  /** Longest time for the TLS handshake, and once more for the head of the request. */
  readonly handshakeTimeoutMs: number
  /** Host and origin rules; asked for each client, so that a reload applies at once. */
  readonly door: (port: number | null) => Door
  /** Unique per connection and short enough to read out. */
  readonly nextId: () => string
  readonly onIngress: (ingress: Ingress) => void
  readonly onTurnedAway: (client: TurnedAway) => void
  /** False: not one more socket; it is answered 503 and closed at once. */
  readonly admits: () => boolean
  /** Called when a socket is taken in and when it is let in or gone. */
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
  const { nextId, peerCredentials, unready } = options
  const secure = options.uri.startsWith('wss:')
  const atDoor = new AtDoor(options.counted)
  const doorway: Self = {
    uri: options.uri,
    port: null,
    door: () => ({ ...options.door(doorway.port), secure }),
    nextId,
    peerCredentials,
    letIn: (socket) => atDoor.leave(socket),
  }
  const turnAway = (socket: Socket, error: GateError): void => {
    if (handshakes.concerns(socket)) return void socket.destroy() // and told of below
    const request = describe(doorway, socket, saidNothing)
    options.onTurnedAway({ request, error, told: error.status })
    if (!socket.destroyed && socket.writable) socket.write(refusal(error, request.id))
    socket.destroy()
  }
  const handshakes = new Handshakes({
    timeoutMs: options.handshakeTimeoutMs,
    done: (socket, tls) => atDoor.goesOn(socket, tls),
    failed(socket, error) {
      const request = describe(doorway, socket, saidNothing)
      options.onTurnedAway({ request, error, told: causes['client-lost'].close }) // there was no way to say it
    },
  })
  const servers: (Server | TlsServer)[] = []
  const serve = (handler: RequestListener): Server => {
    const server = createHttpServer(handler, secure ? options.tls! : null, options.handshakeTimeoutMs)
    servers.push(server)
    server.on('connection', (socket: Socket) => {
      atDoor.enter(socket)
      if (server instanceof TlsServer) handshakes.begin(socket)
      if (options.admits()) return
      // Before it costs more than a descriptor.
      const full = new GateError('no-descriptors', 'the gateway is out of file descriptors; try again later')
      if (server instanceof TlsServer) handshakes.refuse(socket, full)
      else turnAway(socket, full)
    })
    if (server instanceof TlsServer) handshakes.watch(server)
    server.on('upgrade', (request, socket: Socket, head) => {
      options.onIngress(new WebSocketIngress(doorway, request, upgrades.of(request, socket, head)))
    })
    // Before any request: what is not HTTP, too large, or too slow.
    server.on('clientError', (error, socket) => turnAway(socket as Socket, parserFault(error)))
    return server as Server
  }
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    serverFactory: serve,
    clientErrorHandler: () => {}, // ours does it
    // Before any route: a path that can't be decoded.
    frameworkErrors: (_error, _request, reply) => {
      const detail = 'the path has a broken percent escape'
      sendProblem(reply, problem(400, 'bad-request', 'The request is not understood', detail, nextId()))
    },
  })
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
  const upgrades = new Upgrades(app.websocketServer)
  addPlainRoutes(app, { uri: () => doorway.uri, door: doorway.door, nextId, unready })
  await app.ready()
  await bind(options, doorway, app.server, () => serve((request, response) => app.routing(request, response)))
  return {
    uri: doorway.uri,
    retime(handshakeTimeoutMs) {
      handshakes.timeoutMs = handshakeTimeoutMs
      for (const server of servers) retime(server, handshakeTimeoutMs)
    },
    identify(identity) {
      for (const server of servers) if (server instanceof TlsServer) changeIdentity(server, identity)
    },
    stop() {
      for (const server of servers) {
        server.close() // at once; those that were let in keep their sockets until they end
        server.closeAllConnections() // half a request must not hold up the end
      }
      handshakes.stop()
      app.close().catch(() => {}) // the server is closed already
      return Promise.resolve()
    },
  }
}

/** The listener's own doorway: where it stands is known once it does. */
type Self = { -readonly [K in keyof Doorway]: Doorway[K] }

/** What Node's parser gave up on, as one of our causes. */
function parserFault({ code }: NodeJS.ErrnoException): GateError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new GateError('slow-handshake', 'the request headers did not arrive in time')
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new GateError('headers-too-large', `the request headers have more than ${MAX_HEADER_BYTES} bytes`)
  }
  if (code === 'ECONNRESET') return new GateError('client-lost', 'the client left in the middle of its request')
  return new GateError('bad-request', 'this is not an HTTP/1.1 request')
}

/** @param further makes another server: a name such as localhost may have more addresses than one */
async function bind(
  { uri, fd }: WebSocketListenerOptions,
  self: Self,
  server: Server,
  further: () => Server,
): Promise<void> {
  if (fd !== undefined) await listen(server, { fd })
  else if (uri.startsWith('ws+unix:')) {
    const path = decodeURIComponent(new URL(uri).pathname)
    await clearStaleSocket(path)
    await listen(server, { path })
    chmodSync(path, 0o660)
  } else {
    const { protocol, hostname, port: named } = new URL(uri)
    const port = Number(named || (protocol === 'wss:' ? 443 : 80))
    const [first, ...others] = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true })
    await listen(server, { host: first!.address, port })
    const { port: bound } = server.address() as { port: number }
    // One that can't be had is left out, as the first is all that was promised.
    for (const { address } of others) await listen(further(), { host: address, port: bound }).catch(() => {})
  }
  const address = server.address()
  if (address !== null && typeof address === 'object') {
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    self.port = address.port
    self.uri = `${uri.slice(0, uri.indexOf(':'))}://${host}:${address.port}`
  }
}
