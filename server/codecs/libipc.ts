import { DATA, FrameError, type Codec, type Scanner, type ScannerLimits } from './codec.ts'
import { checkSize, lengthError, wrap, writeU32 } from './frame.ts'

/** type u8, length u32 big-endian, user type u8 (PROTOCOLS 1.2). */
const HEAD = 6
/** SERVER_CLOSE, ERR, DATA, NETWORK_LOOKUP. */
const MAX_TYPE = 3
/** Most that a head may declare: the originals' 2,000,000 less the head. */
const MAX_DECLARED = 1_999_994
/** Most that an original can hold: its buffer of 1,999,994 bytes includes the head. */
const MAX_PAYLOAD = 1_999_988

/** Generation A of libipc (PROTOCOLS 1.2): a head with type, length and user type, then the payload. */
export const libipc: Codec = {
  name: 'libipc',
  summary: 'libipc: type, four bytes of length, user type, then the message',
  headMax: HEAD,
  tail: new Uint8Array(0),
  maxPayloadBytes: MAX_PAYLOAD,
  streams: false,
  barrier: true,
  headSize: () => HEAD,
  writeHead(b, at, length) {
    b[at] = DATA
    writeU32(b, at + 1, length)
    b[at + 5] = 0
  },
  check: (payload) => checkSize('libipc', payload, MAX_PAYLOAD),
  encode(message) {
    if (!(message.type >= 0 && message.type <= MAX_TYPE)) {
      throw new FrameError(`libipc knows the message types 0 to ${MAX_TYPE}, not ${message.type}; data is ${DATA}`)
    }
    libipc.check(message.payload)
    return libipc.frame(message)
  },
  frame(message) {
    const frame = wrap(libipc, message.payload)
    frame[0] = message.type
    frame[5] = message.utype
    return frame
  },
  scanner: (limits) => new LibipcScanner(limits),
}

/** Runs once per message: numeric fields of one shape, nothing allocated. */
class LibipcScanner implements Scanner {
  from = 0
  to = 0
  done = false
  type = DATA
  utype = 0
  /** Bytes of an unfinished head. */
  private got = 0
  /** As the head says so far. */
  private length = 0
  /** Payload bytes still to come. */
  private left = 0
  private readonly max: number
  private readonly limits: ScannerLimits

  constructor(limits: ScannerLimits) {
    this.limits = limits
    this.max = Math.min(MAX_DECLARED, limits.maxMessageBytes)
  }

  get idle(): boolean {
    return this.left === 0 && this.got === 0
  }

  next(b: Uint8Array, i: number, n: number): number {
    if (this.left === 0) {
      if (this.got === 0 && n - i >= HEAD) {
        this.type = b[i]!
        this.length = ((b[i + 1]! << 24) | (b[i + 2]! << 16) | (b[i + 3]! << 8) | b[i + 4]!) >>> 0
        this.utype = b[i + 5]!
        i += HEAD
      } else {
        i = this.gather(b, i, n)
        if (this.got < HEAD) return this.piece(i, i, false)
        this.got = 0
      }
      if (this.type > MAX_TYPE || this.length > this.max) throw this.refusal()
      this.left = this.length
    }
    const left = this.left
    if (n - i >= left) {
      this.left = 0
      return this.piece(i, i + left, true)
    }
    this.left = left - (n - i)
    return this.piece(i, n, false)
  }

  private gather(b: Uint8Array, i: number, n: number): number {
    while (i < n && this.got < HEAD) {
      const byte = b[i++]!
      if (this.got === 0) {
        this.type = byte
        this.length = 0
        if (byte > MAX_TYPE) throw this.refusal()
      } else if (this.got < HEAD - 1) {
        this.length = this.length * 256 + byte
      } else {
        this.utype = byte
      }
      this.got++
    }
    return i
  }

  private refusal(): FrameError {
    if (this.type > MAX_TYPE) {
      return new FrameError(`libipc: byte 0 of the frame, its type, is ${this.type}; known are 0 to ${MAX_TYPE}`)
    }
    return lengthError('libipc', 'bytes 1 to 4', this.length, MAX_DECLARED, this.limits)
  }

  private piece(from: number, to: number, done: boolean): number {
    this.from = from
    this.to = to
    this.done = done
    return to
  }
}
