import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { cutAt } from '../testing/client-frames.ts'
import { unfinished, Utf8Check } from './utf8.ts'

/** What `TextDecoder` says of the bytes so far: `bad` once no continuation can make them text. */
function decoder() {
  const text = new TextDecoder('utf-8', { fatal: true })
  return {
    push(bytes: Uint8Array): boolean {
      try {
        text.decode(bytes, { stream: true })
        return true
      } catch {
        return false
      }
    },
    end(): boolean {
      try {
        text.decode()
        return true
      } catch {
        return false
      }
    },
  }
}

/** Bytes at which something changes in the tables of well-formed sequences, often. */
const edge = fc.constantFrom(
  ...Buffer.from('00417f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5f7f8ff', 'hex'), // Unicode 15.0 table 3-7
)
const chars = fc.string({ unit: 'binary', maxLength: 8 }).map((string) => [...Buffer.from(string, 'utf8')])
const bytes = fc
  .array(fc.oneof({ weight: 3, arbitrary: chars }, { weight: 1, arbitrary: fc.array(edge, { maxLength: 4 }) }), {
    maxLength: 8,
  })
  .map((parts) => Uint8Array.from(parts.flat()))
const places = fc.array(fc.nat(200), { maxLength: 20 })

/** Feeds pieces that lie somewhere in a bigger buffer. */
function agree(pieces: readonly Uint8Array[]): void {
  const check = new Utf8Check()
  const reference = decoder()
  const whole = Buffer.concat(pieces)
  for (const piece of pieces) {
    const room = Buffer.alloc(piece.length + 8, 0xbf)
    room.set(piece, 5)
    const fine = check.push(room, 5, 5 + piece.length)
    expect(fine, whole.toString('hex')).toBe(reference.push(piece))
    if (!fine) return
  }
  expect(check.end(), whole.toString('hex')).toBe(reference.end())
}

test('random bytes, cut anywhere: the answer of TextDecoder after each piece', () => {
  fc.assert(
    fc.property(bytes, places, (all, at) => agree(cutAt(all, at))),
    { numRuns: 2000 },
  )
})

test('random bytes, one at a time', () => {
  fc.assert(
    fc.property(bytes, (all) => agree(Array.from(all, (byte) => Uint8Array.of(byte)))),
    { numRuns: 1000 },
  )
})

test('every pair of bytes, and every edge behind it, cut in every way', () => {
  const thirds = [0x41, 0x7f, 0x80, 0xbf, 0xc2]
  for (let first = 0x7f; first < 256; first++) {
    for (let second = 0x70; second < 256; second++) {
      agree([Uint8Array.of(first, second)])
      agree([Uint8Array.of(first), Uint8Array.of(second)])
      if (first >= 0xe0 && second >= 0x80 && second < 0xc0) {
        for (const third of thirds) {
          agree([Uint8Array.of(first), Uint8Array.of(second, third)])
          agree([Uint8Array.of(first, second), Uint8Array.of(third)])
        }
      }
    }
  }
})

test('ready for the next message after an end', () => {
  const check = new Utf8Check()
  expect(check.push(Buffer.of(0xe2, 0x82), 0, 2)).toBe(true)
  expect(check.end()).toBe(false)
  expect(check.push(Buffer.of(0x41), 0, 1)).toBe(true)
  expect(check.end()).toBe(true)
})

test('unfinished: what must wait is less than a character, and what goes is whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.nat(100), (string, cut) => {
      const all = Buffer.from(string, 'utf8')
      const to = cut % (all.length + 1)
      const rest = unfinished(all, 0, to)
      expect(rest).toBeLessThanOrEqual(3)
      const whole = new TextDecoder('utf-8', { fatal: true })
      expect(() => whole.decode(all.subarray(0, to - rest))).not.toThrow()
      // As little as possible waits: with one byte of it more, the text would end inside a character.
      if (rest > 0) expect(() => whole.decode(all.subarray(0, to - rest + 1))).toThrow()
    }),
    { numRuns: 1000 },
  )
})

test('unfinished looks no further than it may', () => {
  const bytesAt = Buffer.of(0xe2, 0x82, 0xac, 0xe2, 0x82)
  expect(unfinished(bytesAt, 0, 5)).toBe(2)
  expect(unfinished(bytesAt, 0, 3)).toBe(0)
  expect(unfinished(bytesAt, 4, 5)).toBe(0) // a lone continuation is wrong, not unfinished
  expect(unfinished(bytesAt, 3, 3)).toBe(0)
})
