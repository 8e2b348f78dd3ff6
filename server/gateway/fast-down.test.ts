import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Codec, DATA } from '../codecs/codec.ts'
import { codecNamed, codecs } from '../codecs/index.ts'
import { cutAt } from '../testing/client-frames.ts'
import { areWholeFrames, clientMessages, type Memory, runDown } from '../testing/lanes.ts'
import { FastDown } from './fast-down.ts'
import type { Counters, Failing, Outlet } from './lane.ts'

/** The fast lane down must write frames in which `ws` finds the service's messages, whatever the reads. */

const MEMORY: Memory[] = ['own', 'shared']
const LIMIT = 1 << 20
const lane =
  (codec: Codec, limit = LIMIT) =>
  (outlet: Outlet, counters: Counters, bridge: Failing) =>
    new FastDown(codec, limit, outlet, counters, bridge)
const framed = codecs.filter((codec) => codec.name !== 'raw').map((codec) => [codec.name, codec] as const)
const frame = (codec: Codec, payload: Uint8Array) =>
  codec.frame({ type: DATA, utype: 0, payload: Buffer.from(payload) })
const hex = (messages: readonly Uint8Array[]) => messages.map((data) => Buffer.from(data).toString('hex'))
/** What the client gets: binary messages all. */
function seen(bytes: Buffer): Buffer[] {
  const messages = clientMessages(bytes)
  expect(messages.some(({ text }) => text)).toBe(false)
  return messages.map(({ data }) => data)
}

/** Services may send what they can't be sent: empty frames too. */
function payloads(codec: Codec): fc.Arbitrary<Uint8Array> {
  const length = fc.oneof(
    { weight: 6, arbitrary: fc.nat(4) },
    { weight: 2, arbitrary: fc.constantFrom(47, 48, 49, 125, 126, 127, 128, 999, 1000, 1001) },
    { weight: 1, arbitrary: fc.integer({ min: 1000, max: 6000 }) },
  )
  return fc.tuple(length, fc.nat(255)).map(([size, seed]) =>
    Uint8Array.from({ length: size }, (_, i) => {
      const byte = (seed + i * 7) & 255
      return codec.name === 'line' && byte === 0x0a ? 0x0b : byte
    }),
  )
}
const splits = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.nat(20_000), { maxLength: 12 }),
  fc.constant(Array.from({ length: 20_000 }, (_, i) => i)),
)

describe.each(framed)('%s', (_name, codec) => {
  test('the client gets each message, in order', () => {
    const stream = fc.array(payloads(codec), { maxLength: 30 })
    fc.assert(
      fc.property(stream, splits, fc.constantFrom(...MEMORY), (messages, at, memory) => {
        const sent = Buffer.concat(messages.map((payload) => frame(codec, payload)))
        const run = runDown(lane(codec), cutAt(sent, at), memory)
        expect(run.failed).toBeNull()
        expect(hex(seen(run.bytes))).toEqual(hex(messages))
        // A ping may go out between any two writes.
        expect(run.writes.every(areWholeFrames)).toBe(true)
        expect(run.mostWrites).toBeLessThanOrEqual(1)
        expect(run.idle).toBe(true)
        expect(run.counters.downMessages).toBe(messages.length)
        expect(run.counters.downBytes).toBe(messages.reduce((sum, payload) => sum + payload.length, 0))
      }),
      { numRuns: 100 },
    )
  })

  test('a full read of tiny messages', () => {
    for (const size of [0, 1, 2]) {
      const one = frame(codec, new Uint8Array(size).fill(0x61))
      const count = Math.floor(65_536 / one.length)
      const sent = Buffer.concat([Buffer.concat(Array.from({ length: count }, () => one)), one.subarray(0, 1)])
      for (const memory of MEMORY) {
        const { bytes, mostWrites } = runDown(lane(codec), [sent.subarray(0, 65_536)], memory)
        const messages = seen(bytes)
        expect(messages).toHaveLength(count)
        expect(messages.every((data) => data.length === size && data.every((byte) => byte === 0x61))).toBe(true)
        expect(mostWrites).toBe(1)
      }
    }
  })

  test('a long message through full reads, short ones around it', () => {
    const messages = [
      Buffer.alloc(2, 1),
      Buffer.alloc(codec.name === 'libipc-b' ? 99_992 : 300_000, 2),
      Buffer.alloc(0),
    ]
    const sent = Buffer.concat(messages.map((payload) => frame(codec, payload)))
    const reads = Array.from({ length: Math.ceil(sent.length / 65_536) }, (_, i) =>
      sent.subarray(i * 65_536, (i + 1) * 65_536),
    )
    for (const memory of MEMORY) {
      const { bytes, writes } = runDown(lane(codec), reads, memory)
      expect(hex(seen(bytes))).toEqual(hex(messages))
      expect(writes).toHaveLength(reads.length)
    }
  })

  test('idle is false inside a message, wherever it stops', () => {
    const one = frame(codec, Buffer.from('message'))
    for (let length = 1; length < one.length; length++) {
      const { idle } = runDown(lane(codec), [Buffer.concat([one, one.subarray(0, length)])], 'own')
      expect(idle, `${length} bytes`).toBe(false)
    }
  })

  test('one message above the limit: those in front leave, then it fails', () => {
    const sent = Buffer.concat([frame(codec, Buffer.from('good')), frame(codec, Buffer.alloc(1001, 'x'))])
    for (const memory of MEMORY) {
      const { bytes, failed, writes } = runDown(lane(codec, 1000), [sent], memory)
      expect(hex(seen(bytes))).toEqual(hex([Buffer.from('good')]))
      // Not before: the close frame would overtake them.
      expect(failed).toMatchObject({ code: 'service-too-large', afterWrites: writes.length })
    }
  })

  test.runIf(codec.name !== 'line')('malformed bytes behind good messages: those leave, then it fails', () => {
    // Above what any framing declares, no digit, no known type.
    const bad = Buffer.alloc(20, 0xff)
    for (const memory of MEMORY) {
      const { bytes, failed, writes } = runDown(
        lane(codec),
        [Buffer.concat([frame(codec, Buffer.from('good')), bad])],
        memory,
      )
      expect(hex(seen(bytes))).toEqual(hex([Buffer.from('good')]))
      expect(failed).toMatchObject({ code: 'service-malformed', afterWrites: writes.length })
    }
  })
})

test('a netstring without its comma: nothing of it leaves', () => {
  for (const memory of MEMORY) {
    const { bytes, failed } = runDown(lane(codecNamed('netstring')), [Buffer.from('4:good,4:evil;')], memory)
    expect(hex(seen(bytes))).toEqual(hex([Buffer.from('good')]))
    expect(failed?.code).toBe('service-malformed')
  }
})

describe('raw', () => {
  const raw = codecNamed('raw')

  test('one read, one message', () => {
    const reads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 10 })
    fc.assert(
      fc.property(reads, fc.constantFrom(...MEMORY), (pieces, memory) => {
        const { bytes, writes, idle } = runDown(lane(raw), pieces, memory)
        expect(hex(seen(bytes))).toEqual(hex(pieces))
        expect(writes).toHaveLength(pieces.length)
        expect(idle).toBe(true)
      }),
    )
    for (const length of [65_535, 65_536]) {
      const { bytes } = runDown(lane(raw), [Buffer.alloc(length, 'x')], 'own')
      expect(seen(bytes)).toEqual([Buffer.alloc(length, 'x')])
    }
  })

  test.each([1, 2, 125, 126, 1000, 65_535])('no message is longer than a limit of %i bytes', (limit) => {
    const all = Buffer.from(Uint8Array.from({ length: 65_536 }, (_, i) => i & 255))
    for (const memory of MEMORY) {
      const { bytes } = runDown(lane(raw, limit), [all], memory)
      const messages = seen(bytes)
      expect(Buffer.concat(messages).equals(all)).toBe(true)
      expect(Math.max(...messages.map((data) => data.length))).toBe(limit)
    }
  })
})
