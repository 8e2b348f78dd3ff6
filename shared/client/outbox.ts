import type { Frame } from './views.ts'
import type { Wire } from './wire.ts'

/**
 * Sends in order, and holds senders up while too much is waiting: a resolved `send` means that the message was handed
 * over and that the next one may come. One outbox for each wire.
 */
export class Outbox {
  readonly #wire: Wire
  readonly #maxBytes: number
  /** Ends when all earlier senders had their turn. */
  #turn: Promise<void> = Promise.resolve()
  #waitingBytes = 0

  constructor(wire: Wire, maxBytes: number) {
    this.#wire = wire
    this.#maxBytes = maxBytes
  }

  /** @throws RangeError when others wait for `maxBytes` already; Error when the wire closed meanwhile */
  send(frame: Frame): Promise<void> {
    if (this.#waitingBytes === 0 && this.#wire.bufferedBytes <= this.#maxBytes) {
      return this.#hand(frame)
    }
    if (this.#waitingBytes > this.#maxBytes) {
      const limit = `${this.#maxBytes} bytes are waiting to be sent already`
      return Promise.reject(new RangeError(`${limit}: await each send, or raise maxBufferedBytes`))
    }
    // An empty message counts too, or those behind it could overtake it.
    const bytes = frame.length + 1
    this.#waitingBytes += bytes
    const sent = this.#turn.then(async () => {
      await this.#wire.whenRoom(this.#maxBytes / 2)
      this.#waitingBytes -= bytes
      return this.#hand(frame)
    })
    this.#turn = sent.catch(() => {})
    return sent
  }

  #hand(frame: Frame): Promise<void> {
    if (this.#wire.closing) return Promise.reject(new Error('The connection closed before this message could be sent'))
    this.#wire.send(frame)
    return Promise.resolve()
  }
}
