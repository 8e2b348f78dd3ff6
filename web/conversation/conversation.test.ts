// @vitest-environment jsdom
import { encode } from 'cborg'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'

import { decode, loadCbor } from './decode.ts'
import { parseFilter } from './filter.ts'
import { asHex } from './hex.ts'
import { asJsonLines } from './json-lines.ts'
import { MessageBuffer } from './message-buffer.ts'
import { passed, said, tapped } from './message.ts'
import type { Message, NewMessage } from './message.ts'
import { leaveForTry, takeForTry } from './resend.ts'
import { clock, difference } from './times.ts'

const numbered = (message: NewMessage, number = 1): Message => ({ ...message, key: number, number })
const sent = (body: string | Uint8Array, types?: { mtype: number; utype: number }) =>
  numbered(passed('up', body, 0, types ?? null))

describe('times', () => {
  it('shows milliseconds, in the zone that is asked for', () => {
    expect(clock(Date.UTC(2024, 0, 2, 14, 3, 22, 81), 'UTC')).toBe('14:03:22.081')
  })
  it.each([
    [0, '+0 ms'],
    [481, '+481 ms'],
    [1204, '+1.20 s'],
    [75_040, '+75.0 s'],
    [192_000, '+3m 12s'],
    [-20, '−20 ms'],
  ])('%d ms is %s', (ms, shown) => expect(difference(ms)).toBe(shown))
})

describe('filter', () => {
  const big = sent('x'.repeat(2000))
  const move = sent('{"type":"move","at":{"x":7},"ok":true}', { mtype: 2, utype: 5 })
  const answer = numbered(passed('down', Uint8Array.of(0, 1, 0x50, 0x49, 0x4e, 0x47), 0))
  const note = numbered(said('note', 'Connected', 0))
  const all = [big, move, answer, note]

  test.each<[string, Message[]]>([
    ['', all],
    ['dir:in', [big, move]],
    ['dir:received', [answer]],
    ['kind:binary', [answer]],
    ['size>1k', [big]],
    ['size>1KiB', [big]],
    ['size<10 dir:out', [answer]],
    ['size:6', [answer]],
    ['json.type:"move"', [move]],
    ['json.type:move', [move]],
    ['json.at.x:7', [move]],
    ['json.at.x>6', [move]],
    ['json.at.x>7', []],
    ['json.at.x:"7"', []],
    ['json.ok:true', [move]],
    ['json.at:*', [move]],
    ['json.none:*', []],
    ['type:2', [move]],
    ['utype:5', [move]],
    ['ping', [answer]],
    ['PING dir:out', [answer]],
    ['"\\"type\\":\\"move"', [move]],
    ['conn', [note]],
  ])('%s', (filter, found) => {
    const parsed = parseFilter(filter)
    expect(parsed.problem).toBeNull()
    expect(all.filter(parsed.test!)).toEqual(found)
  })

  test.each([
    ['dri:in', /“dri:” is no field/],
    ['dir:left', /write dir:in or dir:out/],
    ['kind:frame', /is no kind/],
    ['size>big', /is no size/],
    ['size>', /needs a value/],
    ['type:300', /0 to 255/],
    ['dir>in', /makes no sense here/],
    ['json.:1', /Say which field/],
    ['json.a>x', /no number to compare/],
    ['"open', /not closed/],
    ['json.a:"open', /not closed/],
  ])('%s is not understood', (filter, sentence) => expect(parseFilter(filter).problem).toMatch(sentence))
})

describe('decoders', () => {
  it('knows JSON, text, nothing, and bytes that are none of these', async () => {
    const cbor = await loadCbor()
    expect(decode(sent('{"a":[1]}'), cbor)).toEqual({ form: 'json', value: { a: [1] } })
    expect(decode(sent('12'), cbor)).toEqual({ form: 'text', text: '12' })
    expect(decode(sent('{"a":'), cbor)).toEqual({ form: 'text', text: '{"a":' })
    expect(decode(sent(''), cbor)).toEqual({ form: 'empty' })
    expect(decode(sent(Uint8Array.of(0xff, 0)), cbor)).toEqual({ form: 'bytes', bytes: Uint8Array.of(0xff, 0) })
    expect(decode(sent(new TextEncoder().encode('[true]')), cbor)).toEqual({ form: 'json', value: [true] })
  })

  it('knows CBOR that is all of the bytes, and only once its reader is there', async () => {
    const message = sent(encode({ n: 1, b: Uint8Array.of(0) }))
    expect(decode(message, null).form).toBe('bytes')
    expect(decode(message, await loadCbor())).toEqual({ form: 'cbor', value: { n: 1, b: Uint8Array.of(0) } })
    const longer = sent(Uint8Array.of(...encode({ n: 0 }), 0))
    expect(decode(longer, await loadCbor()).form).toBe('bytes')
  })

  it('opens a libipc packet, whose header must say its length', async () => {
    const cbor = await loadCbor()
    const packet = Uint8Array.of(2, 0, 0, 0, 2, 7, 0x7b, 0x7d)
    expect(decode(sent(packet), cbor)).toEqual({
      form: 'packet',
      mtype: 2,
      utype: 7,
      payload: { form: 'json', value: {} },
    })
    expect(decode(sent(packet.with(4, 3)), cbor).form).toBe('bytes')
  })

  it('lines bytes up', () => {
    const bytes = new TextEncoder().encode('hello, ü!\n')
    expect(asHex(bytes, 8)).toBe('0000  68 65 6c 6c 6f 2c 20 c3  hello, .\n0008  bc 21 0a                 .!.')
    expect(asHex(new Uint8Array())).toBe('')
  })
})

describe('messages', () => {
  it('keeps the first 64 KiB, and forgives a character that the cut went through', () => {
    const message = passed('down', `${'a'.repeat(65_535)}ü!`, 0)
    expect(message).toMatchObject({ length: 65_538, cut: true, text: 'a'.repeat(65_535) })
  })

  it('takes what the gateway shows as it is', () => {
    const shown = {
      at: 5,
      direction: 'up',
      kind: 'binary',
      length: 9,
      cut: true,
      partial: true,
      redacted: true,
    } as const
    expect(tapped({ ...shown, text: null, base64: 'AP8=', mtype: 2, utype: 0 }, 3)).toMatchObject({
      bytes: Uint8Array.of(0, 255),
      cut: true,
      partial: true,
      redacted: true,
      missed: 3,
      mtype: 2,
    })
  })

  it('writes JSON lines without notes', () => {
    const lines = asJsonLines([sent('hi'), sent(Uint8Array.of(0, 255)), numbered(said('note', 'Connected', 0))])
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { number: 1, at: '1970-01-01T00:00:00.000Z', direction: 'up', kind: 'text', length: 2, text: 'hi' },
      { number: 1, at: '1970-01-01T00:00:00.000Z', direction: 'up', kind: 'binary', length: 2, base64: 'AP8=' },
    ])
  })

  it('carries a message to Try it, once', () => {
    expect(leaveForTry(sent(Uint8Array.of(1, 255)))).toBe(true)
    expect(takeForTry()).toEqual({ body: Uint8Array.of(1, 255) })
    expect(takeForTry()).toBeNull()
    leaveForTry(sent('hi'))
    expect(takeForTry()).toEqual({ body: 'hi' })
  })
})

describe('buffer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const numbers = (buffer: MessageBuffer) => buffer.getState().messages.map(({ number }) => number)

  it('keeps the last so many, and says how many are gone', () => {
    const buffer = new MessageBuffer({ messages: 3, bytes: 1e6, publishMs: 100 })
    for (const body of ['a', 'b', 'c', 'd', 'e']) buffer.add(passed('up', body, 0))
    expect(numbers(buffer)).toEqual([])
    vi.advanceTimersByTime(100)
    expect(numbers(buffer)).toEqual([3, 4, 5])
    expect(buffer.getState().gone).toBe(2)
  })

  it('keeps no more than so many bytes, but always the newest', () => {
    const buffer = new MessageBuffer({ messages: 100, bytes: 1000, publishMs: 0 })
    for (let i = 0; i < 5; i++) buffer.add(passed('up', 'x'.repeat(200), 0))
    vi.advanceTimersByTime(0)
    expect(numbers(buffer)).toEqual([4, 5])
    buffer.add(passed('up', 'x'.repeat(5000), 0))
    vi.advanceTimersByTime(0)
    expect(numbers(buffer)).toEqual([6])
  })

  it('stands still while paused, counts what waits, and shows it afterwards', () => {
    const buffer = new MessageBuffer({ messages: 100, bytes: 1e6, publishMs: 0 })
    buffer.add(passed('up', 'a', 0))
    buffer.pause(true)
    buffer.add(passed('up', 'b', 0))
    vi.advanceTimersByTime(0)
    expect(numbers(buffer)).toEqual([1])
    expect(buffer.getState()).toMatchObject({ paused: true, waiting: 1 })
    buffer.pause(false)
    expect(numbers(buffer)).toEqual([1, 2])
    expect(buffer.getState()).toMatchObject({ paused: false, waiting: 0 })
  })

  it('clears, also while paused', () => {
    const buffer = new MessageBuffer({ messages: 100, bytes: 1e6, publishMs: 0 })
    buffer.add(passed('up', 'a', 0))
    buffer.pause(true)
    buffer.clear()
    expect(buffer.getState()).toEqual({ messages: [], gone: 0, paused: true, waiting: 0 })
  })
})
