import { Buffer } from 'node:buffer'

import { encode as cborgEncode } from 'cborg'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { raw } from '../codecs/raw.ts'
import { comparable, vectorPayload, vectors } from '../testing/vectors.ts'
import { cbor, decodeCbor } from './cbor.ts'
import { ViewError } from './view.ts'

const { cases, invalid } = vectors('libipc-cbor')

const decode = (hex: string) => cbor.decode(Buffer.from(hex, 'hex'), false, raw)
const text = (word: string) => Buffer.from(cborgEncode(word)).toString('hex')
const PAYLOAD = `${text('payload')}4178`
const pieces = (count: number) => `a1${text('payload')}5f${'4178'.repeat(count)}ff`

describe('what the original takes and makes', () => {
  const taken = cases.filter((vector) => !vector.policy)
  test.each(taken.map((each) => [each.name, each] as const))('%s', (_, vector) => {
    const { mtype, utype } = vector.decoded
    const message = { type: mtype!, utype: utype!, payload: vectorPayload(vector.decoded) }
    const encoded = cbor.encode(message, raw)
    const { got, wanted } = comparable(vector, encoded)
    expect(got === wanted).toBe(!vector.decode_only)
    const wire = vector.hex === undefined ? encoded : Buffer.from(vector.hex, 'hex')
    expect(decodeCbor(wire, 'original')).toEqual(message)
    const defaulted = vector.name.endsWith('defaults-to-1')
    expect(decodeCbor(wire, 'gateway')).toEqual(defaulted ? { ...message, type: 2 } : message)
  })

  test('stricter than the original in one: bytes behind the map', () => {
    const stricter = cases.filter((vector) => vector.policy)
    expect(stricter.map((vector) => vector.name)).toEqual(['decode-trailing-bytes-ignored-by-original'])
    const refusal = new ViewError('cbor: the map ends at byte 25 of 26; send one map per message')
    expect(() => decodeCbor(Buffer.from(stricter[0]!.hex!, 'hex'), 'original')).toThrow(refusal)
  })

  const reasons: Record<string, string | RegExp> = {
    'payload-as-text-string': 'byte 23: "payload" must be a byte string, not string',
    'unknown-key': 'byte 25: unknown key "a"; there are mtype, utype and payload',
    'missing-payload': '"payload" is missing; it must be a byte string',
    'missing-utype': '"utype" is missing; it must be an integer from 0 to 255',
    'utype-256': 'byte 14: "utype" must be an integer from 0 to 255',
    'negative-utype': 'byte 14: "utype" must be an integer from 0 to 255',
    'array-root': 'byte 0: a message must be a map, not array',
    'integer-root': 'byte 0: a message must be a map, not uint',
    'truncated-map': /byte 8, a key: .*not enough data/,
    'truncated-payload': /byte 23, the value of "payload": .*not enough data/,
  }

  test.each(invalid.map((each) => [each.name, each] as const))('refused: %s', (_, { name, hex }) => {
    const wire = Buffer.from(hex, 'hex')
    const reason = reasons[name]!
    const refusal = typeof reason === 'string' ? new ViewError(`cbor: ${reason}`) : reason
    expect(() => decodeCbor(wire, 'original')).toThrow(refusal)
  })

  const alike = invalid.filter(({ name }) => name !== 'missing-utype')
  test.each(alike.map((each) => [each.name, each] as const))('refused by us: %s', (_, { name, hex }) => {
    const reason = reasons[name]!
    const refusal = typeof reason === 'string' ? new ViewError(`cbor: ${reason}`) : reason
    expect(() => decodeCbor(Buffer.from(hex, 'hex'), 'gateway')).toThrow(refusal)
  })
})

describe('members', () => {
  test('types default to DATA and 0, for null too', () => {
    expect(decode(`a1${PAYLOAD}`)).toMatchObject({ type: 2, utype: 0 })
    expect(decode(`a3${text('utype')}f6${text('mtype')}f6${PAYLOAD}`)).toMatchObject({ type: 2, utype: 0 })
  })

  test('all 256 byte values survive', () => {
    const payload = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i))
    const encoded = cbor.encode({ type: 2, utype: 255, payload }, raw)
    expect(decode(encoded.toString('hex'))).toEqual({ type: 2, utype: 255, payload })
  })

  test('the payload is not copied', () => {
    const wire = Buffer.from(`a1${PAYLOAD}`, 'hex')
    const { payload } = cbor.decode(wire, false, raw)
    wire[wire.length - 1] = 0x79
    expect(payload.toString()).toBe('y')
  })

  test.each([
    ['1.0', 'f93c00'],
    ['true', 'f5'],
    ['undefined', 'f7'],
    ['text', '6131'],
    ['bytes', '4101'],
    ['2^64-1', '1bffffffffffffffff'],
    ['a tagged 1', 'c101'],
    ['a map', 'a0'],
  ])('utype %s is refused', (_, hex) => {
    expect(() => decode(`a2${text('utype')}${hex}${PAYLOAD}`)).toThrow(/^cbor: byte 7: "utype" must be an integer/)
  })

  test('a double key is refused, in maps of either kind', () => {
    for (const [head, end] of [
      ['a2', ''],
      ['bf', 'ff'],
    ]) {
      expect(() => decode(`${head}${PAYLOAD}${PAYLOAD}${end}`)).toThrow(/^cbor: byte 11: "payload" comes twice/)
    }
  })

  test.each([
    ['nothing', '', 'cut short at byte 0, before a map'],
    ['a map without its end', `bf${PAYLOAD}`, 'cut short at byte 11, before a key'],
    ['a break in a map of known length', `a2${PAYLOAD}ff`, 'byte 11: a key must be a text string, not break'],
    ['a number for a key', 'a10102', 'byte 1: a key must be a text string, not uint'],
    [
      'a piece of text among bytes',
      `a1${text('payload')}5f4141614bff`,
      'byte 12: a piece of a byte string must be a byte string, not string',
    ],
    ['pieces without an end', `a1${text('payload')}5f4141`, 'cut short at byte 12, before a piece of a byte string'],
    [
      'trailing bytes after pieces',
      `a1${text('payload')}5f4141ff00`,
      'the map ends at byte 13 of 14; send one map per message',
    ],
  ])('%s is refused', (_, hex, detail) => {
    expect(() => decode(hex)).toThrow(new ViewError(`cbor: ${detail}`))
  })

  test('a text message is refused', () => {
    expect(() => cbor.decode(Buffer.from(`a1${PAYLOAD}`, 'hex'), true, raw)).toThrow(
      /^cbor: this message is text; send binary/,
    )
  })
})

describe('hostile shapes', () => {
  test('nesting of any depth is refused without recursion', () => {
    for (const head of ['81', 'a1', '9f', 'bf', 'c1']) {
      expect(() => decode(head.repeat(100_000))).toThrow(ViewError)
      expect(() => decode(`a1${text('payload')}${head.repeat(100_000)}`)).toThrow(ViewError)
    }
    expect(() => decode(`a1${text('payload')}${'5f'.repeat(100_000)}`)).toThrow(
      /cbor: byte 10, a piece of a byte string: /,
    )
  })

  test('a length beyond the bytes takes no memory', () => {
    for (const head of ['5affffffff', '5bffffffffffffffff', '5b00000fffffffffff']) {
      expect(() => decode(`a1${text('payload')}${head}`)).toThrow(/^cbor: byte 9, the value of "payload": /)
    }
    for (const head of ['baffffffff', 'bbffffffffffffffff']) expect(() => decode(head)).toThrow(ViewError)
  })

  test('pieces by the thousand are refused', () => {
    expect(decode(pieces(1000)).payload).toHaveLength(1000)
    expect(() => decode(pieces(1001))).toThrow(/in more than 1000 pieces/)
  })

  test('any cut of a message is refused', () => {
    const whole = cbor.encode({ type: 2, utype: 200, payload: Buffer.alloc(300) }, raw)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(() => cbor.decode(whole.subarray(0, length), false, raw)).toThrow(ViewError)
      }),
    )
  })
})
