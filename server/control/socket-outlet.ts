import type { WebSocket } from '@fastify/websocket'

import { causes } from '../../shared/causes.ts'
import type { EndOfStream, EventText, Hearer, Outlet } from './outlet.ts'

/** How long a peer has to answer a close frame. */
const CLOSE_TIMEOUT_MS = 1000

/** Events over a WebSocket, each in a text message. The peer has nothing to say; one that talks is closed. */
export class SocketOutlet implements Outlet {
  readonly #socket: WebSocket
  #drained = (): void => {}
  /** Whether the last ping was answered. */
  #answered = true
  #blocked = false

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('pong', () => (this.#answered = true))
    socket.on('message', () => this.#close(causes['client-protocol'].close, 'nothing is to be sent here'))
  }

  get waiting(): number {
    const { bufferedAmount } = this.#socket
    this.#blocked = bufferedAmount > 0
    return bufferedAmount
  }

  send({ json }: EventText): void {
    this.#socket.send(json, () => this.#gone())
  }

  beat(): void {
    if (!this.#answered) return this.destroy()
    this.#answered = false
    this.#socket.ping()
  }

  end(why: EndOfStream): void {
    if (why === 'over') return this.#close(1000, 'the connection is over')
    const { close, title } = why === 'revoked' ? causes.revoked : causes.draining
    this.#close(close, title)
  }

  destroy(): void {
    this.#socket.terminate()
  }

  listen(on: Hearer): void {
    this.#drained = () => on.drained()
    this.#socket.on('close', () => on.closed())
  }

  /** Called for each message that the socket has taken; only the last one means that none waits. */
  #gone(): void {
    if (!this.#blocked || this.#socket.bufferedAmount > 0) return
    this.#blocked = false
    this.#drained()
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason)
    setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS).unref()
  }
}
