import { Buffer } from 'node:buffer'

import { SHOWN_BYTES } from './tapped.ts'

const FIRST = 1024

/** The message of one direction that a tap is at: how long it is so far, and its first bytes in a buffer that is used again. */
export class Capture {
  #scratch = Buffer.allocUnsafeSlow(FIRST)
  #kept = 0
  #length = 0
  #begun = false

  get length(): number {
    return this.#length
  }

  /** Bytes that `take` will copy. */
  get kept(): number {
    return this.#kept
  }

  /** Whether the beginning of the message was seen. */
  get begun(): boolean {
    return this.#begun
  }

  /** The first byte of a message is next. What comes before the first call is the rest of one that was under way. */
  begin(): void {
    this.#kept = 0
    this.#length = 0
    this.#begun = true
  }

  add(b: Buffer, from: number, to: number): void {
    this.#length += to - from
    const kept = Math.min(SHOWN_BYTES, this.#kept + to - from)
    if (kept > this.#scratch.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(SHOWN_BYTES, Math.max(kept, this.#scratch.length * 2)))
      this.#scratch.copy(grown, 0, 0, this.#kept)
      this.#scratch = grown
    }
    b.copy(this.#scratch, this.#kept, from, from + kept - this.#kept)
    this.#kept = kept
  }

  /** A copy of its first bytes, of just their size; whoever keeps many must know what they weigh. */
  copy(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.#kept)
    this.#scratch.copy(copy, 0, 0, this.#kept)
    return copy
  }
}
