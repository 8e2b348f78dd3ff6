import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Codec, DATA, type Message } from '../codecs/codec.ts'
import { codecNamed, codecs } from '../codecs/index.ts'
import { clientFrame, type ClientFrame, cutAt } from '../testing/client-frames.ts'
import { areWholeFrames, clientMessages, type Memory, runDown, runUp } from '../testing/lanes.ts'
import { viewNamed, views } from '../views/index.ts'
import type { View } from '../views/view.ts'
import { BINARY, CONTINUATION, PING, TEXT } from '../websocket/frames.ts'
import type { Counters, Failing, Outlet } from './lane.ts'
import { MessageDown } from './message-down.ts'
import { MessageUp } from './message-up.ts'

/** The slow lanes, for every codec and view: what the view says of each message, in order, whatever the chunks. */

const MEMORY: Memory[] = ['own', 'shared']
const payload = viewNamed('payload')

const up =
  (codec: Codec, view: View, apart = false) =>
  (outlet: Outlet, counters: Counters, bridge: Failing) =>
    new MessageUp({ codec, view, apart, outlet, counters, bridge })
const down =
  (codec: Codec, view: View, text: boolean, maxMessageBytes = 1 << 20) =>
  (outlet: Outlet, counters: Counters, bridge: Failing) =>
    new MessageDown({ codec, view, text, maxMessageBytes, outlet, counters, bridge })

const bytesOf = (frames: readonly ClientFrame[]) => Buffer.concat(frames.map(clientFrame))
const data = (bytes: string | Uint8Array): Message => ({ type: DATA, utype: 0, payload: Buffer.from(bytes as string) })
const splits = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.nat(6000), { maxLength: 8 }),
  fc.constant(Array.from({ length: 6000 }, (_, i) => i)),
)
const pairs = codecs.flatMap((codec) => views.map((view) => [codec.name, view.name, codec, view] as const))

/** Messages that any codec can carry and any view can show. */
const message = fc
  .oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ minLength: 100, maxLength: 140 }) },
    { weight: 1, arbitrary: fc.string({ minLength: 400, maxLength: 600 }) },
  )
  .map((text) => data(text.replaceAll('\n', ' ')))
const messages = fc.array(message, { maxLength: 6 })

describe.each(pairs)('%s as %s', (_codec, _view, codec, view) => {
  const isText = view.sends === 'text'
  const inView = (each: Message) => view.encode(each, codec)

  test('up: the frames of the service, in order', () => {
    const cuts = fc.oneof(fc.constant<number[]>([]), fc.array(fc.nat(600), { maxLength: 3 }))
    const stream = fc.array(fc.tuple(message, cuts), { maxLength: 6 })
    fc.assert(
      fc.property(stream, splits, fc.constantFrom(...MEMORY), fc.boolean(), (sent, at, memory, apart) => {
        const frames = sent.flatMap(([each, places]): ClientFrame[] => {
          const shown = inView(each)
          const pieces = places.length === 0 ? [shown] : cutAt(shown, places)
          return pieces.flatMap((piece, i) => [
            {
              opcode: i > 0 ? CONTINUATION : isText ? TEXT : BINARY,
              payload: piece,
              fin: i === pieces.length - 1,
            },
            { opcode: PING },
          ])
        })
        const run = runUp(up(codec, view, apart), cutAt(bytesOf(frames), at), memory)
        expect(run.failed).toBeNull()
        const wanted = sent.map(([each]) => codec.encode(each).toString('hex'))
        expect(run.bytes.toString('hex')).toBe(wanted.join(''))
        // Apart: each in a write of its own; otherwise one for all that a chunk brought.
        if (apart) expect(run.writes.map((write) => write.toString('hex'))).toEqual(wanted)
        else expect(run.mostWrites).toBeLessThanOrEqual(1)
        expect(run.counters.upMessages).toBe(sent.length)
        expect(run.counters.upBytes).toBe(sent.reduce((sum, [each]) => sum + each.payload.length, 0))
      }),
      { numRuns: 40 },
    )
  })

  test.runIf(codec.name !== 'raw')('down: what the view shows of each message, in order', () => {
    fc.assert(
      fc.property(messages, splits, fc.constantFrom(...MEMORY), fc.boolean(), (sent, at, memory, text) => {
        const stream = Buffer.concat(sent.map((each) => codec.frame(each)))
        const run = runDown(down(codec, view, text), cutAt(stream, at), memory)
        expect(run.failed).toBeNull()
        expect(run.idle).toBe(true)
        expect(run.writes.every(areWholeFrames)).toBe(true)
        expect(run.mostWrites).toBeLessThanOrEqual(1)
        const sendsText = isText || (view.sends === 'service' && text)
        expect(clientMessages(run.bytes)).toEqual(sent.map((each) => ({ text: sendsText, data: inView(each) })))
        expect(run.counters.downMessages).toBe(sent.length)
        expect(run.counters.downBytes).toBe(sent.reduce((sum, each) => sum + each.payload.length, 0))
      }),
      { numRuns: 40 },
    )
  })
})

describe('what a view or a codec refuses', () => {
  const cases = [
    ['line', 'payload', BINARY, 'two\nlines', 'client-malformed'],
    ['libipc-b', 'payload', BINARY, '', 'client-malformed'],
    ['libipc-b', 'payload', BINARY, 'x'.repeat(99_993), 'client-too-large'],
    ['libipc', 'json', TEXT, '{"payload":', 'client-malformed'],
    ['libipc', 'json', TEXT, '{"mtype":9,"payload":""}', 'client-malformed'],
    ['libipc', 'packet', BINARY, '\u0002\u0000', 'client-malformed'],
    ['netstring', 'cbor', BINARY, '\u00ff', 'client-malformed'],
  ] as const

  test.each(cases)('%s as %s, case %#: messages in front leave, nothing else', (name, viewName, opcode, bad, code) => {
    const codec = codecNamed(name)
    const view = viewNamed(viewName)
    const good = { opcode, payload: view.encode(data('good'), codec) }
    const sent = bytesOf([good, good, { opcode, payload: Buffer.from(bad, 'latin1') }, good])
    for (const memory of MEMORY) {
      for (const apart of [false, true]) {
        const { bytes, failed, counters } = runUp(up(codec, view, apart), [sent], memory)
        expect(bytes).toEqual(Buffer.concat([codec.encode(data('good')), codec.encode(data('good'))]))
        expect(failed?.code).toBe(code)
        expect(failed?.detail).not.toBe('')
        expect(counters.upMessages).toBe(2)
      }
    }
  })

  test.each([
    ['netstring', 'payload', '4:good,4:good,4:evil;', 'service-malformed'],
    ['netstring', 'json', '4:good,4:good,04:evil,', 'service-malformed'],
    ['line', 'json', `good\ngood\n${'x'.repeat(1001)}\n`, 'service-too-large'],
  ] as const)('%s as %s: messages in front of bad bytes leave, then it fails', (name, viewName, sent, code) => {
    const codec = codecNamed(name)
    const view = viewNamed(viewName)
    for (const memory of MEMORY) {
      const run = runDown(down(codec, view, false, 1000), [Buffer.from(sent)], memory)
      const shown = view.encode(data('good'), codec)
      expect(clientMessages(run.bytes).map((each) => each.data)).toEqual([shown, shown])
      // Not before: the close frame would overtake them.
      expect(run.failed).toMatchObject({ code, afterWrites: run.writes.length })
    }
  })

  test('bytes that are no text, from a service whose messages are text', () => {
    const stream = Buffer.concat([Buffer.from('good\n'), Buffer.of(0xff, 0x0a), Buffer.from('behind\n')])
    const run = runDown(down(codecNamed('line'), payload, true), [stream], 'shared')
    expect(clientMessages(run.bytes)).toEqual([{ text: true, data: Buffer.from('good') }])
    expect(run.failed).toMatchObject({ code: 'service-malformed', afterWrites: 1 })
  })
})

describe('unframed text', () => {
  const raw = codecNamed('raw')

  test('cut anywhere: every message is whole characters, and together they are the text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((each) => each.isWellFormed())
    fc.assert(
      fc.property(
        text,
        splits,
        fc.constantFrom(...MEMORY),
        fc.integer({ min: 1, max: 9 }),
        (all, at, memory, limit) => {
          const run = runDown(down(raw, payload, true, limit), cutAt(Buffer.from(all), at), memory)
          expect(run.failed).toBeNull()
          expect(run.idle).toBe(true)
          const got = clientMessages(run.bytes)
          expect(got.every((each) => each.text && each.data.length > 0)).toBe(true)
          expect(Buffer.concat(got.map((each) => each.data)).toString()).toBe(all)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('an unfinished character waits, and the stream may not end there', () => {
    const run = runDown(down(raw, payload, true), [Buffer.of(0x61, 0xe2, 0x82)], 'shared')
    expect(clientMessages(run.bytes)).toEqual([{ text: true, data: Buffer.from('a') }])
    expect(run.idle).toBe(false)
    expect(run.failed).toBeNull()
  })

  test('bytes that can not become text end it, after what was good', () => {
    const run = runDown(down(raw, payload, true), [Buffer.from('good'), Buffer.of(0xe2, 0x28, 0xa1)], 'shared')
    expect(clientMessages(run.bytes)).toEqual([{ text: true, data: Buffer.from('good') }])
    expect(run.failed?.code).toBe('service-malformed')
  })

  test('as binary it passes as it is, one read for one message', () => {
    const pieces = [Buffer.of(0xe2), Buffer.of(0x82, 0xac, 0xff)]
    const run = runDown(down(raw, viewNamed('packet'), true), pieces, 'shared')
    expect(clientMessages(run.bytes)).toEqual(pieces.map((each) => ({ text: false, data: each })))
  })
})

test('types of libipc pass through the views that show them', () => {
  const libipc = codecNamed('libipc')
  const typed: Message = { type: 1, utype: 7, payload: Buffer.from('typed') }
  for (const name of ['json', 'cbor', 'packet']) {
    const view = viewNamed(name)
    const shown = view.encode(typed, libipc)
    const opcode = view.sends === 'text' ? TEXT : BINARY
    const sent = runUp(up(libipc, view), [clientFrame({ opcode, payload: shown })], 'shared')
    expect(sent.bytes).toEqual(libipc.encode(typed))
    const got = runDown(down(libipc, view, false), [libipc.encode(typed)], 'shared')
    expect(clientMessages(got.bytes)).toEqual([{ text: opcode === TEXT, data: shown }])
  }
})
