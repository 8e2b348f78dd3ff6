import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

import { GateError } from '../../shared/causes.ts'
import type { Door } from '../transports/door.ts'
import type { Ingress, Listener, TurnedAway } from '../transports/ingress.ts'
import type { ClientPort } from '../transports/port.ts'
import { listenWebSocket, type WebSocketListenerOptions } from '../transports/websocket.ts'
import { identityOf, TestCa, type Pair } from './certificates.ts'

/** A listener, what became of everyone who came, and clients that write as they like. */

export const OFFER = { compression: false, maxMessageBytes: 1 << 20 }
const OPEN: Omit<Door, 'port'> = { hosts: [], origins: ['http://page.example'], missingOrigin: true }

let ca: TestCa | null = null
let pair: Pair | null = null

/** The one authority of a test file, made when it is asked for; `removeTestCa` at the end. */
export function testCa(): TestCa {
  return (ca ??= new TestCa())
}

/** The pair of a listener. */
export function serverPair(): Pair {
  return (pair ??= testCa().server())
}

export function removeTestCa(): void {
  ca?.remove()
  ca = pair = null
}

/** How a client connects: what TLS needs to know, and whether its end waits for the other's. */
type DialOptions = ConnectionOptions & { readonly allowHalfOpen?: boolean; readonly address?: string }

/** A listener, and what became of everyone who came. */
export class Rig {
  listener!: Listener
  readonly ingresses: Ingress[] = []
  readonly ports: ClientPort[] = []
  readonly turnedAway: TurnedAway[] = []
  /** Sockets taken in so far, and those that are still there. */
  taken = 0
  here = 0
  onIngress: (ingress: Ingress) => void = (ingress) => this.decide(ingress)
  readonly #sockets = new Set<Socket>()
  #changed: (() => void) | null = null

  static async start(options: Partial<WebSocketListenerOptions> = {}): Promise<Rig> {
    const rig = new Rig()
    let ids = 0
    rig.listener = await listenWebSocket({
      uri: 'ws://127.0.0.1:0',
      tls: options.uri?.startsWith('wss:') ? identityOf(serverPair()) : null,
      handshakeTimeoutMs: 5000,
      door: (port) => ({ port, ...OPEN }),
      nextId: () => `r${++ids}`,
      onIngress(ingress) {
        rig.ingresses.push(ingress)
        rig.onIngress(ingress)
      },
      onTurnedAway: (client) => rig.turnedAway.push(client),
      admits: () => true,
      counted(change) {
        rig.here += change
        if (change > 0) rig.taken++
        rig.#changed?.()
      },
      peerCredentials: () => ({ pid: 1, uid: 2, gid: 3 }),
      unready: () => null,
      ...options,
    })
    return rig
  }

  /** As the gateway would: `/echo` is let in, everything else unknown. */
  decide(ingress: Ingress): void {
    try {
      if (ingress.objection) throw ingress.objection
      if (ingress.request.service !== 'echo') throw new GateError('no-service', 'there is none')
      this.letIn(ingress)
    } catch (error) {
      ingress.reject(GateError.from(error))
    }
  }

  letIn(ingress: Ingress): void {
    const { port, early } = ingress.accept(OFFER)
    this.ports.push(port)
    // Sends back the client's own bytes: enough to see that both ways work.
    port.open(
      {
        bytes(chunk, from, to) {
          port.write(Buffer.from(chunk.bytes.subarray(from, to)))
          return true
        },
        ended: () => port.end(),
        failed: () => {},
        closed: () => {},
      },
      early,
    )
  }

  get port(): number {
    return Number(new URL(this.listener.uri).port)
  }

  get secure(): boolean {
    return this.listener.uri.startsWith('wss:')
  }

  /** A client that has connected, with TLS where the listener has it. */
  async dial({ allowHalfOpen = false, address = '127.0.0.1', ...options }: DialOptions = {}): Promise<Socket> {
    const { uri } = this.listener
    const path = uri.startsWith('ws+unix:') ? decodeURIComponent(new URL(uri).pathname) : null
    const socket =
      path === null
        ? connect({ port: this.port, host: address, noDelay: true, allowHalfOpen })
        : connect({ path, allowHalfOpen })
    this.#sockets.add(socket.on('error', () => {}))
    await once(socket, 'connect')
    if (!this.secure) return socket
    const secure = connectTls({ socket, ca: testCa().pem, servername: 'localhost', ...options })
    below.set(secure, socket)
    // That alone from now on: Node crashes where both are destroyed in one turn, TCP first.
    this.#sockets.delete(socket)
    this.#sockets.add(secure.on('error', () => {}))
    await once(secure, 'secureConnect')
    return secure
  }

  async ask(request: string): Promise<Answer> {
    const socket = await this.dial()
    socket.write(request, 'latin1')
    return answerOn(socket)
  }

  /** A good handshake, with lines replaced (or left out: null) and others added. */
  handshake(changes: Readonly<Record<string, string | null>> = {}, line = 'GET /echo HTTP/1.1'): string {
    const all: Record<string, string | null> = {
      Host: this.listener.uri.startsWith('ws+unix:') ? 'localhost' : `127.0.0.1:${this.port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...changes,
    }
    const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`]))
    return `${line}\r\n${lines.join('')}\r\n`
  }

  /** Every client that dialled; those that are over included. */
  get clients(): ReadonlySet<Socket> {
    return this.#sockets
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.listener.stop()
  }

  /** Resolves when at least `taken` sockets have come and all are gone. */
  async empty(taken = 1): Promise<void> {
    while (this.here > 0 || this.taken < taken) await new Promise<void>((resolve) => (this.#changed = resolve))
  }
}

/** TCP below a TLS socket of ours. */
const below = new WeakMap<Socket, Socket>()

/** Resets, which only TCP can. */
export function reset(socket: Socket): void {
  ;(below.get(socket) ?? socket).resetAndDestroy()
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The first whole response; all that was sent when the other end closes before. */
export function answerOn(socket: Socket): Promise<Answer> {
  return new Promise((resolve) => {
    let bytes = ''
    const look = (over: boolean): void => {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) {
        if (over) resolve({ status: 0, headers: {}, body: bytes })
        return
      }
      const [line, ...lines] = bytes.slice(0, end).split('\r\n')
      const headers = Object.fromEntries(
        lines.map((each) => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 2)]),
      )
      const body = bytes.slice(end + 4)
      if (!over && body.length < Number(headers['content-length'] ?? 0)) return
      socket.off('data', take)
      resolve({ status: Number(line!.split(' ')[1]), headers, body })
    }
    const take = (data: Buffer): void => {
      bytes += data.toString('latin1')
      look(false)
    }
    socket.on('data', take).once('close', () => look(true))
  })
}
