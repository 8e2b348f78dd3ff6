import { Buffer } from 'node:buffer'

const FIRST = 4096

/**
 * Collects a message that arrives in pieces into one buffer that grows by doubling: a peer that sends one byte at a time
 * costs no more than the bytes it sent. The caller keeps to the message limit.
 */
export class Gather {
  #bytes: Buffer | null = null
  #length = 0

  get length(): number {
    return this.#length
  }

  append(b: Buffer, from: number, to: number): void {
    const need = this.#length + to - from
    if (this.#bytes === null || this.#bytes.length < need) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST, need, (this.#bytes?.length ?? 0) * 2))
      this.#bytes?.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    b.copy(this.#bytes, this.#length, from, to)
    this.#length = need
  }

  /** The whole; the caller owns it and the next message starts afresh. */
  take(): Buffer {
    const whole = this.#bytes?.subarray(0, this.#length) ?? Buffer.alloc(0)
    this.#bytes = null
    this.#length = 0
    return whole
  }
}
