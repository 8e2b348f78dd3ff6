import type { IncomingMessage } from 'node:http'

import { describe, expect, test } from 'vitest'

import { chooseProtocol, handshakeFault, headerValues, readAsked } from './request.ts'

const asks = (url: string, protocols?: string) => readAsked(url, protocols)
const plain = (service: string) => ({ service, view: 'payload', text: null })

describe('the name', () => {
  test.each([
    ['/pong', 'pong'],
    ['/audio/pulse', 'audio/pulse'],
    ['/', ''],
    ['/pong?', 'pong'],
    ['/a%20b', 'a b'],
    ['/%70ong', 'pong'],
    // Once, not twice; what comes out is checked where it is looked up.
    ['/%252e%252e', '%2e%2e'],
    ['/..%2fetc', '../etc'],
    ['/%00', '\0'],
    ['//pong', '/pong'],
    ['/data.json', 'data.json'],
    ['/x.JSONS', 'x.JSONS'],
    ['/caf%C3%A9', 'café'],
    ['/x?view', 'x'],
    ['http://127.0.0.1:8080/pong', 'pong'],
    ['ws://evil.example/a/b', 'a/b'],
  ])('%s is %j', (url, service) => {
    expect(asks(url)?.service).toBe(service)
  })

  test.each(['/%', '/%zz', '/%c3', '/%ff%fe', '*', 'ftp://127.0.0.1/pong', 'pong', ''])('%j is none', (url) => {
    expect(asks(url)).toBeNull()
  })
})

describe('view and kind', () => {
  test.each([
    ['/pong', undefined, plain('pong')],
    ['/pong.JSON', undefined, { ...plain('pong'), view: 'json' }],
    ['/pong.CBOR', undefined, { ...plain('pong'), view: 'cbor' }],
    ['/a.JSON.CBOR', undefined, { ...plain('a.JSON'), view: 'cbor' }],
    ['/pong%2eJSON', undefined, { ...plain('pong'), view: 'json' }],
    ['/pong?view=packet', undefined, { ...plain('pong'), view: 'packet' }],
    ['/pong?view=JSON', undefined, { ...plain('pong'), view: 'json' }],
    ['/pong?view=nonsense', undefined, { ...plain('pong'), view: 'nonsense' }],
    ['/pong.CBOR?view=json', undefined, { ...plain('pong'), view: 'json' }],
    ['/pong.CBOR?view=json', 'sockgate.packet', { ...plain('pong'), view: 'packet' }],
    ['/pong', 'binary, sockgate.json', { ...plain('pong'), view: 'json' }],
    ['/pong', 'sockgate.bearer.secret', plain('pong')],
    ['/pong', 'sockgate.bearer.secret,sockgate.cbor', { ...plain('pong'), view: 'cbor' }],
    ['/pong', 'mqtt', plain('pong')],
    ['/pong?text=1', undefined, { ...plain('pong'), text: true }],
    ['/pong?text', undefined, { ...plain('pong'), text: true }],
    ['/pong?text=0', undefined, { ...plain('pong'), text: false }],
    ['/pong?text=false&view=json', undefined, { service: 'pong', view: 'json', text: false }],
  ])('%s with %s', (url, protocols, asked) => {
    expect(asks(url, protocols)).toEqual(asked)
  })
})

describe('the sub-protocol to answer with', () => {
  test.each([
    [[], false],
    [['sockgate.json'], 'sockgate.json'],
    [['binary'], 'binary'],
    [['binary', 'sockgate.json'], 'sockgate.json'],
    [['sockgate.json', 'sockgate.cbor'], 'sockgate.json'],
    [['sockgate.bearer.secret'], false],
    [['sockgate.bearer.secret', 'mqtt'], 'mqtt'],
    [['sockgate.bearer.a', 'sockgate.bearer.b', 'sockgate.payload'], 'sockgate.payload'],
    [[`sockgate.bearer.${'x'.repeat(4096)}`], false],
  ])('of %j', (offered, chosen) => {
    expect(chooseProtocol(new Set(offered))).toBe(chosen)
  })
})

describe('a handshake', () => {
  const good = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  }
  const request = (headers: object, more: object = {}) =>
    ({ method: 'GET', httpVersion: '1.1', headers, rawHeaders: [], ...more }) as unknown as IncomingMessage

  test.each([{}, { upgrade: 'WebSocket' }, { 'sec-websocket-version': '8' }, { 'content-length': '0' }])(
    'with %j is fine',
    (headers) => {
      expect(handshakeFault(request({ ...good, ...headers }))).toBeNull()
    },
  )

  const key = 'sec-websocket-key'
  const version = 'sec-websocket-version'
  test.each([
    [{}, { method: 'POST' }, /GET/],
    [{}, { method: 'HEAD' }, /GET/],
    [{}, { httpVersion: '1.0' }, /HTTP\/1\.1/],
    [{ upgrade: 'h2c' }, {}, /websocket/],
    [{ upgrade: undefined }, {}, /websocket/],
    [{ upgrade: 'websocket, h2c' }, {}, /websocket/],
    [{ [key]: undefined }, {}, /Key/],
    [{ [key]: '' }, {}, /Key/],
    [{ [key]: 'dGhlIHNhbXBsZSBub25jZQ' }, {}, /Key/],
    [{ [key]: 'dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==' }, {}, /Key/],
    [{ [key]: 'dGhlIHNhbXBsZSBub25j\u00e9Q==' }, {}, /Key/],
    [{ [version]: undefined }, {}, /Version/],
    [{ [version]: '12' }, {}, /Version/],
    [{ [version]: '13, 8' }, {}, /Version/],
    [{ 'content-length': '5' }, {}, /body/],
    [{ 'content-length': '00' }, {}, /body/],
    [{ 'transfer-encoding': 'chunked' }, {}, /body/],
    [{}, { rawHeaders: Array.from({ length: 400 }, () => 'x') }, /headers/],
  ])('with %j %j is none', (headers, more, why) => {
    expect(handshakeFault(request({ ...good, ...headers }, more))).toMatch(why)
  })
})

test('every value of a header is seen, whatever its case', () => {
  const rawHeaders = ['Origin', 'http://a', 'X', 'origin', 'ORIGIN', 'null', 'Origins', 'http://b']
  expect(headerValues({ rawHeaders } as IncomingMessage, 'origin')).toEqual(['http://a', 'null'])
  expect(headerValues({ rawHeaders } as IncomingMessage, 'host')).toEqual([])
})
