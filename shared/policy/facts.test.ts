import { describe, expect, test } from 'vitest'

import { parseFacts } from './facts.ts'
import { unknownRequest } from './request.ts'

const nobody = { pid: 0, uid: -1, gid: -1 }

describe('an invented connection', () => {
  test.each([
    ['', {}],
    ['*', {}],
    ['10.0.0.5', { source: { address: '10.0.0.5', port: 0 } }],
    ['::1', { source: { address: '::1', port: 0 } }],
    ['loopback', { source: { address: '127.0.0.1', port: 0 } }],
    ['10.0.0.5:4000', { source: { address: '10.0.0.5', port: 4000 } }],
    ['[::1]:4000', { source: { address: '::1', port: 4000 } }],
    ['local', { peer: nobody }],
    ['uid:1000', { peer: { ...nobody, uid: 1000 } }],
    ['uid:0 gid:5 local', { peer: { ...nobody, uid: 0, gid: 5 } }],
    ['user:anna group:staff group:ops', { user: 'anna', groups: ['staff', 'ops'] }],
    ['user:anna user:anna', { user: 'anna' }],
    ['origin:https://a.example', { origin: 'https://a.example' }],
    ['origin:none', {}],
    ['protocol:mqtt protocol:b', { protocols: ['mqtt', 'b'] }],
    ['listener:ws://[::1]:8080', { listener: 'ws://[::1]:8080' }],
    ['tls:Example.com', { scheme: 'tls', names: ['example.com'] }],
    ['tls:example.com:9000', { scheme: 'tls', names: ['example.com'], source: { address: '', port: 9000 } }],
    ['10.0.0.5 tls:example.com', { scheme: 'tls', names: ['example.com'], source: { address: '10.0.0.5', port: 0 } }],
    ['example.com', { names: ['example.com'] }],
  ])('in %j', (peer, known) => {
    expect(parseFacts('in', 'authd', peer)).toEqual({
      request: { ...unknownRequest('in', 'authd'), ...known },
      now: undefined,
    })
  })

  test.each([
    ['user:anna', { user: 'anna' }],
    ['tls:example.com:9000', { remote: { scheme: 'tls', host: 'example.com', port: 9000 } }],
    ['10.0.0.5', { remote: { scheme: '', host: '10.0.0.5', port: null } }],
    ['uid:5 loopback', { peer: { ...nobody, uid: 5 }, remote: { scheme: '', host: '127.0.0.1', port: null } }],
  ])('out %j', (peer, known) => {
    expect(parseFacts('out', 'authd', peer).request).toEqual({ ...unknownRequest('out', 'authd'), ...known })
  })

  test('at some time', () => {
    expect(parseFacts('in', 'a', 'at:2026-12-01T10:00:00Z').now).toBe(Date.UTC(2026, 11, 1, 10))
  })
})

test.each([
  ['user:anna user:ben', 'a connection has one user, not anna and ben'],
  ['10.0.0.1 10.0.0.2', 'a connection has one address, not 10.0.0.1 and 10.0.0.2'],
  ['tls:a.example b.example', 'a connection has one host name, not a.example and b.example'],
  ['user:*', '"user:*" is a pattern: of a connection one value is known'],
  ['tls:*.example.com', '"tls:*.example.com" is a pattern: of a connection one value is known'],
  ['10.0.0.0/8', '"10.0.0.0/8" is a range: a connection has one address'],
  ['user:', 'user: needs a value'],
  ['uid:root', '"root" is no number of a user or group'],
  ['time:08:00-18:00', 'write one instant instead of a time window: at:2026-12-01T10:00:00Z'],
  ['at:noon', '"noon" is no instant: write date, time and zone, such as 2026-12-31T18:00:00Z'],
  ['foo:bar', '"foo:" is no condition and no scheme; schemes are tls, tcp, udp, ws, wss, ws+unix, unix, kaiso'],
  [
    'constructor:x',
    '"constructor:" is no condition and no scheme; schemes are tls, tcp, udp, ws, wss, ws+unix, unix, kaiso',
  ],
  ['a '.repeat(33), 'at most 32 things may be known of a connection'],
])('%j is refused', (peer, message) => {
  expect(() => parseFacts('in', 'authd', peer)).toThrow(new RangeError(message))
})

test('out: one machine', () => {
  expect(() => parseFacts('out', 'authd', '10.0.0.1 tls:a.example')).toThrow(/goes to one machine/)
})
