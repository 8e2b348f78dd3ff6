import { Buffer } from 'node:buffer'

import { FrameError, type Codec } from '../codecs/codec.ts'
import type { Chunk } from '../transports/chunk.ts'
import { ViewError, type View } from '../views/view.ts'
import { Gather } from './gather.ts'
import type { Counters, Failing, Outlet, UpLane } from './lane.ts'

/**
 * Client to service, one message at a time: for the views that need to see messages, and for services that need each
 * frame in a read of its own (`apart`).
 */
export class MessageUp implements UpLane {
  readonly retains = false
  readonly #codec: Codec
  readonly #view: View
  readonly #apart: boolean
  readonly #outlet: Outlet
  readonly #counters: Counters
  readonly #bridge: Failing
  readonly #gather = new Gather()
  #gathering = false
  #chunk!: Chunk
  #from = 0
  #to = 0
  #ready: Buffer[] = []

  constructor(parts: {
    codec: Codec
    view: View
    apart: boolean
    outlet: Outlet
    counters: Counters
    bridge: Failing
  }) {
    this.#codec = parts.codec
    this.#view = parts.view
    this.#apart = parts.apart
    this.#outlet = parts.outlet
    this.#counters = parts.counters
    this.#bridge = parts.bridge
  }

  begin(chunk: Chunk): void {
    this.#chunk = chunk
  }

  frame(at: number, length: number, first: boolean, fin: boolean, end: number): void {
    this.#gathering = !(first && fin && at + length <= end)
    this.#from = this.#to = at
  }

  place(at: number): number {
    return at
  }

  placed(at: number, length: number): void {
    if (this.#gathering) this.#gather.append(this.#chunk.bytes, at, at + length)
    else this.#to = at + length
  }

  message(text: boolean): void {
    // What lies in the chunk may stay there: the frame is a copy.
    const data = this.#gathering ? this.#gather.take() : this.#chunk.bytes.subarray(this.#from, this.#to)
    this.#gathering = false
    try {
      const message = this.#view.decode(data, text, this.#codec)
      const frame = this.#codec.encode(message)
      this.#counters.upMessages++
      this.#counters.upBytes += message.payload.length
      if (this.#apart) this.#outlet.write(frame)
      else this.#ready.push(frame)
    } catch (error) {
      if (!(error instanceof ViewError || error instanceof FrameError)) throw error
      const tooLarge = error instanceof FrameError && error.tooLarge
      this.#bridge.fail(tooLarge ? 'client-too-large' : 'client-malformed', error.message)
    }
  }

  flush(): void {
    if (this.#ready.length === 0) return
    this.#outlet.write(this.#ready.length === 1 ? this.#ready[0]! : Buffer.concat(this.#ready))
    this.#ready = []
  }

  finish(): void {
    this.flush()
  }
}
