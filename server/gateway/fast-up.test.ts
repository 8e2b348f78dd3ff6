import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Codec, DATA } from '../codecs/codec.ts'
import { codecNamed, codecs } from '../codecs/index.ts'
import { clientFrame, type ClientFrame, closePayload, cutAt } from '../testing/client-frames.ts'
import { type Memory, runUp } from '../testing/lanes.ts'
import { BINARY, CLOSE, CONTINUATION, PING, TEXT } from '../websocket/frames.ts'
import { FastUp } from './fast-up.ts'
import type { Counters, Failing, Outlet } from './lane.ts'

/** The fast lane up must send the service what `encode` of each message would, whatever the bytes' way here. */

const MEMORY: Memory[] = ['own', 'shared']
const lane = (codec: Codec) => (outlet: Outlet, counters: Counters, bridge: Failing) =>
  new FastUp(codec, outlet, counters, bridge)
const encode = (codec: Codec, payload: Uint8Array) =>
  codec.encode({ type: DATA, utype: 0, payload: Buffer.from(payload) })
const bytesOf = (frames: readonly ClientFrame[]) => Buffer.concat(frames.map(clientFrame))

/** Payloads that `codec` can carry: around each border of its heads and of the client's. */
function payloads(codec: Codec): fc.Arbitrary<Uint8Array> {
  const length = fc.oneof(
    { weight: 5, arbitrary: fc.nat(12) },
    { weight: 2, arbitrary: fc.constantFrom(99, 100, 125, 126, 127, 255, 256, 257, 300, 999, 1000) },
    { weight: 1, arbitrary: fc.integer({ min: 1000, max: 6000 }) },
  )
  const least = codec.name === 'libipc-b' ? 1 : 0
  return fc.tuple(length, fc.nat(255)).map(([size, seed]) =>
    Uint8Array.from({ length: Math.max(least, size) }, (_, i) => {
      const byte = (seed + i * 7) & 255
      return codec.name === 'line' && byte === 0x0a ? 0x0b : byte
    }),
  )
}

/** One message as frames: mostly whole, sometimes cut, with a ping in between. */
function framesOf(payload: Uint8Array, cuts: readonly number[], form: 7 | 16 | 64): ClientFrame[] {
  if (cuts.length === 0) return [{ opcode: BINARY, payload, form }]
  const pieces = cutAt(payload, cuts)
  if (pieces.length === 0) pieces.push(payload)
  return pieces.flatMap((piece, i): ClientFrame[] => [
    { opcode: i === 0 ? BINARY : CONTINUATION, payload: piece, fin: i === pieces.length - 1, form },
    { opcode: PING, payload: Buffer.from('ping') },
  ])
}

const cuts = fc.oneof(
  { weight: 4, arbitrary: fc.constant<number[]>([]) },
  { weight: 1, arbitrary: fc.array(fc.nat(6000), { maxLength: 4 }) },
)
const splits = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.nat(20_000), { maxLength: 12 }),
  fc.constant(Array.from({ length: 20_000 }, (_, i) => i)),
)

describe.each(codecs.map((codec) => [codec.name, codec] as const))('%s', (_name, codec) => {
  const form = fc.constantFrom<(7 | 16 | 64)[]>(7, 7, 7, 16, 64)
  const stream = fc.array(fc.tuple(payloads(codec), cuts, form), { maxLength: 8 })

  test('what leaves is encode of each message, in order', () => {
    fc.assert(
      fc.property(stream, splits, fc.constantFrom(...MEMORY), (messages, at, memory) => {
        const sent = bytesOf(messages.flatMap(([payload, pieces, length]) => framesOf(payload, pieces, length)))
        const { bytes, failed, counters } = runUp(lane(codec), cutAt(sent, at), memory)
        expect(failed).toBeNull()
        const wanted = Buffer.concat(messages.map(([payload]) => encode(codec, payload)))
        expect(bytes.equals(wanted), `${bytes.toString('hex')}\n${wanted.toString('hex')}`).toBe(true)
        expect(counters.upMessages).toBe(messages.length)
        expect(counters.upBytes).toBe(messages.reduce((sum, [payload]) => sum + payload.length, 0))
      }),
      { numRuns: 120 },
    )
  })

  test('whole messages of one chunk leave in one write', () => {
    const some = [3, 200, 1, 700, 0, 9].map((length) => new Uint8Array(length + 1).fill(0x61))
    const sent = bytesOf(some.map((payload) => ({ opcode: BINARY, payload })))
    for (const memory of MEMORY) {
      const { writes } = runUp(lane(codec), [sent], memory)
      expect(writes).toEqual([Buffer.concat(some.map((payload) => encode(codec, payload)))])
    }
  })

  test('full chunks of 64 KiB, one long message through many', () => {
    const long = new Uint8Array(codec.name === 'libipc-b' ? 99_992 : 300_000).fill(0x62)
    const sent = bytesOf([
      { opcode: BINARY, payload: Uint8Array.of(1) },
      { opcode: BINARY, payload: long },
      { opcode: BINARY, payload: Uint8Array.of(2) },
    ])
    const pieces = Array.from({ length: Math.ceil(sent.length / 65_536) }, (_, i) =>
      sent.subarray(i * 65_536, (i + 1) * 65_536),
    )
    for (const memory of MEMORY) {
      const { bytes } = runUp(lane(codec), pieces, memory)
      const wanted = [Uint8Array.of(1), long, Uint8Array.of(2)].map((payload) => encode(codec, payload))
      expect(bytes.equals(Buffer.concat(wanted))).toBe(true)
    }
  })

  test('bad text behind good messages: those leave, of the bad one nothing', () => {
    const sent = bytesOf([
      { opcode: TEXT, payload: Buffer.from('good') },
      { opcode: TEXT, payload: Buffer.from('also') },
      { opcode: TEXT, payload: Buffer.concat([Buffer.alloc(500, 'x'), Uint8Array.of(0xff)]) },
      { opcode: TEXT, payload: Buffer.from('behind') },
    ])
    for (const memory of MEMORY) {
      const { bytes, failed, counters } = runUp(lane(codec), [sent], memory)
      expect(bytes).toEqual(
        Buffer.concat([Buffer.from('good'), Buffer.from('also')].map((text) => encode(codec, text))),
      )
      expect(failed?.code).toBe('client-malformed')
      expect(counters.upMessages).toBe(2)
    }
  })

  test('a message above the limit: nothing of it leaves, whole or in fragments', () => {
    const good = { opcode: BINARY, payload: Buffer.from('good') }
    const whole = [good, { opcode: BINARY, payload: Buffer.alloc(1001, 'x') }]
    const cut = [
      good,
      { opcode: BINARY, fin: false, payload: Buffer.alloc(1000, 'x') },
      { opcode: CONTINUATION, payload: Buffer.from('y') },
    ]
    for (const memory of MEMORY) {
      for (const frames of codec.name === 'raw' ? [whole] : [whole, cut]) {
        const { bytes, failed } = runUp(lane(codec), [bytesOf(frames)], memory, 1000)
        expect(bytes).toEqual(encode(codec, good.payload))
        expect(failed?.code).toBe('client-too-large')
      }
    }
  })

  test.runIf(codec.name !== 'raw')('a close inside a fragmented message: the part does not leave', () => {
    const sent = bytesOf([
      { opcode: BINARY, payload: Buffer.from('good') },
      { opcode: BINARY, fin: false, payload: Buffer.from('par') },
      { opcode: CONTINUATION, fin: false, payload: Buffer.from('t') },
      { opcode: CLOSE, payload: closePayload(1000) },
    ])
    for (const memory of MEMORY) {
      for (const pieces of [[sent], Array.from(sent, (byte) => Uint8Array.of(byte))]) {
        const { bytes, failed } = runUp(lane(codec), pieces, memory)
        expect(bytes).toEqual(encode(codec, Buffer.from('good')))
        expect(failed?.code).toBe('client-closed')
      }
    }
  })
})

describe('payloads that a codec can not carry', () => {
  const cases = [
    ['line', Buffer.from('two\nlines'), 'client-malformed'],
    ['libipc-b', Buffer.alloc(0), 'client-malformed'],
    ['libipc-b', Buffer.alloc(99_993), 'client-too-large'],
    ['libipc', Buffer.alloc(1_999_989), 'client-too-large'],
  ] as const

  test.each(cases)('%s, case %#: messages in front leave, nothing of the bad one or behind it', (name, bad, code) => {
    const codec = codecNamed(name)
    const good = Buffer.from('good')
    const half = bad.length >> 1
    const versions: ClientFrame[][] = [
      [{ opcode: BINARY, payload: bad }],
      [
        { opcode: BINARY, fin: false, payload: bad.subarray(0, half) },
        { opcode: CONTINUATION, payload: bad.subarray(half) },
      ],
    ]
    for (const memory of MEMORY) {
      for (const frames of versions) {
        const sent = bytesOf([{ opcode: BINARY, payload: good }, ...frames, { opcode: BINARY, payload: good }])
        for (const at of [[], [7], [12, 13, 40], [20_000, 65_536]]) {
          const { bytes, failed, counters } = runUp(lane(codec), cutAt(sent, at), memory)
          expect(bytes).toEqual(encode(codec, good))
          expect(failed?.code).toBe(code)
          expect(counters.upMessages).toBe(1)
        }
      }
    }
  })
})
