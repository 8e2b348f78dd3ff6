import { Buffer } from 'node:buffer'

/** Bytes of room in front of read data, enough for any frame head, so that head and data leave in one buffer. */
export const ROOM = 16
/** Bytes one read may bring. Larger reads gain nothing: the kernel's socket buffers hold little more. */
export const CAPACITY = 65_536
/** A read up to this is copied out of the shared buffer; a larger one earns the connection a buffer of its own. */
const SMALL = 4096
/** Small reads in a row before a borrowed buffer goes back: streams have short pauses. */
const PATIENCE = 64
/** Most buffers lent out at a time (64 MiB); connections beyond that stay on the shared one. */
const LOANS = 1024

/** A read buffer with room in front, and the typed views of it that unmasking needs, made once. */
export class Chunk {
  readonly bytes: Buffer
  /** Where reads land: behind the room. */
  readonly target: Buffer
  readonly view: DataView
  readonly words: BigUint64Array

  constructor(capacity: number) {
    // Whole words, so that the word view covers the end too.
    this.bytes = Buffer.allocUnsafeSlow((ROOM + capacity + 7) & ~7)
    this.target = this.bytes.subarray(ROOM, ROOM + capacity)
    this.view = new DataView(this.bytes.buffer)
    this.words = new BigUint64Array(this.bytes.buffer)
  }

  /** A chunk of its own for bytes that arrived elsewhere. */
  static of(bytes: Uint8Array): Chunk {
    const chunk = new Chunk(bytes.length)
    chunk.target.set(bytes)
    return chunk
  }
}

/** One for the whole process: a read is handled to its end before the next begins. */
const shared = new Chunk(CAPACITY)
const pool: Chunk[] = []
let lent = 0

function borrow(): Chunk | null {
  const pooled = pool.pop()
  if (pooled) return pooled
  if (lent >= LOANS) return null
  lent++
  return new Chunk(CAPACITY)
}

/**
 * Chooses the buffer for each read of one socket. Quiet and chatty connections share one buffer, and what they read is
 * copied out of it (it is small); a connection that streams borrows one and writes straight from it.
 */
export class ReadBuffer {
  chunk: Chunk = shared
  /** True while the buffer is borrowed: what lies in it stays until the next read of this very socket. */
  own = false
  #smallReads = 0

  /**
   * The buffer for the next read, given the size of the last. `held`: a write from the present one may not have left
   * yet, so it must not go to anybody else.
   */
  next(lastBytes: number, held: boolean): Buffer {
    if (this.own) {
      if (lastBytes > SMALL) this.#smallReads = 0
      else if (++this.#smallReads >= PATIENCE && !held) this.release(false)
    } else if (lastBytes > SMALL) {
      const chunk = borrow()
      if (chunk) {
        this.chunk = chunk
        this.own = true
      }
    }
    return this.chunk.target
  }

  /** Gives a borrowed buffer back. `busy`: a write may still refer to it, so it is left to the collector instead. */
  release(busy: boolean): void {
    if (this.own) {
      if (busy) lent--
      else pool.push(this.chunk)
    }
    this.chunk = shared
    this.own = false
    this.#smallReads = 0
  }
}

/** Bytes that arrived elsewhere, copied behind the room of a chunk that is good until the next read of any socket. */
export function scratch(bytes: Uint8Array): Chunk {
  if (bytes.length > CAPACITY) return Chunk.of(bytes)
  shared.target.set(bytes)
  return shared
}

/** A copy of `b[from..to)`; small ones come from Node's pool. */
export function copyOf(b: Buffer, from: number, to: number): Buffer {
  const length = to - from
  const copy = length <= SMALL + ROOM ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length)
  b.copy(copy, 0, from, to)
  return copy
}
