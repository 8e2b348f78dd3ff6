import { Buffer, isUtf8 } from 'node:buffer'

import { FrameError, type Codec, type Message, type Scanner } from '../codecs/codec.ts'
import type { Chunk } from '../transports/chunk.ts'
import { ViewError, type View } from '../views/view.ts'
import { BINARY, frame, TEXT } from '../websocket/frames.ts'
import { unfinished } from '../websocket/utf8.ts'
import { Gather } from './gather.ts'
import type { Counters, DownLane, Failing, Writer } from './lane.ts'

/** Service to client, one message at a time: for the views that need to see messages, and for text. */
export class MessageDown implements DownLane {
  readonly retains = false
  readonly #codec: Codec
  readonly #view: View
  readonly #text: boolean
  readonly #scanner: Scanner
  readonly #outlet: Writer
  readonly #counters: Counters
  readonly #bridge: Failing
  readonly #gather = new Gather()
  /** Unframed text is cut anywhere by the kernel, but a text message must hold whole characters. */
  readonly #holdsBack: boolean

  constructor(parts: {
    codec: Codec
    view: View
    text: boolean
    maxMessageBytes: number
    outlet: Writer
    counters: Counters
    bridge: Failing
  }) {
    this.#codec = parts.codec
    this.#view = parts.view
    this.#text = parts.view.sends === 'text' || (parts.view.sends === 'service' && parts.text)
    this.#scanner = parts.codec.scanner({ maxMessageBytes: parts.maxMessageBytes })
    this.#outlet = parts.outlet
    this.#counters = parts.counters
    this.#bridge = parts.bridge
    this.#holdsBack =
      this.#text && parts.view.sends === 'service' && parts.codec.headMax + parts.codec.tail.length === 0
  }

  get idle(): boolean {
    return this.#scanner.idle && this.#gather.length === 0
  }

  bytes(chunk: Chunk, i: number, n: number): void {
    const ready: Buffer[] = []
    const scanner = this.#scanner
    let refusal: FrameError | ViewError | null = null
    try {
      while (i < n) {
        i = scanner.next(chunk.bytes, i, n)
        const payload = this.#piece(chunk.bytes, scanner)
        if (payload !== null) ready.push(this.#encode({ type: scanner.type, utype: scanner.utype, payload }))
      }
    } catch (error) {
      if (!(error instanceof FrameError || error instanceof ViewError)) throw error
      refusal = error
    }
    // First what came whole before the fault, then the end.
    if (ready.length > 0) this.#outlet.write(ready.length === 1 ? ready[0]! : Buffer.concat(ready))
    if (refusal === null) return
    const tooLarge = refusal instanceof FrameError && refusal.tooLarge
    this.#bridge.fail(tooLarge ? 'service-too-large' : 'service-malformed', refusal.message)
  }

  /** The whole payload once it is there; null before. It may still lie in the chunk. */
  #piece(b: Buffer, { from, to, done }: Scanner): Buffer | null {
    if (this.#holdsBack) return this.#characters(b, from, to)
    if (!done) {
      if (to > from) this.#gather.append(b, from, to)
      return null
    }
    if (this.#gather.length === 0) return b.subarray(from, to)
    this.#gather.append(b, from, to)
    return this.#gather.take()
  }

  /** What there is but for an unfinished character at its end. */
  #characters(b: Buffer, from: number, to: number): Buffer | null {
    this.#gather.append(b, from, to)
    const all = this.#gather.take()
    const whole = all.length - unfinished(all, 0, all.length)
    if (whole < all.length) this.#gather.append(all, whole, all.length)
    return whole === 0 ? null : all.subarray(0, whole)
  }

  #encode(message: Message): Buffer {
    const data = this.#view.encode(message, this.#codec)
    if (this.#text && !isUtf8(data)) {
      throw new FrameError('bytes that are not UTF-8, although its messages are text: set text to false for it')
    }
    this.#counters.downMessages++
    this.#counters.downBytes += message.payload.length
    return frame(this.#text ? TEXT : BINARY, data)
  }
}
