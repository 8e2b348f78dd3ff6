import { DATA, type Scanner, type ScannerLimits } from './codec.ts'
import { lengthError } from './frame.ts'

/** Bytes of the head. */
export const U32_HEAD = 4

/**
 * Scanner of a four-byte big-endian length and that many bytes of payload: `length32` and `libipc-b`.
 * Runs once per message: numeric fields of one shape, nothing allocated.
 */
export class U32Scanner implements Scanner {
  from = 0
  to = 0
  done = false
  readonly type = DATA
  readonly utype = 0
  /** Bytes of an unfinished head, and their value so far. */
  private got = 0
  private length = 0
  /** Payload bytes still to come. */
  private left = 0
  private readonly max: number
  private readonly name: string
  private readonly most: number
  private readonly limits: ScannerLimits

  /** @param most longest payload that the framing allows, in bytes */
  constructor(name: string, most: number, limits: ScannerLimits) {
    this.name = name
    this.most = most
    this.limits = limits
    this.max = Math.min(most, limits.maxMessageBytes)
  }

  get idle(): boolean {
    return this.left === 0 && this.got === 0
  }

  next(b: Uint8Array, i: number, n: number): number {
    let left = this.left
    if (left === 0) {
      if (this.got === 0 && n - i >= U32_HEAD) {
        left = ((b[i]! << 24) | (b[i + 1]! << 16) | (b[i + 2]! << 8) | b[i + 3]!) >>> 0
        i += U32_HEAD
      } else {
        i = this.gather(b, i, n)
        if (this.got < U32_HEAD) return this.piece(i, i, false)
        left = this.length
        this.got = 0
        this.length = 0
      }
      if (left > this.max) throw lengthError(this.name, 'bytes 0 to 3', left, this.most, this.limits)
    }
    if (n - i >= left) {
      this.left = 0
      return this.piece(i, i + left, true)
    }
    this.left = left - (n - i)
    return this.piece(i, n, false)
  }

  private gather(b: Uint8Array, i: number, n: number): number {
    while (i < n && this.got < U32_HEAD) {
      this.length = this.length * 256 + b[i++]!
      this.got++
    }
    return i
  }

  private piece(from: number, to: number, done: boolean): number {
    this.from = from
    this.to = to
    this.done = done
    return to
  }
}
