import { Buffer, isUtf8 } from 'node:buffer'

import type { CauseCode } from '../../shared/causes.ts'
import type { Chunk } from '../transports/chunk.ts'
import { CLOSE, CONTINUATION, isCloseCode, PING, PONG, TEXT } from './frames.ts'
import { unmask } from './unmask.ts'
import { Utf8Check } from './utf8.ts'

/** As in `ws`: a message in more pieces than this is an attack on memory, not a message (CVE-2026-48779). */
const MAX_FRAGMENTS = 16_384

/**
 * Gets the data frames while the reader walks a chunk. All calls come from within `read`, in the order of the wire;
 * indexes are into the present chunk and stay valid until `read` returns.
 */
export interface DataSink {
  /** A data frame begins; its payload of `length` bytes starts at `at`, `end` is where the chunk ends. */
  frame(at: number, length: number, first: boolean, fin: boolean, end: number): void
  /** Where in the chunk the next `length` payload bytes, now at `at`, shall be put: at `at` or before. */
  place(at: number, length: number): number
  /** They are there now, unmasked. */
  placed(at: number, length: number): void
  /** The message is complete. */
  message(text: boolean): void
}

/** Gets everything else, in the same order. */
export interface ControlSink {
  ping(payload: Buffer): void
  pong(payload: Buffer): void
  /** The client's Close; 1005 when it gave no code. Nothing is read after it. */
  close(code: number, reason: string): void
  /** The client broke the protocol or a limit. Nothing is read after it. */
  fail(code: CauseCode, detail: string): void
}

/**
 * RFC 6455 5 and 8.1, server side: finds the client's frames in whatever pieces they arrive, unmasks them in place and
 * reports them. No message objects and no copies but of control frames and split heads. Gives the answers of `ws`
 * (extensions off): the two are tested against each other.
 */
export class FrameReader {
  readonly #maxMessageBytes: number
  #data: DataSink
  readonly #events: ControlSink
  // The frame being read.
  #opcode = 0
  #fin = true
  #left = 0
  #key = 0
  #phase = 0
  // The message being read: 0, or the opcode of its first frame.
  #message = 0
  #messageBytes = 0
  #fragments = 0
  readonly #utf8 = new Utf8Check()
  // A head split over chunks, a control frame's payload.
  #head: Buffer | null = null
  #headBytes = 0
  #control: Buffer | null = null
  #controlBytes = 0
  #stopped = false

  constructor(data: DataSink, events: ControlSink, maxMessageBytes: number) {
    this.#data = data
    this.#events = events
    this.#maxMessageBytes = maxMessageBytes
  }

  /** True between two messages: the only place where nothing is lost when the client goes. */
  get idle(): boolean {
    return this.#message === 0 && this.#left === 0 && this.#headBytes === 0
  }

  /** True inside a message, of which at least a frame head has come. */
  get midway(): boolean {
    return this.#message !== 0
  }

  /**
   * Data goes to another sink: all of it from the next chunk on. Within `read` the present chunk's calls go to either, so
   * whoever changes sinks lets one of them pass everything on to the other.
   */
  divert(data: DataSink): void {
    this.#data = data
  }

  /** Reads no more: what is left of the chunk, and all that follows, is ignored. */
  stop(): void {
    this.#stopped = true
  }

  /** Walks `chunk.bytes[i..n)`. Never throws for what the client sent. */
  read(chunk: Chunk, i: number, n: number): void {
    const b = chunk.bytes
    const data = this.#data
    while (!this.#stopped) {
      if (this.#left > 0) {
        if (i === n) return
        const k = this.#left < n - i ? this.#left : n - i
        if (this.#opcode >= CLOSE) this.#takeControl(chunk, i, k)
        else {
          const at = data.place(i, k)
          unmask(chunk, i, at, k, this.#key, this.#phase)
          if (this.#message === TEXT && !this.#checkText(b, at, k))
            return this.#fail('client-malformed', 'invalid UTF-8 in a text message')
          data.placed(at, k)
        }
        i += k
        this.#left -= k
        this.#phase = (this.#phase + k) & 3
        if (this.#left > 0) return
        this.#endFrame()
        continue
      }
      if (i === n) return
      i = this.#readHead(b, i, n)
      if (i < 0 || this.#stopped) return
      if (this.#left === 0) this.#endFrame()
    }
  }

  /** Parses a frame head at `b[i]`; returns the index of the payload, or -1 when the head is not all there. */
  #readHead(b: Buffer, i: number, n: number): number {
    let at = i
    let from = b
    let size: number
    if (this.#headBytes === 0 && n - i >= 14) size = headBytes(b[i + 1]!)
    else {
      // Near the end of the chunk the head may be incomplete: gather it apart.
      const head = (this.#head ??= Buffer.allocUnsafe(14))
      while (this.#headBytes < 2 && i < n) head[this.#headBytes++] = b[i++]!
      if (this.#headBytes < 2) return -1
      if (!this.#checkStart(head[0]!, head[1]!)) return -1
      size = headBytes(head[1]!)
      while (this.#headBytes < size && i < n) head[this.#headBytes++] = b[i++]!
      if (this.#headBytes < size) return -1
      this.#headBytes = 0
      from = head
      at = 0
      this.#parseHead(from, at, size, i, n)
      return i
    }
    if (!this.#checkStart(b[i]!, b[i + 1]!)) return -1
    this.#parseHead(from, at, size, i + size, n)
    return i + size
  }

  /** The rules that the first two bytes alone can break. */
  #checkStart(b0: number, b1: number): boolean {
    const opcode = b0 & 15
    const fin = b0 > 127
    let wrong: string | null = null
    if ((b0 & 0x70) !== 0) wrong = 'a reserved bit is set'
    else if (opcode > PONG || (opcode > 2 && opcode < CLOSE)) wrong = `opcode ${opcode} does not exist`
    else if (b1 < 128) wrong = 'a frame is not masked'
    else if (opcode >= CLOSE) {
      if (!fin) wrong = 'a control frame is fragmented'
      else if ((b1 & 127) > 125) wrong = 'a control frame is longer than 125 bytes'
      else if (opcode === CLOSE && (b1 & 127) === 1) wrong = 'a close frame of one byte'
    } else if (opcode === CONTINUATION && this.#message === 0) wrong = 'a continuation without a message'
    else if (opcode !== CONTINUATION && this.#message !== 0) wrong = 'a new message inside a fragmented one'
    if (wrong === null) return true
    this.#fail('client-protocol', wrong)
    return false
  }

  #parseHead(from: Buffer, at: number, size: number, payload: number, n: number): void {
    const b0 = from[at]!
    const opcode = b0 & 15
    const fin = b0 > 127
    let length = from[at + 1]! & 127
    if (length === 126) length = from.readUInt16BE(at + 2)
    else if (length === 127) length = from.readUInt32BE(at + 2) * 0x1_0000_0000 + from.readUInt32BE(at + 6)
    const k = at + size - 4
    this.#key = from[k]! | (from[k + 1]! << 8) | (from[k + 2]! << 16) | (from[k + 3]! << 24)
    this.#phase = 0
    this.#opcode = opcode
    this.#left = length
    if (opcode >= CLOSE) {
      this.#control = length > 0 ? Buffer.allocUnsafe(length) : null
      this.#controlBytes = 0
      return
    }
    const first = opcode !== CONTINUATION
    if (first) {
      this.#message = opcode
      this.#messageBytes = 0
      this.#fragments = 0
    }
    this.#fin = fin
    this.#messageBytes += length
    if (this.#messageBytes > this.#maxMessageBytes) {
      return this.#fail('client-too-large', `a message of more than ${this.#maxMessageBytes} bytes, which is the limit`)
    }
    if (!(fin && first) && ++this.#fragments > MAX_FRAGMENTS) {
      return this.#fail('client-fragments', `a message in more than ${MAX_FRAGMENTS} fragments`)
    }
    this.#data.frame(payload, length, first, fin, n)
  }

  #endFrame(): void {
    if (this.#opcode >= CLOSE) return this.#endControl()
    if (!this.#fin) return
    const text = this.#message === TEXT
    if (text && !this.#utf8.end()) return this.#fail('client-malformed', 'a text message ends inside a character')
    this.#message = 0
    this.#data.message(text)
  }

  #checkText(b: Buffer, at: number, length: number): boolean {
    // A whole message in one frame and one chunk, the common case, needs no memory of borders.
    if (this.#fin && this.#phase === 0 && this.#left === length && this.#messageBytes === length)
      return isUtf8(b.subarray(at, at + length))
    return this.#utf8.push(b, at, at + length)
  }

  #takeControl(chunk: Chunk, at: number, length: number): void {
    unmask(chunk, at, at, length, this.#key, this.#phase)
    chunk.bytes.copy(this.#control!, this.#controlBytes, at, at + length)
    this.#controlBytes += length
  }

  #endControl(): void {
    const payload = this.#control ?? Buffer.alloc(0)
    this.#control = null
    if (this.#opcode === PING) return this.#events.ping(payload)
    if (this.#opcode === PONG) return this.#events.pong(payload)
    if (payload.length === 0) {
      this.#stopped = true
      return this.#events.close(1005, '')
    }
    const code = payload.readUInt16BE(0)
    const reason = payload.subarray(2)
    if (!isCloseCode(code)) return this.#fail('client-protocol', `close code ${code} must not be sent`)
    if (!isUtf8(reason)) return this.#fail('client-malformed', 'invalid UTF-8 in a close reason')
    this.#stopped = true
    this.#events.close(code, reason.toString('utf8'))
  }

  #fail(code: CauseCode, detail: string): void {
    this.#stopped = true
    this.#events.fail(code, detail)
  }
}

/** Bytes of a masked frame's head, from its second byte. */
function headBytes(b1: number): number {
  const length = b1 & 127
  return length === 126 ? 8 : length === 127 ? 14 : 6
}
