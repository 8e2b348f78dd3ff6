import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Codec, DATA, type Message } from '../codecs/codec.ts'
import { codecNamed, codecs } from '../codecs/index.ts'
import { views, viewNamed } from './index.ts'
import { ViewError } from './view.ts'

/** The suite that every view must pass with every codec; one more in a catalog is tested by being there. */

const plain = { type: DATA, utype: 0 }
const bytes = fc.uint8Array({ maxLength: 300 }).map((payload) => Buffer.from(payload))
const texts = fc.string({ unit: 'binary', maxLength: 100 }).map((payload) => Buffer.from(payload))

/** The payload, or what was thrown. */
function attempt(decode: () => Message): unknown {
  try {
    return decode().payload
  } catch (error) {
    return error
  }
}

function messages(codec: Codec): fc.Arbitrary<Message> {
  const types = codec.name === 'libipc' ? [fc.nat(3), fc.nat(255)] : [fc.constant(DATA), fc.constant(0)]
  // What a service can send: its line end is never in a line.
  const payload = fc.oneof(bytes, texts).filter((each) => codec.name !== 'line' || !each.includes(0x0a))
  return fc.record({ type: types[0]!, utype: types[1]!, payload })
}

test('the catalog is sorted, has each name once and finds each', () => {
  const names = views.map((view) => view.name)
  expect(names).toEqual([...new Set(names)].toSorted())
  for (const view of views) expect(viewNamed(view.name)).toBe(view)
  expect(() => viewNamed('xml')).toThrow(new RangeError(`no view "xml"; there are ${names.join(', ')}`))
})

describe.each(views.map((view) => [view.name, view] as const))('%s', (_, view) => {
  test('is described', () => {
    expect(view.summary).toMatch(/^\S.{10,100}[^.]$/)
  })

  test.each(codecs.map((codec) => [codec.name, codec] as const))(
    'what a %s service sends comes back',
    (_name, codec) => {
      fc.assert(
        fc.property(messages(codec), (message) => {
          const back = view.decode(view.encode(message, codec), view.sends === 'text', codec)
          const wanted = view.name === 'payload' ? { ...plain, payload: message.payload } : message
          expect({ ...back, payload: back.payload.toString('hex') }).toEqual({
            ...wanted,
            payload: wanted.payload.toString('hex'),
          })
        }),
      )
    },
  )

  test('random bytes are messages or ViewErrors, never anything else', () => {
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.constantFrom(...codecs), (data, text, codec) => {
        const outcome = attempt(() => view.decode(data, text, codec))
        expect(outcome instanceof ViewError || Buffer.isBuffer(outcome)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe.each(['cbor', 'json', 'packet'])('%s', (name) => {
  test.each(['', '{', 'x'.repeat(300), '\n\n\n"'])('a refusal of %j names the view and fits a close frame', (data) => {
    for (const text of [true, false]) {
      const refusal = () => viewNamed(name).decode(Buffer.from(data), text, codecNamed('libipc'))
      expect(refusal).toThrow(ViewError)
      expect(refusal).toThrow(new RegExp(`^${name}: .{10,115}$`))
    }
  })
})

describe('payload', () => {
  test('takes text and binary as they are, without a copy', () => {
    const data = Buffer.from('x')
    for (const text of [true, false])
      expect(viewNamed('payload').decode(data, text, codecNamed('raw')).payload).toBe(data)
  })
})

describe('packet', () => {
  const packet = viewNamed('packet')
  const decode = (codec: string, data: string, encoding: 'hex' | 'latin1' = 'hex', text = false) =>
    packet.decode(Buffer.from(data, encoding), text, codecNamed(codec))

  test('takes the types of the frame', () => {
    const { type, utype, payload } = decode('libipc', '01000000022a6869')
    expect([type, utype, payload.toString()]).toEqual([1, 42, 'hi'])
  })

  test.each([
    ['libipc', '', 'empty; a message must be one whole libipc frame'],
    ['libipc', '0200', 'cut short at byte 2; a message must be one whole libipc frame'],
    ['libipc', '02000000020061', 'cut short at byte 7; a message must be one whole libipc frame'],
    ['libipc', '02000000010061ff', 'the libipc frame ends at byte 7 of 8; send one frame per message'],
    ['libipc', '0200000000000200000000ff', 'the libipc frame ends at byte 6 of 12; send one frame per message'],
    ['libipc', '09000000010061', 'libipc: byte 0 of the frame, its type, is 9; known are 0 to 3'],
    ['libipc-b', '0001869961', 'libipc-b: bytes 0 to 3 of the frame declare 99993 bytes of payload, the most is 99992'],
    ['netstring', '313a61', 'cut short at byte 3; a message must be one whole netstring frame'],
    ['netstring', '313a613b', 'netstring: byte 3 of the frame is 0x3b, not the comma that ends it'],
    ['line', '', 'empty; a message must be one whole line frame'],
    ['line', '6162', 'cut short at byte 2; a message must be one whole line frame'],
    ['line', '0a0a', 'the line frame ends at byte 1 of 2; send one frame per message'],
  ])('%s %s is refused', (codec, hex, detail) => {
    expect(() => decode(codec, hex)).toThrow(new ViewError(`packet: ${detail}`))
  })

  test('takes text only where frames may be text', () => {
    expect(decode('line', 'hi\n', 'latin1', true).payload.toString()).toBe('hi')
    expect(decode('raw', 'hi', 'latin1', true).payload.toString()).toBe('hi')
    expect(decode('raw', '').payload).toHaveLength(0)
    expect(() => decode('netstring', '2:hi,', 'latin1', true)).toThrow(
      /a netstring frame is binary, this message is text/,
    )
  })

  test('shows what a service may send, even if it could not be sent to it', () => {
    const shown = packet.encode({ ...plain, payload: Buffer.alloc(0) }, codecNamed('libipc-b'))
    expect(shown.toString('hex')).toBe('00000000')
  })
})
