import type { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'

import type { Chunk } from '../transports/chunk.ts'

interface Native {
  readonly unmask: (bytes: Uint8Array, key: Uint8Array) => void
}

/** bufferutil where it is installed (SIMD); otherwise aligned 64-bit words, which V8 keeps unboxed. */
const native = loadNative()
/** From how many bytes on the long way pays for its set-up. */
const LONG = native ? 192 : 128
const key4 = new Uint8Array(4)

/**
 * RFC 6455 5.3: moves `length` masked bytes of the chunk from `from` down to `to` (`to` <= `from`) and unmasks them on
 * the way. `key` is the masking key read little-endian; `phase` (0..3) how many payload bytes came before.
 */
export function unmask(chunk: Chunk, from: number, to: number, length: number, key: number, phase: number): void {
  const turn = phase << 3
  const k = turn === 0 ? key : (key >>> turn) | (key << (32 - turn))
  const b = chunk.bytes
  if (length >= LONG) {
    if (native) unmaskNative(native, b, from, length, k)
    else unmaskWords(chunk, from, length, k)
    if (to !== from) b.copyWithin(to, from, from + length)
    return
  }
  const { view } = chunk
  let i = 0
  for (const end = length - 3; i < end; i += 4) view.setInt32(to + i, view.getInt32(from + i, true) ^ k, true)
  for (; i < length; i++) b[to + i] = b[from + i]! ^ (k >>> ((i & 3) << 3))
}

function unmaskNative({ unmask: run }: Native, b: Buffer, from: number, length: number, k: number): void {
  key4[0] = k
  key4[1] = k >>> 8
  key4[2] = k >>> 16
  key4[3] = k >>> 24
  run(b.subarray(from, from + length), key4)
}

/** Exported for its test: this machine may have bufferutil, another not. */
export function unmaskWords(chunk: Chunk, from: number, length: number, k: number): void {
  const { bytes: b, words } = chunk
  const head = Math.min(-from & 7, length)
  let i = 0
  for (; i < head; i++) b[from + i]! ^= k >>> ((i & 3) << 3)
  const turn = (head & 3) << 3
  const turned = turn === 0 ? k : (k >>> turn) | (k << (32 - turn))
  const k64 = BigInt.asUintN(64, BigInt(turned >>> 0) * 0x1_0000_0001n)
  let word = (from + head) >> 3
  const count = (length - head) >> 3
  const end = word + count
  for (; word + 4 <= end; word += 4) {
    words[word]! ^= k64
    words[word + 1]! ^= k64
    words[word + 2]! ^= k64
    words[word + 3]! ^= k64
  }
  for (; word < end; word++) words[word]! ^= k64
  for (i = head + count * 8; i < length; i++) b[from + i]! ^= turned >>> (((i - head) & 3) << 3)
}

function loadNative(): Native | null {
  if (process.env['WS_NO_BUFFER_UTIL']) return null
  try {
    return createRequire(import.meta.url)('bufferutil') as Native
  } catch {
    return null
  }
}
