import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as ws from 'ws'

import { causes } from '../../shared/causes.ts'
import { clientFrame, type ClientFrame, closePayload, cutAt } from '../testing/client-frames.ts'
import { Chunk, ROOM } from '../transports/chunk.ts'
import { FrameReader } from './frame-reader.ts'
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from './frames.ts'

/** Our reader and that of `ws` get the same bytes and must tell the same story. */

/** `['message', 'text', hex]`, `['ping', hex]`, `['close', code, reason]`, `['fail', close code]`. */
type Story = (string | number)[][]

const LIMIT = 6000
const LEAVE = (at: number) => at
/** Payloads packed together at the start of the chunk, as the fast lane does. */
const PACK = (_at: number, packed: number) => packed

function ours(pieces: readonly Uint8Array[], limit = LIMIT, place = LEAVE as (at: number, packed: number) => number) {
  const story: Story = []
  const chunk = new Chunk(pieces.reduce((most, piece) => Math.max(most, piece.length), 0))
  let message: Buffer[] = []
  let expected = 0
  let packed = 0
  const reader = new FrameReader(
    {
      frame(at, length, first, _fin, end) {
        expect(expected).toBe(0)
        expect(at).toBeLessThanOrEqual(end)
        expect(first).toBe(message.length === 0)
        message.push(Buffer.alloc(0))
        expected = length
      },
      place: (at) => place(at, packed),
      placed(at, length) {
        message.push(Buffer.from(chunk.bytes.subarray(at, at + length)))
        expected -= length
        packed = at + length
      },
      message(text) {
        expect(expected).toBe(0)
        story.push(['message', text ? 'text' : 'binary', Buffer.concat(message).toString('hex')])
        message = []
      },
    },
    {
      ping: (payload) => story.push(['ping', payload.toString('hex')]),
      pong: (payload) => story.push(['pong', payload.toString('hex')]),
      close: (code, reason) => story.push(['close', code, reason]),
      fail(code, detail) {
        expect(detail).not.toBe('')
        story.push(['fail', causes[code].close])
      },
    },
    limit,
  )
  for (const piece of pieces) {
    chunk.target.set(piece)
    packed = 0
    reader.read(chunk, ROOM, ROOM + piece.length)
    chunk.bytes.fill(0xa5, 0, ROOM + piece.length) // nothing may be kept
  }
  return { story, idle: reader.idle }
}

interface WsReceiver {
  on(event: string, listener: (...args: never[]) => void): this
  _write(chunk: Buffer, encoding: string, done: (error?: Error) => void): void
}
const Receiver = (ws as unknown as { Receiver: new (options: object) => WsReceiver }).Receiver

function theirs(pieces: readonly Uint8Array[], limit = LIMIT): Story {
  const story: Story = []
  const receiver = new Receiver({ isServer: true, maxPayload: limit, maxFragments: 16_384 })
  receiver
    .on('message', (data: Buffer, binary: boolean) =>
      story.push(['message', binary ? 'binary' : 'text', data.toString('hex')]),
    )
    .on('ping', (data: Buffer) => story.push(['ping', data.toString('hex')]))
    .on('pong', (data: Buffer) => story.push(['pong', data.toString('hex')]))
    .on('conclude', (code: number, reason: Buffer) => story.push(['close', code, reason.toString('utf8')]))
  let over = false
  for (const piece of pieces) {
    // Not `write`: that tells of an error only in the next turn.
    receiver._write(Buffer.from(piece), 'buffer', (error) => {
      if (!error) return
      over = true
      const status = Object.getOwnPropertySymbols(error).find((symbol) => symbol.description === 'status-code')!
      story.push(['fail', (error as unknown as Record<symbol, number>)[status]!])
    })
    if (over || story.at(-1)?.[0] === 'close') break
  }
  return story
}

// Streams of frames.

const key = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.constant(new Uint8Array(4)))
const form = fc.constantFrom<(7 | 16 | 64)[]>(7, 7, 7, 16, 64)
const short = fc.uint8Array({ maxLength: 20 })
const binary = fc.oneof(
  { weight: 4, arbitrary: short },
  { weight: 2, arbitrary: fc.uint8Array({ minLength: 120, maxLength: 130 }) },
  { weight: 2, arbitrary: fc.uint8Array({ minLength: 185, maxLength: 700 }) },
)
/** Characters of one to four bytes. */
const text = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 200 }))
  .map((string) => new Uint8Array(Buffer.from(string, 'utf8')))
const control = fc.record({
  opcode: fc.constantFrom(PING, PONG),
  payload: fc.oneof(short, fc.uint8Array({ minLength: 120, maxLength: 125 })),
  key,
})
const places = fc.array(fc.nat(1000), { maxLength: 5 })

/** One message: whole or in fragments, with control frames in between. */
const message: fc.Arbitrary<ClientFrame[]> = fc
  .record({
    kind: fc.oneof(fc.tuple(fc.constant(TEXT), text), fc.tuple(fc.constant(BINARY), binary)),
    cuts: fc.oneof(fc.constant<number[]>([]), places),
    empties: fc.array(fc.nat(5), { maxLength: 2 }),
    controls: fc.array(fc.tuple(fc.nat(5), control), { maxLength: 2 }),
    form,
    key,
  })
  .map(({ kind: [opcode, payload], cuts, empties, controls, form: lengthForm, key: mask }) => {
    const pieces = cuts.length === 0 ? [payload] : cutAt(payload, cuts)
    if (pieces.length === 0) pieces.push(payload)
    if (cuts.length > 0) for (const at of empties) pieces.splice(at, 0, new Uint8Array(0))
    const frames: ClientFrame[] = pieces.map((piece, i) => ({
      opcode: i === 0 ? opcode : CONTINUATION,
      payload: piece,
      fin: i === pieces.length - 1,
      form: lengthForm,
      key: mask,
    }))
    for (const [at, frame] of controls) frames.splice(at, 0, frame)
    return frames
  })
const messages = fc.array(message, { maxLength: 5 }).map((each) => each.flat())
/** Streams in one piece, byte by byte, or cut anywhere. */
const splits = fc.oneof(
  fc.constant((bytes: Buffer) => (bytes.length > 0 ? [bytes] : [])),
  fc.constant((bytes: Buffer) => Array.from(bytes, (byte) => Uint8Array.of(byte))),
  fc.array(fc.nat(5000), { maxLength: 30 }).map((at) => (bytes: Buffer) => cutAt(bytes, at)),
)
const put = fc.constantFrom(LEAVE, PACK)
const bytesOf = (frames: readonly ClientFrame[]) => Buffer.concat(frames.map(clientFrame))

const valid = { numRuns: 150 }

test('valid streams, cut anywhere', () => {
  fc.assert(
    fc.property(messages, splits, put, (frames, split, place) => {
      const pieces = split(bytesOf(frames))
      const { story, idle } = ours(pieces, LIMIT, place)
      expect(story).toEqual(theirs(pieces))
      expect(story.filter(([what]) => what === 'fail')).toEqual([])
      expect(idle).toBe(true)
    }),
    valid,
  )
})

test.each([125, 126, 127, 65_535, 65_536, 69_999, 70_000])('a message of %i bytes', (length) => {
  const bytes = clientFrame({ opcode: BINARY, payload: Buffer.alloc(length, 'sockgate') })
  for (const pieces of [[bytes], cutAt(bytes, [1, 2, 5, 9, 13, 14, 15, 16, 17, 300, 40_001])]) {
    expect(ours(pieces, 70_000, PACK).story).toEqual(theirs(pieces, 70_000))
    expect(ours(pieces, 70_000).story).toEqual([['message', 'binary', expect.any(String)]])
  }
})

test('a stream that stops anywhere: idle between messages only', () => {
  fc.assert(
    fc.property(message, fc.nat(5000), (frames, length) => {
      const bytes = bytesOf(frames)
      const some = bytes.subarray(0, length % bytes.length)
      const { story, idle } = ours(some.length > 0 ? [some] : [])
      expect(story).toEqual(theirs(some.length > 0 ? [some] : []))
      let end = 0
      const between = new Set([0])
      for (const frame of frames) {
        end += clientFrame(frame).length
        if (frame.opcode < CLOSE ? frame.fin : between.has(end - clientFrame(frame).length)) between.add(end)
      }
      expect(idle).toBe(between.has(some.length))
    }),
    valid,
  )
})

test('close frames, with whatever comes behind', () => {
  const code = fc.constantFrom(1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
  const reason = fc.string({ unit: 'binary', maxLength: 30 }).filter((each) => Buffer.byteLength(each) <= 123)
  const closing = fc.oneof(
    fc.constant(Buffer.alloc(0)),
    fc.tuple(code, reason).map(([number, why]) => closePayload(number, why)),
  )
  fc.assert(
    fc.property(messages, closing, messages, splits, (before, payload, after, split) => {
      const pieces = split(bytesOf([...before, { opcode: CLOSE, payload }, ...after]))
      const { story } = ours(pieces)
      expect(story).toEqual(theirs(pieces))
      expect(story.at(-1)![0]).toBe('close')
    }),
    valid,
  )
})

test('a close inside a fragmented message', () => {
  const pieces = [
    bytesOf([
      { opcode: TEXT, fin: false },
      { opcode: CLOSE, payload: closePayload(1001, 'bye') },
    ]),
  ]
  expect(ours(pieces).story).toEqual([['close', 1001, 'bye']])
  expect(ours(pieces).story).toEqual(theirs(pieces))
})

// One rule broken at a time.

const begun: ClientFrame = { opcode: BINARY, fin: false, payload: Uint8Array.of(1, 2, 3) }
const one = (frame: ClientFrame): ClientFrame[] => [frame]
const closing = (code: number, reason?: Uint8Array) => one({ opcode: CLOSE, payload: closePayload(code, reason) })
const bad = Uint8Array.of(0x61, 0xc3, 0x28)

/** Frames that break a rule, and the close code. */
const broken: Record<string, { close: number; frames: ClientFrame[] }> = {
  RSV1: { close: 1002, frames: one({ opcode: TEXT, reserved: 4 }) },
  RSV2: { close: 1002, frames: one({ opcode: BINARY, reserved: 2 }) },
  'RSV3 on a ping': { close: 1002, frames: one({ opcode: PING, reserved: 1 }) },
  'RSV1 on a continuation': { close: 1002, frames: [begun, { opcode: CONTINUATION, reserved: 4 }] },
  'no mask': { close: 1002, frames: one({ opcode: BINARY, key: null, payload: Uint8Array.of(1, 2, 3) }) },
  'no mask, nothing in it': { close: 1002, frames: one({ opcode: TEXT, key: null }) },
  'no mask on a ping': { close: 1002, frames: one({ opcode: PING, key: null }) },
  'a ping of 126 bytes': { close: 1002, frames: one({ opcode: PING, payload: new Uint8Array(126) }) },
  'a pong with a long length field': { close: 1002, frames: one({ opcode: PONG, form: 16 }) },
  'a close of 300 bytes': { close: 1002, frames: one({ opcode: CLOSE, payload: new Uint8Array(300) }) },
  'a fragmented ping': { close: 1002, frames: one({ opcode: PING, fin: false }) },
  'a fragmented close': { close: 1002, frames: one({ opcode: CLOSE, fin: false }) },
  'a continuation first': { close: 1002, frames: one({ opcode: CONTINUATION, payload: Uint8Array.of(1) }) },
  'an unfinished continuation first': { close: 1002, frames: one({ opcode: CONTINUATION, fin: false }) },
  'text inside a message': { close: 1002, frames: [begun, { opcode: TEXT }] },
  'binary inside a message': { close: 1002, frames: [begun, { opcode: BINARY }] },
  'a continuation after a whole message': { close: 1002, frames: [{ opcode: BINARY }, { opcode: CONTINUATION }] },
  'a close of one byte': { close: 1002, frames: one({ opcode: CLOSE, payload: Uint8Array.of(3) }) },
  'invalid UTF-8 in a close reason': { close: 1007, frames: closing(1000, bad) },
  'half a character in a close reason': { close: 1007, frames: closing(1000, Uint8Array.of(0xe2, 0x82)) },
  'invalid UTF-8 in a text': { close: 1007, frames: one({ opcode: TEXT, payload: bad }) },
  'invalid UTF-8 in a long text': {
    close: 1007,
    frames: one({ opcode: TEXT, payload: Buffer.concat([Buffer.alloc(900, 'x'), bad]) }),
  },
  'a text that ends in a character': { close: 1007, frames: one({ opcode: TEXT, payload: Uint8Array.of(0xf0, 0x9f) }) },
  'a surrogate over two fragments': {
    close: 1007,
    frames: [
      { opcode: TEXT, fin: false, payload: Uint8Array.of(0xed) },
      { opcode: CONTINUATION, payload: Uint8Array.of(0xa0, 0x80) },
    ],
  },
  'a character that the last, empty fragment leaves unfinished': {
    close: 1007,
    frames: [{ opcode: TEXT, fin: false, payload: Uint8Array.of(0x61, 0xe2, 0x82) }, { opcode: CONTINUATION }],
  },
  'one byte too many': { close: 1009, frames: one({ opcode: BINARY, payload: new Uint8Array(LIMIT + 1) }) },
  'one byte too many in fragments': {
    close: 1009,
    frames: [
      { opcode: BINARY, fin: false, payload: new Uint8Array(LIMIT) },
      { opcode: PING },
      { opcode: CONTINUATION, payload: Uint8Array.of(1) },
    ],
  },
  'one byte too many in an unfinished message': {
    close: 1009,
    frames: [
      { opcode: TEXT, fin: false, payload: new Uint8Array(LIMIT) },
      { opcode: CONTINUATION, fin: false, payload: Uint8Array.of(1) },
    ],
  },
  'a declared length of 2^32': { close: 1009, frames: one({ opcode: BINARY, declares: 2n ** 32n }) },
  'a declared length of 2^53': { close: 1009, frames: one({ opcode: BINARY, declares: 2n ** 53n }) },
  'a declared length of 2^63': { close: 1009, frames: one({ opcode: BINARY, declares: 2n ** 63n }) },
  'a declared length of 2^64 - 1': { close: 1009, frames: one({ opcode: TEXT, declares: 2n ** 64n - 1n }) },
}
for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
  broken[`opcode ${opcode}`] = { close: 1002, frames: one({ opcode }) }
for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
  broken[`close code ${code}`] = { close: 1002, frames: closing(code) }

describe('one rule broken', () => {
  test.each(Object.entries(broken))('%s', (_rule, { close, frames }) => {
    fc.assert(
      fc.property(messages, messages, splits, put, (before, after, split, place) => {
        const pieces = split(bytesOf([...before, ...frames, ...after]))
        const { story } = ours(pieces, LIMIT, place)
        expect(story.at(-1)).toEqual(['fail', close])
        expect(story).toEqual(theirs(pieces))
      }),
      { numRuns: 8 },
    )
  })
})

test('every byte pair that can begin a frame', () => {
  for (let first = 0; first < 256; first++) {
    for (const second of [0, 1, 2, 125, 126, 127, 128, 129, 130, 253, 254, 255]) {
      // Zeros: an empty key, and lengths of nothing.
      const pieces = [Buffer.concat([Uint8Array.of(first, second), Buffer.alloc(20)])]
      const { story } = ours(pieces)
      const other = theirs(pieces)
      // Inside a bad close code or a second bad frame both stop at the same place.
      expect(story, `${first} ${second}`).toEqual(other)
    }
  }
})

test('mutated streams: the same messages, and the same end but for text found bad early', () => {
  const mutations = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(messages, mutations, splits, (frames, changes, split) => {
      const bytes = bytesOf(frames)
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
      const pieces = split(bytes)
      const { story } = ours(pieces)
      const other = theirs(pieces)
      if (story.at(-1)?.[1] === 1007 && JSON.stringify(story) !== JSON.stringify(other)) {
        // `ws` looks at the whole message only: until its end it answers pings and may find other faults.
        expect(story.slice(0, -1)).toEqual(other.slice(0, story.length - 1))
        expect(other.slice(story.length - 1).map(([what]) => what)).not.toContain('message')
      } else expect(story).toEqual(other)
    }),
    { numRuns: 500 },
  )
})

test('bad text is refused at the first bad byte, not at the end of the message', () => {
  const pieces = [
    clientFrame({ opcode: TEXT, fin: false, payload: bad }),
    clientFrame({ opcode: PING, payload: Uint8Array.of(1) }),
  ]
  expect(ours(pieces).story).toEqual([['fail', 1007]])
  const whole = clientFrame({ opcode: TEXT, payload: Buffer.concat([bad, Buffer.alloc(100, 'x')]) })
  expect(ours([whole.subarray(0, 9)]).story).toEqual([['fail', 1007]])
})

describe('fragments', () => {
  const stream = (count: number) => [
    clientFrame({ opcode: BINARY, fin: false, payload: Uint8Array.of(1) }),
    ...Array.from({ length: count - 2 }, () =>
      clientFrame({ opcode: CONTINUATION, fin: false, payload: Uint8Array.of(1) }),
    ),
    clientFrame({ opcode: CONTINUATION, payload: Uint8Array.of(1) }),
  ]

  test('16,384 are a message', () => {
    const pieces = [Buffer.concat(stream(16_384))]
    expect(ours(pieces, 70_000).story).toEqual([['message', 'binary', '01'.repeat(16_384)]])
    expect(ours(pieces, 70_000).story).toEqual(theirs(pieces, 70_000))
  })

  test('16,385 are an attack, empty ones too', () => {
    const pieces = stream(16_385)
    expect(ours(pieces, 70_000).story).toEqual([['fail', 1008]])
    expect(theirs(pieces, 70_000)).toEqual([['fail', 1008]])
    const empty = Array.from({ length: 16_385 }, (_, i) =>
      clientFrame({ opcode: i === 0 ? BINARY : CONTINUATION, fin: false }),
    )
    expect(ours([Buffer.concat(empty)]).story).toEqual([['fail', 1008]])
    expect(theirs([Buffer.concat(empty)])).toEqual([['fail', 1008]])
  })

  test('each message starts counting anew', () => {
    const pieces = [Buffer.concat([...stream(16_384), ...stream(16_384)])]
    const one = ['message', 'binary', '01'.repeat(16_384)]
    expect(ours(pieces, 70_000).story).toEqual([one, one])
  })
})

test('after a failure nothing is told any more', () => {
  const good = clientFrame({ opcode: BINARY, payload: Uint8Array.of(9) })
  const pieces = [Buffer.concat([clientFrame({ opcode: 3 }), good]), good]
  expect(ours(pieces).story).toEqual([['fail', 1002]])
})

test('stop from within: the rest of the chunk is ignored', () => {
  const seen: string[] = []
  const chunk = new Chunk(100)
  const reader = new FrameReader(
    {
      frame: () => {},
      place: (at) => at,
      placed: () => {},
      message() {
        seen.push('message')
        reader.stop()
      },
    },
    { ping: () => seen.push('ping'), pong: () => {}, close: () => {}, fail: () => {} },
    LIMIT,
  )
  const bytes = bytesOf([{ opcode: BINARY, payload: Uint8Array.of(1) }, { opcode: PING }, { opcode: BINARY }])
  chunk.target.set(bytes)
  reader.read(chunk, ROOM, ROOM + bytes.length)
  reader.read(chunk, ROOM, ROOM + bytes.length)
  expect(seen).toEqual(['message'])
})
