import { Buffer } from 'node:buffer'

import { DATA, FrameError, type Codec, type Scanner, type ScannerLimits } from './codec.ts'
import { wrap } from './frame.ts'

const LF = 0x0a

/** One message per line. LF alone ends a line and belongs to no message; every other byte does, CR too. */
export const line: Codec = {
  name: 'line',
  summary: 'one message per line, ended by LF',
  headMax: 0,
  tail: Uint8Array.of(LF),
  maxPayloadBytes: Number.MAX_SAFE_INTEGER,
  streams: false,
  barrier: false,
  headSize: () => 0,
  writeHead: () => {},
  check(payload) {
    const at = payload.indexOf(LF)
    if (at >= 0)
      throw new FrameError(`byte ${at} is a line end (LF), which a line can't hold; send one message per line`)
  },
  encode(message) {
    line.check(message.payload)
    return line.frame(message)
  },
  frame: (message) => wrap(line, message.payload),
  scanner: (limits) => new LineScanner(limits),
}

/** Runs once per message: numeric fields of one shape, nothing allocated. */
class LineScanner implements Scanner {
  from = 0
  to = 0
  done = false
  readonly type = DATA
  readonly utype = 0
  /** Bytes of an unfinished line. */
  private seen = 0
  private readonly max: number

  constructor(limits: ScannerLimits) {
    this.max = limits.maxMessageBytes
  }

  get idle(): boolean {
    return this.seen === 0
  }

  next(b: Uint8Array, i: number, n: number): number {
    // Buffer's search is many times faster than a loop and than Uint8Array's. It may look past n: what it finds is old.
    const found = Buffer.prototype.indexOf.call(b, LF, i)
    const end = found < 0 || found > n ? n : found
    this.seen += end - i
    if (this.seen > this.max) throw new FrameError(`line: a line of more than ${this.max} bytes, the limit`, true)
    this.from = i
    this.to = end
    this.done = end < n
    if (!this.done) return end
    this.seen = 0
    return end + 1
  }
}
