import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { raw } from '../codecs/raw.ts'
import { comparable, vectorPayload, vectors } from '../testing/vectors.ts'
import { decodeJson, json } from './json.ts'
import { ViewError } from './view.ts'

const { cases, invalid } = vectors('libipc-json')

const decode = (text: string) => json.decode(Buffer.from(text), true, raw)
const encode = (payload: Buffer) => json.encode({ type: 2, utype: 7, payload }, raw).toString()
const flat = ({ type, utype, payload }: ReturnType<typeof decode>) => [type, utype, payload.toString('latin1')]
const many = (count: number) => `{${'"e":0,'.repeat(count - 1)}"payload":"x"}`

/** JSON.parse is the judge of what is JSON. */
function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** Without a payload, a text that is fine as JSON is refused for that reason and no other. */
function passes(text: string): boolean {
  try {
    decode(text)
    return true
  } catch (error) {
    return error instanceof Error && error.message.includes('"payload" is missing')
  }
}

describe('what the original takes and makes', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', (_, vector) => {
    const { mtype, utype } = vector.decoded
    const message = { type: mtype!, utype: utype!, payload: vectorPayload(vector.decoded) }
    const encoded = json.encode(message, raw)
    const { got, wanted } = comparable(vector, encoded)
    expect(got === wanted).toBe(!vector.decode_only)
    const wire = vector.hex === undefined ? encoded : Buffer.from(vector.hex, 'hex')
    expect(decodeJson(wire, 'original')).toEqual(message)
    const defaulted = vector.name.endsWith('defaults-to-1')
    expect(decodeJson(wire, 'gateway')).toEqual(defaulted ? { ...message, type: 2 } : message)
  })

  const reasons: Record<string, string> = {
    'utype-256': '"utype" must be an integer from 0 to 255 (line 1, column 20)',
    'utype-negative': '"utype" must be an integer from 0 to 255 (line 1, column 20)',
    'missing-utype': '"utype" is missing; it must be an integer from 0 to 255',
    'missing-payload': '"payload" is missing; send "payload" (a string) or "payload_base64"',
    'utype-string': '"utype" must be an integer from 0 to 255 (line 1, column 20)',
    'utype-float': '"utype" must be an integer from 0 to 255 (line 1, column 20)',
    'payload-null': '"payload" must be a string (line 1, column 32)',
    'payload-number': '"payload" must be a string (line 1, column 32)',
    'array-root': 'line 1, column 1: expected an object, "{", found "["',
    'empty-text': 'line 1, column 2: expected an object, "{", found the end',
    'trailing-text': 'line 1, column 37: expected nothing behind the object, found "j"',
    'lone-surrogate-escape':
      '"payload" has half a surrogate pair (\\ud800 to \\udfff), which is no character (line 1, column 32)',
    unterminated: 'line 1, column 32: a string without its closing quote',
    'mtype-300': '"mtype" must be an integer from 0 to 255 (line 1, column 10)',
    'invalid-utf8-payload-emitted-raw':
      'byte 32 is not UTF-8; send such bytes as "payload_base64", or use the cbor view',
  }

  test.each(invalid.map((each) => [each.name, each] as const))('refused: %s', (_, { name, hex }) => {
    const wire = Buffer.from(hex, 'hex')
    expect(() => decodeJson(wire, 'original')).toThrow(new ViewError(`json: ${reasons[name]}`))
  })

  const alike = invalid.filter(({ name }) => name !== 'missing-utype')
  test.each(alike.map((each) => [each.name, each] as const))('refused by us: %s', (_, { name, hex }) => {
    expect(() => decodeJson(Buffer.from(hex, 'hex'), 'gateway')).toThrow(new ViewError(`json: ${reasons[name]}`))
  })
})

describe('payloads', () => {
  test.each([
    ['U+0000', 'a\0b'],
    ['emoji', 'é☃😀\u{10ffff}'],
    ['a byte order mark', '\ufeffx'],
    ['what looks like a replaced character', '\ufffd'],
    ['64 KiB', 'é'.repeat(32_768)],
  ])('%s survives as text', (_, text) => {
    const encoded = encode(Buffer.from(text))
    expect(encoded).toContain('"payload":"')
    expect(decode(encoded).payload.toString()).toBe(text)
  })

  test('all 256 byte values survive as base64', () => {
    const payload = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i))
    const encoded = encode(payload)
    expect(encoded).toBe(`{"mtype":2,"utype":7,"payload_base64":"${payload.toString('base64')}"}`)
    expect(decode(encoded).payload.equals(payload)).toBe(true)
  })

  test.each(['=', 'YQ', 'YQ=', 'YR==', 'Y Q==', 'YQ==\\n', '_-==', 'é'])('%j is no base64', (text) => {
    expect(() => decode(`{"payload_base64":"${text}"}`)).toThrow(
      /"payload_base64" must be base64 .* \(line 1, column 19\)/,
    )
  })

  test('one of payload and payload_base64', () => {
    expect(() => decode('{"payload":"","payload_base64":""}')).toThrow(/exclude each other/)
    expect(() => decode('{"payload_base64":7}')).toThrow(/"payload_base64" must be a string/)
    expect(decode('{"payload_base64":""}').payload).toHaveLength(0)
  })

  test('half a surrogate pair is refused, a pair and an escaped backslash are not', () => {
    for (const text of ['\\ud83d', '\\ude00\\ud83d', 'x\\uDFFF']) {
      expect(() => decode(`{"payload":"${text}"}`)).toThrow(/half a surrogate pair/)
    }
    expect(decode('{"payload":"\\uD83D\\uDE00\\\\ud83d"}').payload.toString()).toBe('😀\\ud83d')
  })
})

describe('members', () => {
  test('types default to DATA and 0, for null too', () => {
    expect(flat(decode('{"payload":"x"}'))).toEqual([2, 0, 'x'])
    expect(flat(decode('{"payload":"x","mtype":null,"utype":null}'))).toEqual([2, 0, 'x'])
    expect(flat(decode('{"payload":"x","mtype":1}'))).toEqual([1, 0, 'x'])
  })

  test.each(['1.0', '1e0', '-0', '-1', '256', '1e2', 'true', '"1"', '[1]', '{}', '99999999999999999999'])(
    'mtype %s is refused',
    (value) => {
      expect(() => decode(`{"payload":"x","mtype":${value}}`)).toThrow(/^json: "mtype" must be .*column 24/)
    },
  )

  test('the last of a double key counts, also written with escapes', () => {
    expect(flat(decode('{"utype":1.0,"payload":5,"payload":"x","\\u0075type":7}'))).toEqual([2, 7, 'x'])
    expect(() => decode('{"utype":1,"payload":"x","utype":"1"}')).toThrow(/"utype" must be/)
  })

  test('unknown keys are ignored, whatever they hold', () => {
    const extra = '"e":{"mtype":9,"payload":["}",{"utype":"\\"]"}]},"f":"\\\\","__proto__":{"mtype":8},"utypes":3'
    expect(flat(decode(`{${extra},"payload":"x"}`))).toEqual([2, 0, 'x'])
  })

  test('deep nesting is neither a crash nor slow', () => {
    const deep = 100_000
    expect(flat(decode(`{"e":${'['.repeat(deep)}${']'.repeat(deep)},"payload":"x"}`))).toEqual([2, 0, 'x'])
    expect(() => decode(`{"e":${'['.repeat(deep)}`)).toThrow(/^json: line 1, column 6: no valid JSON value/)
  })

  test('a thousand members are enough', () => {
    expect(flat(decode(many(1000)))).toEqual([2, 0, 'x'])
    expect(() => decode(many(1001))).toThrow(/more than 1000 members/)
  })

  test('a binary message is refused', () => {
    expect(() => json.decode(Buffer.from('{"payload":"x"}'), false, raw)).toThrow(
      /^json: this message is binary; send text/,
    )
  })
})

describe('syntax', () => {
  test.each([
    ['{', 'line 1, column 2: expected a member name in quotes, found the end'],
    ['{payload:1}', 'line 1, column 2: expected a member name in quotes, found "p"'],
    ['{"payload" "x"}', 'line 1, column 12: expected ":", found "\\""'],
    ['{"payload":}', 'line 1, column 12: no valid JSON value starts here'],
    ['{"payload":', 'line 1, column 12: expected a value, found the end'],
    ['{\n "payload":"x",\n}', 'line 3, column 1: expected a member name in quotes, found "}"'],
    ['{\n "payload":"x"\n 😀', 'line 3, column 2: expected "," or "}", found "😀"'],
    ['{"payload":"x\n"}', 'line 1, column 12: no valid JSON value starts here'],
    ['\ufeff{"payload":"x"}', 'line 1, column 1: expected an object, "{", found "\ufeff"'],
    ['{"payload":"x"}{', 'line 1, column 16: expected nothing behind the object, found "{"'],
  ])('%j is refused with its place', (text, detail) => {
    expect(() => decode(text)).toThrow(new ViewError(`json: ${detail}`))
  })

  test('takes what JSON.parse takes, and nothing else', () => {
    const alphabet = fc.constantFrom(...Array.from('{}[],:"\\ \n\t01-.eutr\u00a0'), 'null', '"a"', '"a":', '{"a":1}')
    const snippets = fc.array(alphabet, { maxLength: 12 }).map((parts) => `{${parts.join('')}}`)
    const damaged = fc
      .tuple(
        fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 })),
        fc.nat(),
        alphabet,
        fc.boolean(),
      )
      .map(([value, place, char, cut]) => {
        const text = JSON.stringify(value)
        const at = place % (text.length + 1)
        return text.slice(0, at) + char + text.slice(at + (cut ? 1 : 0))
      })
    const whole = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value, null, 1))
    fc.assert(
      fc.property(fc.oneof(snippets, damaged, whole), (text) => {
        fc.pre(!/[mu]type|payload/.test(text))
        expect(passes(text)).toBe(isObject(text))
      }),
      { numRuns: 3000 },
    )
  })
})
