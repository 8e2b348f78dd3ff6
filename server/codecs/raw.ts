import { DATA, type Codec, type Scanner, type ScannerLimits } from './codec.ts'
import { wrap } from './frame.ts'

/**
 * No framing: a stream of bytes without borders. One read becomes one message, cut where it is longer than the limit,
 * since a border more or less means nothing here.
 */
export const raw: Codec = {
  name: 'raw',
  summary: 'plain bytes without framing: one read, one message',
  headMax: 0,
  tail: new Uint8Array(0),
  maxPayloadBytes: Number.MAX_SAFE_INTEGER,
  streams: true,
  barrier: false,
  headSize: () => 0,
  writeHead: () => {},
  check: () => {},
  encode: (message) => raw.frame(message),
  frame: (message) => wrap(raw, message.payload),
  scanner: (limits) => new RawScanner(limits),
}

class RawScanner implements Scanner {
  from = 0
  to = 0
  readonly done = true
  readonly type = DATA
  readonly utype = 0
  readonly idle = true
  private readonly max: number

  constructor(limits: ScannerLimits) {
    this.max = Math.max(1, limits.maxMessageBytes)
  }

  next(_b: Uint8Array, i: number, n: number): number {
    this.from = i
    this.to = Math.min(n, i + this.max)
    return this.to
  }
}
