import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { Chunk } from '../transports/chunk.ts'
import { unmask, unmaskWords } from './unmask.ts'

const KEYS = [0x12_34_56_78, 0x80_c0_f0_fe | 0, -1, 0]

/** RFC 6455 5.3, word for word. */
function naive(masked: Buffer, key: number, phase: number): Buffer {
  return Buffer.from(masked.map((byte, i) => byte ^ ((key >>> (((i + phase) & 3) * 8)) & 255)))
}

function chunkOf(size: number): Chunk {
  const chunk = new Chunk(size)
  for (let i = 0; i < chunk.bytes.length; i++) chunk.bytes[i] = (i * 131 + (i >> 8) * 17) & 255
  return chunk
}

/** Compares text, not buffers: a matcher that walks them byte by byte is too slow for half a million. */
function check(what: string, got: Buffer, wanted: Buffer): void {
  if (!got.equals(wanted)) expect(got.toString('hex'), what).toBe(wanted.toString('hex'))
}

test('in place: every length, alignment and phase', () => {
  const chunk = chunkOf(640)
  for (let length = 0; length <= 600; length++) {
    for (let from = 16; from < 24; from++) {
      const phase = (length + from) & 3
      const before = Buffer.from(chunk.bytes)
      const key = KEYS[(length >> 2) & 3]!
      unmask(chunk, from, from, length, key, phase)
      const wanted = Buffer.from(before)
      naive(before.subarray(from, from + length), key, phase).copy(wanted, from)
      check(`${length} bytes at ${from}, phase ${phase}`, chunk.bytes, wanted)
    }
  }
})

test('every phase around the borders between the ways', () => {
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 127, 128, 129, 191, 192, 193, 600]) {
    for (const key of KEYS) {
      for (let phase = 0; phase < 4; phase++) {
        for (let from = 16; from < 24; from++) {
          const chunk = chunkOf(640)
          const wanted = naive(chunk.bytes.subarray(from, from + length), key, phase)
          unmask(chunk, from, from, length, key, phase)
          check(`${length} bytes at ${from}, phase ${phase}`, chunk.bytes.subarray(from, from + length), wanted)
        }
      }
    }
  }
})

test('moving down, by a little and by much', () => {
  for (let length = 0; length <= 600; length += length < 20 ? 1 : 13) {
    for (let phase = 0; phase < 4; phase++) {
      for (const down of [1, 2, 3, 4, 5, 6, 7, 8, 13, 100]) {
        for (let from = 120; from < 128; from++) {
          const chunk = chunkOf(760)
          const before = Buffer.from(chunk.bytes)
          const to = from - down
          unmask(chunk, from, to, length, KEYS[0]!, phase)
          check(
            `${length} bytes from ${from} to ${to}`,
            chunk.bytes.subarray(to, to + length),
            naive(before.subarray(from, from + length), KEYS[0]!, phase),
          )
          check('what is before', chunk.bytes.subarray(0, to), before.subarray(0, to))
          check('what is behind', chunk.bytes.subarray(from + length), before.subarray(from + length))
        }
      }
    }
  }
})

test('words: every length and alignment, to the last byte of the chunk', () => {
  for (let length = 0; length <= 600; length++) {
    for (let from = 0; from < 8; from++) {
      const chunk = chunkOf(600)
      const before = Buffer.from(chunk.bytes)
      const key = KEYS[length & 3]!
      unmaskWords(chunk, from, length, key)
      const wanted = Buffer.from(before)
      naive(before.subarray(from, from + length), key, 0).copy(wanted, from)
      check(`${length} bytes at ${from}`, chunk.bytes, wanted)
    }
  }
})

test('without bufferutil the answers are the same', () => {
  const script = `
    import { Chunk } from './chunk.ts'
    import { unmask } from '../websocket/unmask.ts'
    const chunk = new Chunk(5000)
    for (let i = 0; i < chunk.bytes.length; i++) chunk.bytes[i] = (i * 131) & 255
    for (const [from, to, length, phase] of [[21, 18, 127, 1], [203, 200, 128, 3], [1001, 995, 3000, 2]]) {
      const wanted = chunk.bytes.subarray(from, from + length).map((b, i) => b ^ ((0x12345678 >>> (((i + phase) & 3) * 8)) & 255))
      unmask(chunk, from, to, length, 0x12345678, phase)
      if (!wanted.equals(chunk.bytes.subarray(to, to + length))) throw new Error('differs: ' + length)
    }
    console.log('same', process.env.WS_NO_BUFFER_UTIL)`
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../transports', import.meta.url)),
    env: { ...process.env, WS_NO_BUFFER_UTIL: '1' },
    encoding: 'utf8',
  })
  expect(child.stderr + child.stdout).toBe('same 1\n')
})
