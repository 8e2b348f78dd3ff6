import { DATA, FrameError, type Codec, type Scanner, type ScannerLimits } from './codec.ts'
import { checkSize, lengthError, wrap } from './frame.ts'

const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const COMMA = 0x2c
/** Nine digits are plenty and keep the length below 2^31. */
const MAX_DIGITS = 9
const MAX_PAYLOAD = 10 ** MAX_DIGITS - 1

/** Netstrings as D. J. Bernstein defined them (1997): `5:hello,`. No leading zeros, an empty one is `0:,`. */
export const netstring: Codec = {
  name: 'netstring',
  summary: 'the length in digits, a colon, the message, a comma: 5:hello,',
  headMax: MAX_DIGITS + 1,
  tail: Uint8Array.of(COMMA),
  maxPayloadBytes: MAX_PAYLOAD,
  streams: true,
  barrier: false,
  headSize: (length) => digitsOf(length) + 1,
  writeHead(b, at, length) {
    let rest = length
    let last = at + digitsOf(length)
    b[last] = COLON
    do {
      b[--last] = ZERO + (rest % 10)
      rest = Math.floor(rest / 10)
    } while (rest > 0)
  },
  check: (payload) => checkSize('netstring', payload, MAX_PAYLOAD),
  encode(message) {
    netstring.check(message.payload)
    return netstring.frame(message)
  },
  frame: (message) => wrap(netstring, message.payload),
  scanner: (limits) => new NetstringScanner(limits),
}

function digitsOf(length: number): number {
  let digits = 1
  for (let bound = 10; length >= bound; bound *= 10) digits++
  return digits
}

const IN_HEAD = 0
const IN_PAYLOAD = 1
const AT_TAIL = 2

/** Runs once per message: numeric fields of one shape, nothing allocated. */
class NetstringScanner implements Scanner {
  from = 0
  to = 0
  done = false
  readonly type = DATA
  readonly utype = 0
  private state = IN_HEAD
  private digits = 0
  private length = 0
  /** Payload bytes still to come. */
  private left = 0
  private readonly limits: ScannerLimits

  constructor(limits: ScannerLimits) {
    this.limits = limits
  }

  get idle(): boolean {
    return this.state === IN_HEAD && this.digits === 0
  }

  next(b: Uint8Array, i: number, n: number): number {
    this.done = false
    if (this.state === IN_HEAD) i = this.head(b, i, n)
    this.from = i
    this.to = i
    if (this.state === IN_PAYLOAD) {
      i += Math.min(n - i, this.left)
      this.left -= i - this.from
      this.to = i
      if (this.left === 0) this.state = AT_TAIL
    }
    if (this.state === AT_TAIL && i < n) i = this.tail(b, i)
    return i
  }

  private head(b: Uint8Array, i: number, n: number): number {
    for (; i < n; i++) {
      const byte = b[i]!
      if (byte >= ZERO && byte <= NINE) this.digit(byte - ZERO)
      else if (byte === COLON && this.digits > 0) return this.open(i + 1)
      else throw new FrameError(`netstring: byte ${this.digits} of the frame is 0x${hex(byte)}, ${this.expected()}`)
    }
    return i
  }

  private digit(value: number): void {
    if (this.digits === MAX_DIGITS) throw new FrameError(`netstring: the length has more than ${MAX_DIGITS} digits`)
    if (this.digits > 0 && this.length === 0) throw new FrameError('netstring: the length starts with a needless 0')
    this.length = this.length * 10 + value
    this.digits++
  }

  private expected(): string {
    return this.digits > 0 ? 'not a digit or a colon' : 'not a digit'
  }

  private open(i: number): number {
    if (this.length > this.limits.maxMessageBytes) {
      throw lengthError('netstring', 'the digits', this.length, MAX_PAYLOAD, this.limits)
    }
    this.left = this.length
    this.state = IN_PAYLOAD
    return i
  }

  private tail(b: Uint8Array, i: number): number {
    const byte = b[i]!
    if (byte !== COMMA) {
      const at = this.digits + 1 + this.length
      throw new FrameError(`netstring: byte ${at} of the frame is 0x${hex(byte)}, not the comma that ends it`)
    }
    this.state = IN_HEAD
    this.digits = 0
    this.length = 0
    this.done = true
    return i + 1
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
