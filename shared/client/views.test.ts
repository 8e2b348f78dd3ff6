import { isUtf8 } from 'node:buffer'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { encodeJson, parseOutgoing, toBase64, views } from './views.ts'

const byte = fc.integer({ min: 0, max: 255 })
const message = fc.record({ mtype: byte, utype: byte, payload: fc.uint8Array({ maxLength: 300 }) })

test('any message survives the json and the cbor form', () => {
  fc.assert(
    fc.property(message, fc.constantFrom('json' as const, 'cbor' as const), (sent, view) => {
      const came = views[view].decode(views[view].encode(sent))
      expect({ mtype: came.mtype, utype: came.utype, payload: [...came.payload] }).toEqual({
        ...sent,
        payload: [...sent.payload],
      })
      expect(came.text).toBe(isUtf8(sent.payload) ? Buffer.from(sent.payload).toString() : undefined)
    }),
  )
})

test('the json form is byte for byte that of the originals', () => {
  expect(encodeJson({ utype: 42, payload: 'coucou' })).toBe('{"mtype":2,"utype":42,"payload":"coucou"}')
  expect(encodeJson({ payload: Uint8Array.of(0xff, 0) })).toBe('{"mtype":2,"utype":0,"payload_base64":"/wA="}')
})

test('the cbor form is byte for byte that of the originals', () => {
  const bytes = views.cbor.encode({ utype: 42, payload: 'coucou' }) as Uint8Array
  expect(Buffer.from(bytes).toString('hex')).toBe('a3656d7479706502657574797065182a677061796c6f616446636f75636f75')
})

test('base64 of more bytes than one call takes', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7)
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
})

test.each([
  ['{"utype":256,"payload":"x"}', '"utype" must be a whole number from 0 to 255, not 256'],
  ['{"utype":"1","payload":"x"}', '"utype" must be a whole number from 0 to 255, not "1"'],
  ['{"mtype":-1,"payload":"x"}', '"mtype" must be a whole number'],
  ['{"utype":1}', 'either "payload" or "payload_base64"'],
  ['{"payload":"x","payload_base64":"eA=="}', 'either "payload" or "payload_base64"'],
  ['{"payload":null}', '"payload" must be a string'],
  ['{"payload_base64":"*"}', 'is not base64'],
  ['{"payload":"\\ud83d"}', 'half a surrogate pair'],
  ['[]', 'must be an object'],
  ['{"payload":"x"} junk', 'not JSON'],
])('%s is refused in words', (text, words) => {
  expect(() => parseOutgoing(text)).toThrow(words)
})

test('each view refuses the other kind of WebSocket message', () => {
  expect(() => views.json.decode(new Uint8Array())).toThrow('text messages only')
  expect(() => views.cbor.decode('x')).toThrow('binary messages only')
  expect(() => views.packet.decode('x')).toThrow('must be bytes')
})

test.each([
  ['a3656d7479706502657574797065', 'not enough entries'],
  ['80', 'must be an object'],
  ['01', 'must be an object'],
  ['a3656d747970650265757479706501677061796c6f61646178', '"payload" must be bytes'],
])('malformed cbor %s is refused', (hex, words) => {
  expect(() => views.cbor.decode(Buffer.from(hex, 'hex'))).toThrow(words)
})
