import type { Socket } from 'node:net'
import { TLSSocket, type Server } from 'node:tls'

import { GateError } from '../../shared/causes.ts'

const LEFT = 'the client left in the middle of the TLS handshake'

interface Pending {
  readonly socket: Socket
  readonly late: NodeJS.Timeout
  /** Why it failed; OpenSSL says so a moment before the socket closes. */
  fault: GateError | null
  over: boolean
}

export interface HandshakesOptions {
  readonly timeoutMs: number
  /** The handshake is done: the TLS socket takes the place of the TCP socket. */
  readonly done: (socket: Socket, secure: TLSSocket) => void
  /** It failed; the socket is closed already, but its address is still known. */
  readonly failed: (socket: Socket, error: GateError) => void
}

/**
 * The TLS handshakes of one listener that are going on: each has so long, and one owner until it is done. That closes the
 * TCP socket alone, after which Node closes TLS: both in one turn, TCP first, make Node 20 crash.
 */
export class Handshakes {
  timeoutMs: number
  readonly #options: HandshakesOptions
  /** By address and port of the client: how both sockets of a connection can be told to be the same. */
  readonly #pending = new Map<string, Pending>()
  readonly #secure = new WeakSet<Socket>()

  constructor(options: HandshakesOptions) {
    this.#options = options
    this.timeoutMs = options.timeoutMs
  }

  /** Hears of the ends of handshakes; what comes to the server must be told to `begin` as well. */
  watch(server: Server): void {
    server.on('secureConnection', (secure) => this.#done(secure))
    server.on('tlsClientError', (error, secure) => {
      const pending = this.#pending.get(nameOf(secure))
      if (pending) pending.fault ??= faultOf(error)
    })
  }

  /** Breaks one off, for a reason of ours. */
  refuse(socket: Socket, error: GateError): void {
    const pending = this.#pending.get(nameOf(socket))
    if (pending) pending.fault ??= error
    socket.destroy()
  }

  /** Breaks all off; nobody is told. */
  stop(): void {
    for (const [name, pending] of this.#pending) {
      this.#end(name, pending)
      pending.socket.destroy()
    }
  }

  /** Whether a socket that broke was still about its handshake, so that `failed` tells of it. */
  concerns(socket: Socket): boolean {
    return socket instanceof TLSSocket && !this.#secure.has(socket)
  }

  /** Called with each TCP socket that comes. */
  begin(socket: Socket): void {
    const name = nameOf(socket)
    const late = setTimeout(
      () => this.refuse(socket, new GateError('slow-handshake', 'the TLS handshake took too long')),
      this.timeoutMs,
    )
    const pending: Pending = { socket, late, fault: null, over: false }
    this.#pending.set(name, pending)
    socket.once('close', () => {
      if (!pending.over) this.#options.failed(socket, pending.fault ?? new GateError('client-lost', LEFT))
      this.#end(name, pending)
    })
  }

  #done(secure: TLSSocket): void {
    this.#secure.add(secure)
    const name = nameOf(secure)
    const pending = this.#pending.get(name)
    if (!pending) return
    this.#end(name, pending)
    this.#options.done(pending.socket, secure)
  }

  #end(name: string, pending: Pending): void {
    clearTimeout(pending.late)
    pending.over = true
    if (this.#pending.get(name) === pending) this.#pending.delete(name)
  }
}

/** Node remembers the address of a socket that was asked for it once, also when that has closed. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remotePort} ${remoteAddress}`
}

/** OpenSSL's reason in its own words, such as "no shared cipher": those who run clients know them. */
function faultOf(error: Error & { reason?: string; code?: string }): GateError {
  if (error.code === 'ECONNRESET') return new GateError('client-lost', LEFT)
  return new GateError('bad-request', `the TLS handshake failed: ${error.reason ?? error.code ?? 'unknown reason'}`)
}
