import { Buffer } from 'node:buffer'

import { FrameError, type Codec } from '../codecs/codec.ts'
import { Chunk, copyOf } from '../transports/chunk.ts'
import { Gather } from './gather.ts'
import type { Counters, Failing, Outlet, UpLane } from './lane.ts'

const NO_CHUNK = new Chunk(0)

/**
 * Client to service without message objects: payloads move together inside the chunk, the codec's head takes the place
 * of the WebSocket frame head (which is never shorter), and one buffer leaves. A message whose length or content must be
 * known before it may leave (fragments, a line over chunk borders) is gathered instead.
 */
export class FastUp implements UpLane {
  readonly retains = true
  readonly #codec: Codec
  readonly #plain: boolean
  readonly #tail: number
  readonly #outlet: Outlet
  readonly #counters: Counters
  readonly #bridge: Failing
  readonly #gather = new Gather()
  #gathering = false
  #chunk: Chunk = NO_CHUNK
  #own = false
  // The window of bytes ready to leave; from `#messageAt` on they belong to a message that is not complete yet.
  #from = 0
  #to = 0
  #messageAt = 0
  #payloadAt = 0

  constructor(codec: Codec, outlet: Outlet, counters: Counters, bridge: Failing) {
    this.#codec = codec
    this.#plain = codec.headMax === 0 && codec.tail.length === 0
    this.#tail = codec.tail.length
    this.#outlet = outlet
    this.#counters = counters
    this.#bridge = bridge
  }

  begin(chunk: Chunk, own: boolean): void {
    this.#chunk = chunk
    this.#own = own
    this.#clear()
  }

  frame(at: number, length: number, first: boolean, fin: boolean, end: number): void {
    if (this.#plain) return
    const codec = this.#codec
    this.#gathering = !(first && fin && (codec.streams || at + length <= end))
    if (this.#gathering) return
    if (length > codec.maxPayloadBytes) return this.#tooLong()
    const head = codec.headSize(length)
    // The window must end where the tail still fits in front of the next frame.
    if (this.#to === this.#from) this.#from = this.#to = at - head - this.#tail
    this.#messageAt = this.#to
    codec.writeHead(this.#chunk.bytes, this.#to, length)
    this.#to += head
    this.#payloadAt = this.#to
  }

  place(at: number, length: number): number {
    if (this.#gathering) return at
    if (this.#to === this.#from) {
      this.#from = this.#to = this.#messageAt = at - this.#tail
    } else if (length > 256 && length > this.#to - this.#from) {
      // Move the shorter of the two: what is ready goes up to the payload.
      const gap = at - this.#tail - this.#to
      if (gap > 0) {
        this.#chunk.bytes.copyWithin(this.#from + gap, this.#from, this.#to)
        this.#from += gap
        this.#to += gap
        this.#messageAt += gap
        this.#payloadAt += gap
      }
    }
    return this.#to
  }

  placed(at: number, length: number): void {
    this.#counters.upBytes += length
    if (this.#gathering) this.#gather.append(this.#chunk.bytes, at, at + length)
    else this.#to = at + length
  }

  message(): void {
    if (this.#gathering) return this.#sendGathered()
    if (!this.#plain) {
      const b = this.#chunk.bytes
      if (!this.#codec.streams && !this.#check(b.subarray(this.#payloadAt, this.#to))) return
      if (this.#tail > 0) {
        b.set(this.#codec.tail, this.#to)
        this.#to += this.#tail
      }
    }
    this.#messageAt = this.#to
    this.#counters.upMessages++
  }

  flush(): void {
    this.#write(this.#to)
  }

  finish(): void {
    this.#write(this.#plain ? this.#to : this.#messageAt)
  }

  #write(to: number): void {
    const b = this.#chunk.bytes
    if (to > this.#from) this.#outlet.write(this.#own ? b.subarray(this.#from, to) : copyOf(b, this.#from, to))
    this.#clear()
  }

  #clear(): void {
    this.#from = this.#to = this.#messageAt = 0
  }

  #sendGathered(): void {
    const payload = this.#gather.take()
    this.#gathering = false
    if (!this.#check(payload)) return
    this.#counters.upMessages++
    this.flush()
    const size = this.#codec.headSize(payload.length)
    const head = Buffer.allocUnsafe(size)
    this.#codec.writeHead(head, 0, payload.length)
    this.#outlet.write(Buffer.concat([head, payload, this.#codec.tail]))
  }

  /** False, and the connection is over, when this codec can't carry the payload. */
  #check(payload: Buffer): boolean {
    try {
      this.#codec.check(payload)
      return true
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#bridge.fail(error.tooLarge ? 'client-too-large' : 'client-malformed', error.message)
      return false
    }
  }

  #tooLong(): void {
    const { name, maxPayloadBytes } = this.#codec
    this.#bridge.fail('client-too-large', `a ${name} message holds at most ${maxPayloadBytes} bytes`)
  }
}
