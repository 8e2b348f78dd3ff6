import { Buffer } from 'node:buffer'

import { DATA, FrameError, type Codec, type Scanner } from '../codecs/codec.ts'
import type { Chunk } from '../transports/chunk.ts'
import { ViewError, type View } from '../views/view.ts'
import { CLOSE, CONTINUATION, PING, TEXT } from '../websocket/frames.ts'
import { Capture } from './capture.ts'
import type { DownLane, UpLane } from './lane.ts'
import { SHOWN_BYTES, type TapObserver, type TappedMessage } from './tapped.ts'

/**
 * Most that a tap copies in a second: people read less, and whoever is tapped must not cost the others more. The rest is
 * counted.
 */
const MESSAGES_PER_SECOND = 10_000
const BYTES_PER_SECOND = 32 * 1024 * 1024

export interface TapParts {
  readonly up: UpLane
  readonly down: DownLane
  readonly codec: Codec
  readonly view: View
  readonly maxMessageBytes: number
  /** The last observer has left. */
  readonly unused: () => void
}

type Types = Pick<TappedMessage, 'mtype' | 'utype'>
const NO_TYPES: Types = {}

/**
 * Shows the messages of one connection to whoever observes it. Stands in front of the lanes while somebody does and passes
 * everything on as it is; it holds nothing back and keeps nothing but the first bytes of the two messages under way.
 */
export class Tap {
  /** In the place of the connection's own lanes, from the next chunk on. */
  readonly up: UpLane
  readonly down: DownLane
  readonly #unused: () => void
  readonly #observers = new Set<TapObserver>()
  readonly #sent = new Capture()
  #sentText = false
  /** Of the messages that the service's present chunk completes; null when they are not known. */
  readonly #types: TypeScanner | null
  // What was copied in the present second.
  #second = 0
  #messages = 0
  #bytes = 0

  constructor(parts: TapParts) {
    const { codec, view, maxMessageBytes } = parts
    const typed = hasTypes(codec)
    this.#types = typed ? new TypeScanner(codec, maxMessageBytes) : null
    this.up = new TappedUp(parts.up, (text, capture) => {
      this.#show('up', text, capture, () => (typed ? clientTypes(capture, text, view, codec) : NO_TYPES))
    })
    this.down = this.#types ? new TappedDown(parts.down, this.#types) : parts.down
    this.#unused = parts.unused
  }

  /** Shows `observer` every message that completes from now on. Returns the way to stop. */
  add(observer: TapObserver): () => void {
    this.#observers.add(observer)
    return () => this.#remove(observer)
  }

  /** Whole frames on their way to the client, as every lane and the bridge write them. */
  written(frames: Buffer): void {
    for (let i = 0; i < frames.length;) {
      const opcode = frames[i]! & 15
      const fin = frames[i]! > 127
      let length = frames[i + 1]!
      i += 2
      if (length === 126) {
        length = frames.readUInt16BE(i)
        i += 2
      } else if (length === 127) {
        length = Number(frames.readBigUInt64BE(i))
        i += 8
      }
      if (opcode >= CLOSE) this.control('down', opcode, frames.subarray(i, i + length))
      else this.#fragment(opcode, fin, frames, i, i + length)
      i += length
    }
  }

  #fragment(opcode: number, fin: boolean, b: Buffer, from: number, to: number): void {
    if (opcode !== CONTINUATION) {
      this.#sent.begin()
      this.#sentText = opcode === TEXT
    }
    this.#sent.add(b, from, to)
    if (!fin) return
    const types = this.#types?.shift() ?? NO_TYPES
    this.#show('down', this.#sentText, this.#sent, () => types)
  }

  /** A ping, pong or close frame; these are few and always shown. */
  control(direction: 'up' | 'down', opcode: number, payload: Buffer): void {
    const fields = { at: Date.now(), direction, length: payload.length, payload: Buffer.from(payload), partial: false }
    if (opcode !== CLOSE) return this.#tell({ ...fields, kind: opcode === PING ? 'ping' : 'pong' })
    const given = payload.length >= 2
    const code = given ? payload.readUInt16BE(0) : 1005
    this.#tell({ ...fields, kind: 'close', code, ...(given && { reason: payload.toString('utf8', 2) }) })
  }

  /** The connection is over. */
  ended(): void {
    for (const observer of this.#observers) {
      this.#remove(observer)
      tellEnd(observer)
    }
  }

  #show(direction: 'up' | 'down', text: boolean, capture: Capture, types: () => Types): void {
    const at = Date.now()
    if (!this.#affords(at, capture.kept)) return this.#miss()
    this.#tell({
      at,
      direction,
      kind: text ? 'text' : 'binary',
      length: capture.length,
      payload: capture.copy(),
      partial: !capture.begun,
      ...types(),
    })
  }

  #affords(at: number, bytes: number): boolean {
    const second = Math.floor(at / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#messages = this.#bytes = 0
    }
    if (this.#messages >= MESSAGES_PER_SECOND || this.#bytes >= BYTES_PER_SECOND) return false
    this.#messages++
    this.#bytes += bytes
    return true
  }

  #tell(message: TappedMessage): void {
    this.#each((observer) => observer.message(message))
  }

  #miss(): void {
    this.#each((observer) => observer.missed())
  }

  /** The traffic goes on, whatever an observer does. */
  #each(call: (observer: TapObserver) => void): void {
    for (const observer of this.#observers) {
      try {
        call(observer)
      } catch {
        this.#remove(observer)
        tellEnd(observer)
      }
    }
  }

  #remove(observer: TapObserver): void {
    if (this.#observers.delete(observer) && this.#observers.size === 0) this.#unused()
  }
}

function tellEnd(observer: TapObserver): void {
  try {
    observer.ended()
  } catch {
    // It is out already, and the traffic goes on.
  }
}

/** A lane that is listened to. Active from the first whole chunk on. */
class TappedUp implements UpLane {
  readonly retains: boolean
  readonly #lane: UpLane
  readonly #show: (text: boolean, capture: Capture) => void
  readonly #capture = new Capture()
  #bytes: Buffer | null = null

  constructor(lane: UpLane, show: (text: boolean, capture: Capture) => void) {
    this.retains = lane.retains
    this.#lane = lane
    this.#show = show
  }

  begin(chunk: Chunk, own: boolean): void {
    this.#bytes = chunk.bytes
    this.#lane.begin(chunk, own)
  }

  frame(at: number, length: number, first: boolean, fin: boolean, end: number): void {
    if (first && this.#bytes) this.#capture.begin()
    this.#lane.frame(at, length, first, fin, end)
  }

  place(at: number, length: number): number {
    return this.#lane.place(at, length)
  }

  placed(at: number, length: number): void {
    if (this.#bytes) this.#capture.add(this.#bytes, at, at + length)
    this.#lane.placed(at, length)
  }

  /** Shown before it goes on, since what it holds may end the connection. */
  message(text: boolean): void {
    if (this.#bytes) this.#show(text, this.#capture)
    this.#lane.message(text)
  }

  flush(): void {
    this.#lane.flush()
  }

  finish(): void {
    this.#lane.finish()
  }
}

/** Reads the types from the service's bytes before the lane makes client frames of them. */
class TappedDown implements DownLane {
  readonly retains: boolean
  readonly #lane: DownLane
  readonly #types: TypeScanner

  constructor(lane: DownLane, types: TypeScanner) {
    this.retains = lane.retains
    this.#lane = lane
    this.#types = types
  }

  get idle(): boolean {
    return this.#lane.idle
  }

  bytes(chunk: Chunk, from: number, to: number, own: boolean): void {
    this.#types.read(chunk.bytes, from, to, this.#lane.idle)
    this.#lane.bytes(chunk, from, to, own)
    this.#types.clear()
  }
}

/** The types of the messages that one chunk of the service completes, in order. */
class TypeScanner {
  readonly #make: () => Scanner
  /** None before the first chunk that begins between two messages: only there can a scanner start. */
  #scanner: Scanner | null = null
  #found: Types[] = []
  #taken = 0

  constructor(codec: Codec, maxMessageBytes: number) {
    this.#make = () => codec.scanner({ maxMessageBytes })
  }

  read(b: Buffer, i: number, n: number, between: boolean): void {
    const scanner = (this.#scanner ??= between ? this.#make() : null)
    if (scanner === null) return
    try {
      while (i < n) {
        i = scanner.next(b, i, n)
        if (scanner.done) this.#found.push({ mtype: scanner.type, utype: scanner.utype })
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error // the lane finds the same fault and ends the connection
    }
  }

  shift(): Types | undefined {
    return this.#found[this.#taken++]
  }

  clear(): void {
    this.#found = []
    this.#taken = 0
  }
}

/** Whether this framing carries types: then its frames differ with them. */
function hasTypes(codec: Codec): boolean {
  const payload = Buffer.alloc(1)
  const [one, other] = [0, 1].map((utype) => codec.frame({ type: DATA, utype, payload }))
  return !one!.equals(other!)
}

/** As the view reads them; the lane will do the same. */
function clientTypes(capture: Capture, text: boolean, view: View, codec: Codec): Types {
  if (!capture.begun || capture.length > SHOWN_BYTES) return NO_TYPES
  try {
    const { type, utype } = view.decode(capture.copy(), text, codec)
    return { mtype: type, utype }
  } catch (error) {
    if (error instanceof ViewError || error instanceof FrameError) return NO_TYPES
    throw error
  }
}
