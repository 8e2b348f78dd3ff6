import { Buffer } from 'node:buffer'

import { FrameError, type Codec, type Scanner } from '../codecs/codec.ts'
import { CAPACITY, copyOf, type Chunk } from '../transports/chunk.ts'
import { BINARY, CONTINUATION, headSize, writeHead } from '../websocket/frames.ts'
import type { Counters, DownLane, Failing, Writer } from './lane.ts'

/**
 * Service to client without message objects: the codec's heads become frame heads in place, neighbours move together
 * and one buffer leaves. A message that spans chunks leaves as fragments, so that every chunk ends at a frame border
 * and a ping or a close can go out between any two.
 */
export class FastDown implements DownLane {
  readonly retains = true
  readonly #scanner: Scanner | null
  readonly #outlet: Writer
  readonly #counters: Counters
  readonly #bridge: Failing
  /** A fragment of the present message has left. */
  #mid = false
  // The window of frames ready to leave, in `#out`.
  #out!: Buffer
  #from = 0
  #to = 0

  constructor(codec: Codec, maxMessageBytes: number, outlet: Writer, counters: Counters, bridge: Failing) {
    const plain = codec.headMax === 0 && codec.tail.length === 0
    // Without borders a whole read is one message, unless it may be longer than the limit.
    this.#scanner = plain && maxMessageBytes >= CAPACITY ? null : codec.scanner({ maxMessageBytes })
    this.#outlet = outlet
    this.#counters = counters
    this.#bridge = bridge
  }

  get idle(): boolean {
    return this.#scanner?.idle ?? true
  }

  bytes(chunk: Chunk, from: number, to: number, own: boolean): void {
    const b = chunk.bytes
    const counters = this.#counters
    if (this.#scanner === null) {
      const length = to - from
      counters.downMessages++
      counters.downBytes += length
      const at = from - headSize(length)
      writeHead(b, at, BINARY, true, length)
      this.#outlet.write(own ? b.subarray(at, to) : copyOf(b, at, to))
      return
    }
    this.#out = b
    this.#from = this.#to = 0
    const refusal = this.#frames(this.#scanner, b, from, to)
    if (this.#to > this.#from) {
      const stays = own || this.#out !== b
      this.#outlet.write(stays ? this.#out.subarray(this.#from, this.#to) : copyOf(b, this.#from, this.#to))
    }
    // After what came whole before the fault.
    if (refusal) this.#bridge.fail(refusal.tooLarge ? 'service-too-large' : 'service-malformed', refusal.message)
  }

  /** Gathers frames in the window; returns what is wrong with the bytes, if anything. */
  #frames(scanner: Scanner, b: Buffer, i: number, n: number): FrameError | null {
    const counters = this.#counters
    try {
      while (i < n) {
        i = scanner.next(b, i, n)
        const { from, to, done } = scanner
        if (from === to && !done) continue // only framing was taken
        this.#frame(b, from, to - from, done, n)
        counters.downBytes += to - from
        if (done) counters.downMessages++
        this.#mid = !done
      }
      return null
    } catch (error) {
      if (error instanceof FrameError) return error
      throw error
    }
  }

  /** Adds one frame to the window. Its payload lies at `b[at]`; everything before it in `b` is free but the window. */
  #frame(b: Buffer, at: number, length: number, fin: boolean, n: number): void {
    const opcode = this.#mid ? CONTINUATION : BINARY
    const head = headSize(length)
    const ready = this.#to - this.#from
    if (this.#out === b) {
      if (ready === 0) {
        this.#from = at - head
        writeHead(b, this.#from, opcode, fin, length)
        this.#to = at + length
        return
      }
      const gap = at - head - this.#to
      if (gap >= 0) {
        if (gap > 0 && ready < length) {
          b.copyWithin(this.#from + gap, this.#from, this.#to)
          this.#from += gap
          this.#to += gap
        }
        const payload = writeHead(b, this.#to, opcode, fin, length)
        if (payload !== at) move(b, at, payload, length)
        this.#to = payload + length
        return
      }
      this.#spill(b, n - at)
    }
    const payload = writeHead(this.#out, this.#to, opcode, fin, length)
    b.copy(this.#out, payload, at, at + length)
    this.#to = payload + length
  }

  /**
   * Frame heads need more room than the service's framing left (a line end is one byte): the rest of this chunk goes to
   * a buffer of its own. Raw bytes that leave one by one grow most, to three each.
   */
  #spill(b: Buffer, rest: number): void {
    const out = Buffer.allocUnsafeSlow(this.#to - this.#from + 3 * rest + 16)
    this.#to = b.copy(out, 0, this.#from, this.#to)
    this.#from = 0
    this.#out = out
  }
}

/** For short payloads a loop beats the call. */
function move(b: Buffer, from: number, to: number, length: number): void {
  if (length < 48) for (let i = 0; i < length; i++) b[to + i] = b[from + i]!
  else b.copyWithin(to, from, from + length)
}
