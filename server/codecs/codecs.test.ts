import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Codec, DATA, FrameError, type Message, type Scanner } from './codec.ts'
import { codecNamed, codecs } from './index.ts'

/** The suite that every codec must pass; one more in the catalog is tested by being there. */

const NO_LIMIT = { maxMessageBytes: Number.MAX_SAFE_INTEGER }

interface Seen {
  readonly type: number
  readonly utype: number
  readonly hex: string
}

/** Feeds one chunk and adds to `seen` what it completes; `open` holds the pieces of an unfinished message. */
function feed(scanner: Scanner, chunk: Uint8Array, open: Uint8Array[], seen: Seen[]): void {
  // A chunk lies somewhere in a bigger buffer full of other bytes, as reads do.
  const room = new Uint8Array(chunk.length + 20).fill(0x0a)
  room.set(chunk, 7)
  if (chunk.length % 2 === 1) room[7 + chunk.length] = 0x78
  const end = 7 + chunk.length
  for (let i = 7; i < end;) {
    const next = scanner.next(room, i, end)
    expect(next).toBeGreaterThan(i)
    expect(next).toBeLessThanOrEqual(end)
    expect(scanner.from).toBeGreaterThanOrEqual(i)
    expect(scanner.to).toBeGreaterThanOrEqual(scanner.from)
    expect(scanner.to).toBeLessThanOrEqual(next)
    open.push(room.slice(scanner.from, scanner.to))
    if (scanner.done) {
      seen.push({ type: scanner.type, utype: scanner.utype, hex: Buffer.concat(open.splice(0)).toString('hex') })
    }
    i = next
  }
}

function scanAll(codec: Codec, chunks: readonly Uint8Array[], limits = NO_LIMIT): { seen: Seen[]; idle: boolean } {
  const scanner = codec.scanner(limits)
  const open: Uint8Array[] = []
  const seen: Seen[] = []
  for (const chunk of chunks) if (chunk.length > 0) feed(scanner, chunk, open, seen)
  return { seen, idle: scanner.idle }
}

/** Cuts bytes at the places given, in any order, taken modulo the length. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...at].map((from, k) => bytes.subarray(from, at[k] ?? bytes.length))
}

const bytewise = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte))
const places = fc.array(fc.nat(5000), { maxLength: 40 })

/** Payloads that `codec` can carry, short ones often. */
function payloads(codec: Codec): fc.Arbitrary<Buffer> {
  return fc
    .oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 700, size: 'large' }))
    .map((bytes) => Buffer.from(bytes))
    .filter((payload) => thrownBy(() => codec.check(payload)) === undefined)
}

function messages(codec: Codec): fc.Arbitrary<Message> {
  const types = codec.name === 'libipc' ? [fc.nat(3), fc.nat(255)] : [fc.constant(DATA), fc.constant(0)]
  return fc.record({ type: types[0]!, utype: types[1]!, payload: payloads(codec) })
}

const seenOf = ({ type, utype, payload }: Message): Seen => ({ type, utype, hex: payload.toString('hex') })
const data = (payload: Buffer): Message => ({ type: DATA, utype: 0, payload })

/** A payload of this length that every codec carries. */
const letters = (length: number) => Buffer.alloc(length, 'x')

test('the catalog is sorted, has each name once and finds each', () => {
  const names = codecs.map((codec) => codec.name)
  expect(names).toEqual([...new Set(names)].toSorted())
  for (const codec of codecs) expect(codecNamed(codec.name)).toBe(codec)
  expect(() => codecNamed('rawr')).toThrow(new RangeError(`no codec "rawr"; there are ${names.join(', ')}`))
})

const named = (list: readonly Codec[]) => list.map((codec) => [codec.name, codec] as const)
const isFramed = (codec: Codec) => codec.headMax + codec.tail.length > 0
const hasHead = (codec: Codec) => codec.headMax > 0
const isBounded = (codec: Codec) => codec.maxPayloadBytes < 5_000_000

/** What a scanner tells: the messages, or, of a stream without borders, the bytes. */
function told(codec: Codec, seen: readonly Seen[]): readonly Seen[] | string {
  return isFramed(codec) ? seen : seen.map((each) => each.hex).join('')
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}

const tooLarge = expect.objectContaining({ name: 'FrameError', tooLarge: true })

describe.each(named(codecs))('%s', (_, codec) => {
  test('is described', () => {
    expect(codec.summary).toMatch(/^\S.{10,90}[^.]$/)
  })

  test('any split of a stream gives the same messages', () => {
    fc.assert(
      fc.property(fc.array(messages(codec), { maxLength: 8 }), places, (sent, at) => {
        const wire = Buffer.concat(sent.map((message) => codec.encode(message)))
        const { seen, idle } = scanAll(codec, cut(wire, at))
        expect(idle).toBe(true)
        expect(told(codec, seen)).toEqual(told(codec, sent.map(seenOf)))
      }),
    )
  })

  test('one byte at a time gives the same messages', () => {
    fc.assert(
      fc.property(fc.array(messages(codec), { maxLength: 4 }), (sent) => {
        const wire = Buffer.concat(sent.map((message) => codec.encode(message)))
        expect(told(codec, scanAll(codec, bytewise(wire)).seen)).toEqual(told(codec, sent.map(seenOf)))
      }),
      { numRuns: 30 },
    )
  })

  test('headSize, writeHead, tail, encode and frame agree', () => {
    fc.assert(
      fc.property(payloads(codec), (payload) => {
        const size = codec.headSize(payload.length)
        expect(size).toBeLessThanOrEqual(codec.headMax)
        const head = new Uint8Array(size + 2).fill(0xee)
        codec.writeHead(head, 1, payload.length)
        expect([head[0], head[size + 1]]).toEqual([0xee, 0xee])
        const frame = Buffer.concat([head.subarray(1, size + 1), payload, codec.tail])
        expect(codec.encode(data(payload)).toString('hex')).toBe(frame.toString('hex'))
        expect(codec.frame(data(payload)).toString('hex')).toBe(frame.toString('hex'))
      }),
    )
  })

  test('pieces come as they arrive; only the last is done', () => {
    const wire = codec.encode(data(letters(300)))
    const scanner = codec.scanner(NO_LIMIT)
    const half = codec.headSize(300) + 150
    expect(scanner.next(wire, 0, half)).toBe(half)
    expect([scanner.to - scanner.from, scanner.done]).toEqual([150, !isFramed(codec)])
    expect(scanner.next(wire, half, wire.length)).toBe(wire.length)
    expect([scanner.to - scanner.from, scanner.done]).toEqual([150, true])
  })

  test('what check refuses, encode refuses; a codec that streams looks at nothing but the size', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const payload = Buffer.from(bytes)
        const refusal = thrownBy(() => codec.check(payload))
        expect(thrownBy(() => codec.encode(data(payload)))).toEqual(refusal)
        expect(refusal === undefined || (refusal instanceof FrameError && !codec.streams)).toBe(true)
      }),
    )
  })

  test('random bytes are messages or FrameErrors, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), places, (bytes, at) => {
        const error = thrownBy(() => scanAll(codec, cut(bytes, at), { maxMessageBytes: 50 }))
        expect(error === undefined || error instanceof FrameError).toBe(true)
      }),
    )
  })
})

describe.each(named(codecs.filter(isFramed)))('%s has borders:', (_, codec) => {
  test('the stream may end between messages only', () => {
    expect(codec.scanner(NO_LIMIT).idle).toBe(true)
    fc.assert(
      fc.property(messages(codec), fc.nat(), (message, place) => {
        const wire = codec.encode(message)
        const short = wire.subarray(0, 1 + (place % wire.length))
        expect(scanAll(codec, [short]).idle).toBe(short.length === wire.length)
      }),
    )
  })

  test('a message at the limit is taken, one above it refused', () => {
    const limits = { maxMessageBytes: 100 }
    expect(scanAll(codec, [codec.encode(data(letters(100)))], limits).seen).toHaveLength(1)
    const over = codec.encode(data(letters(101)))
    for (const chunks of [[over], bytewise(over)]) {
      expect(() => scanAll(codec, chunks, limits)).toThrow(tooLarge)
      expect(() => scanAll(codec, chunks, limits)).toThrow(/100/)
    }
  })
})

describe.each(named(codecs.filter(hasHead)))('%s has a head:', (_, codec) => {
  test('it is enough to refuse', () => {
    const head = codec.encode(data(letters(101))).subarray(0, codec.headSize(101))
    const scanner = codec.scanner({ maxMessageBytes: 100 })
    expect(() => scanner.next(head, 0, head.length)).toThrow(tooLarge)
  })

  test('it carries lengths of every size', () => {
    const lengths = [1, 9, 10, 99, 100, 255, 256, 65_535, 65_536, 99_992, 999_999, 1_000_000, 2 ** 24]
    const stand = new Uint8Array(1_000_000).fill(0x78)
    for (const length of [...lengths, codec.maxPayloadBytes].filter((each) => each <= codec.maxPayloadBytes)) {
      const head = new Uint8Array(codec.headSize(length))
      codec.writeHead(head, 0, length)
      const scanner = codec.scanner(NO_LIMIT)
      expect(scanner.next(head, 0, head.length)).toBe(head.length)
      for (let left = length - 1; left > 0;) left -= scanner.next(stand, 0, Math.min(stand.length, left))
      expect([scanner.done, scanner.idle]).toEqual([false, false])
      const last = Uint8Array.of(0x78, ...codec.tail)
      expect(scanner.next(last, 0, last.length)).toBe(last.length)
      expect([scanner.done, scanner.idle]).toEqual([true, true])
    }
  })
})

test.each(named(codecs.filter(isBounded)))('%s sends its longest payload, not one byte more', (_, codec) => {
  expect(codec.encode(data(letters(codec.maxPayloadBytes)))).toHaveLength(codec.maxPayloadBytes + codec.headMax)
  expect(() => codec.encode(data(letters(codec.maxPayloadBytes + 1)))).toThrow(tooLarge)
})

/** What is particular to one. */

/** How bytes are refused, at once and one by one, which must be the same. */
function refusalOf(codec: string, text: string, encoding: 'latin1' | 'hex' = 'latin1'): unknown {
  const bytes = Buffer.from(text, encoding)
  const scan = (chunks: readonly Uint8Array[]) =>
    thrownBy(() => scanAll(codecNamed(codec), chunks, { maxMessageBytes: 3_000_000 }))
  expect(scan(bytewise(bytes))).toEqual(scan([bytes]))
  return scan([bytes])
}

describe('raw', () => {
  test('one read is one message, cut where it is over the limit', () => {
    const { seen } = scanAll(codecNamed('raw'), [letters(5), letters(25)], { maxMessageBytes: 10 })
    expect(seen.map((each) => each.hex.length / 2)).toEqual([5, 10, 10, 5])
  })
})

describe('line', () => {
  test('LF ends a line; CR, NUL and bytes beyond ASCII belong to it', () => {
    const { seen } = scanAll(codecNamed('line'), [Buffer.from('a\r\n\n\0\xff\r\n', 'latin1')])
    expect(seen.map((each) => each.hex)).toEqual(['610d', '', '00ff0d'])
  })

  test('a payload with a line end is refused by its place', () => {
    expect(() => codecNamed('line').check(Buffer.from('ab\nc'))).toThrow(/^byte 2 is a line end/)
  })

  test('a line over the limit is refused before its end arrives', () => {
    const scanner = codecNamed('line').scanner({ maxMessageBytes: 10 })
    expect(scanner.next(letters(10), 0, 10)).toBe(10)
    expect(() => scanner.next(letters(1), 0, 1)).toThrow(expect.objectContaining({ tooLarge: true }))
  })
})

describe('length32', () => {
  test('a length of 2^31 is malformed, not just too large', () => {
    expect(refusalOf('length32', '80000000', 'hex')).toMatchObject({
      tooLarge: false,
      message: 'length32: bytes 0 to 3 of the frame declare 2147483648 bytes of payload, the most is 2147483647',
    })
    expect(refusalOf('length32', '7fffffff', 'hex')).toMatchObject({ tooLarge: true })
  })
})

describe('libipc', () => {
  const codec = codecNamed('libipc')

  test('the most that a head may declare is more than we send', () => {
    const head = Buffer.from('02001e847a00', 'hex')
    expect(codec.scanner(NO_LIMIT).next(head, 0, head.length)).toBe(6)
    expect(refusalOf('libipc', '02001e847b00', 'hex')).toMatchObject({
      tooLarge: false,
      message: 'libipc: bytes 1 to 4 of the frame declare 1999995 bytes of payload, the most is 1999994',
    })
  })

  test('types 0 to 3 go both ways, others neither', () => {
    for (const type of [0, 1, 2, 3]) expect(codec.encode({ type, utype: 255, payload: letters(1) })[0]).toBe(type)
    expect(() => codec.encode({ type: 4, utype: 0, payload: letters(1) })).toThrow(/types 0 to 3, not 4/)
    expect(refusalOf('libipc', '040000000100', 'hex')).toMatchObject({
      tooLarge: false,
      message: 'libipc: byte 0 of the frame, its type, is 4; known are 0 to 3',
    })
  })
})

describe('libipc-b', () => {
  test('an empty message is taken and shown, but not sent', () => {
    const codec = codecNamed('libipc-b')
    expect(scanAll(codec, [Buffer.alloc(4)]).seen).toEqual([{ type: DATA, utype: 0, hex: '' }])
    expect(codec.frame(data(Buffer.alloc(0))).toString('hex')).toBe('00000000')
    expect(() => codec.check(Buffer.alloc(0))).toThrow(/hang-up; send at least one byte/)
  })

  test('a longer message than the originals hold is malformed', () => {
    expect(refusalOf('libipc-b', '00018699', 'hex')).toMatchObject({ tooLarge: false })
  })
})

describe('netstring', () => {
  test('speaks the reference examples', () => {
    const { seen } = scanAll(codecNamed('netstring'), [Buffer.from('12:hello world!,0:,')])
    expect(seen.map((each) => Buffer.from(each.hex, 'hex').toString())).toEqual(['hello world!', ''])
  })

  test('a missing comma may come later', () => {
    const scanner = codecNamed('netstring').scanner(NO_LIMIT)
    const wire = Buffer.from('3:abc,')
    expect([scanner.next(wire, 0, 5), scanner.from, scanner.to, scanner.done]).toEqual([5, 2, 5, false])
    expect([scanner.next(wire, 5, 6), scanner.to - scanner.from, scanner.done]).toEqual([6, 0, true])
  })

  test.each([
    [':,', 'byte 0 of the frame is 0x3a, not a digit'],
    ['x', 'byte 0 of the frame is 0x78, not a digit'],
    ['12x', 'byte 2 of the frame is 0x78, not a digit or a colon'],
    ['01:x,', 'the length starts with a needless 0'],
    ['00:,', 'the length starts with a needless 0'],
    ['1234567890', 'the length has more than 9 digits'],
    ['3:abcd', 'byte 5 of the frame is 0x64, not the comma that ends it'],
    ['0:\n', 'byte 2 of the frame is 0x0a, not the comma that ends it'],
  ])('%j is refused', (text, detail) => {
    expect(refusalOf('netstring', text)).toMatchObject({ tooLarge: false, message: `netstring: ${detail}` })
  })
})
