import { describe, expect, it } from 'vitest'

import { connectionFilter, filterAmounts, filterKeys, filterStates, filterWords } from './connection-filter.ts'
import type { ConnectionInfo } from './connection.ts'

const HOUR = 3_600_000

const connection: ConnectionInfo = {
  id: 'k3x9',
  service: 'audio/pulse',
  target: 'unix:audio/pulse',
  listener: 'ws://127.0.0.1:8080',
  peer: '10.1.2.3:52100',
  origin: null,
  user: 'Anna',
  rules: ['to-new', 'r-12'],
  policy: 4,
  codec: 'libipc',
  view: 'json',
  state: 'closed',
  openedAt: 0,
  up: { messages: 4, bytes: 100 },
  down: { messages: 0, bytes: 2000 },
  queued: { toClient: 0, toService: 0 },
  paused: { client: 0, service: 90 },
  pingMs: null,
  ending: { code: 'no-answer', close: 4408, detail: 'no answer for 50 s', at: 1 },
}
const open: ConnectionInfo = {
  ...connection,
  peer: '[2001:db8::7]:443',
  user: null,
  rules: ['default-in'],
  state: 'open',
  pingMs: 12,
  ending: null,
  queued: { toClient: 70_000, toService: 1 },
}

function finds(text: string, one = connection): boolean {
  return connectionFilter(text, () => 2 * HOUR)(one)
}

it.each([
  ['', true],
  ['   ', true],
  ['pulse', true],
  ['PULSE', true],
  ['anna', true],
  ['pulse 52100', true],
  ['pulse 52101', false],
  ['service:pulse', true],
  ['service:127', false],
  ['service:audio/*', true],
  ['service:pulse*', false],
  ['peer:10.1.2.3:52100', true],
  ['client:52100', true],
  ['client:10.1.2.3', true],
  ['client:10.1.2.30', false],
  ['client:10.1.2', true],
  ['client:10.0.0.0/8', true],
  ['client:11.0.0.0/8', false],
  ['client:::/0', false],
  ['user:ANNA', true],
  ['user:ann', false],
  ['user:a*', true],
  ['rule:r-12', true],
  ['rule:to-new', true],
  ['rule:r-1', false],
  ['origin:none', true],
  ['listener:8080', true],
  ['state:open', false],
  ['state:closed', true],
  ['state:paused', false],
  ['cause:no-answer codec:libipc view:json id:k3', true],
  ['cause:no', false],
  ['50', true],
  ['10.1.2.3:52100', true],
  ['[::1]:52100', false],
  ['ws://127.0.0.1', false],
  ['"unix:audio/pulse"', true],
  ['"unix:audio pulse"', false],
  ['"answer for 50"', true],
  ['service:"audio/pulse" pulse', true],
  ['age>1h', true],
  ['age>=2h', true],
  ['age>2h', false],
  ['age<3h', true],
  ['age<=119m', false],
  ['bytes>2KiB', true],
  ['bytes<=2kib', false],
  ['bytes>2099b', true],
  ['messages>=4', true],
  ['ping>0', false],
  ['ping<1h', false],
  ['paused>50ms', true],
  ['queued>0', false],
])('%j finds a closed one: %s', (text, found) => {
  expect(finds(text)).toBe(found)
})

it.each([
  ['state:open', true],
  ['state:paused', true],
  ['user:none', true],
  ['cause:none', true],
  ['client:2001:db8::7', true],
  ['client:2001:db8::/32', true],
  ['client:10.0.0.0/8', false],
  ['rule:default-*', true],
  ['ping>11ms ping<13ms', true],
  ['queued>64KiB', true],
])('%j finds an open one: %s', (text, found) => {
  expect(finds(text, open)).toBe(found)
})

it('knows no address of a local program', () => {
  const local = { ...open, peer: 'uid 1000, pid 4242' }
  expect(finds('client:0.0.0.0/0', local)).toBe(false)
  expect(finds('client:"uid 1000"', local)).toBe(true)
})

describe('what is not understood', () => {
  it.each([
    ['sevice:pong', 'a filter knows no sevice: but id:, service:'],
    ['unix:audio', 'in double quotes'],
    ['constructor:x', 'knows no constructor:'],
    ['__proto__:x', 'knows no __proto__:'],
    ['toString>1', 'knows no tostring> but age>'],
    ['service>1', 'knows no service>'],
    ['age>1', 'age: "1" has no unit'],
    ['age>', 'age: '],
    ['age>soon', 'age: "soon" is not a duration'],
    ['user:', 'user: needs a value'],
    ['state:opn', 'state: must be open, closing, closed, refused or paused'],
    ['client:10.0.0.1/8', 'client: 10.0.0.1/8 has bits set behind its prefix'],
    ['client:ten/8', 'is not an IP address'],
    ['service:"pong', 'the quote before pong does not end'],
    ['"pong', 'does not end'],
    ['service:a*b*c*d*e*f*g*h*i*j', 'at most 8 stars'],
    ['x'.repeat(501), 'at most 500 characters'],
  ])('%j: %s', (text, sentence) => {
    expect(() => finds(text)).toThrow(RangeError)
    expect(() => finds(text)).toThrow(sentence)
  })
})

describe('filterWords', () => {
  it('says where each word stands and what it is made of', () => {
    const text = ' Service:pong  origin:"a b" AGE>=1h "two words" ws://x'
    const found = filterWords(text)
    expect(found.map(({ name, sign, value }) => [name, sign, value])).toEqual([
      ['Service', ':', 'pong'],
      ['origin', ':', 'a b'],
      ['AGE', '>=', '1h'],
      ['', '', 'two words'],
      ['', '', 'ws://x'],
    ])
    expect(found.map(({ from, to }) => text.slice(from, to))).toEqual([
      'Service:pong',
      'origin:"a b"',
      'AGE>=1h',
      '"two words"',
      'ws://x',
    ])
  })

  it('takes words that a filter does not understand', () => {
    expect(filterWords('sevice:x user:')).toMatchObject([{ name: 'sevice' }, { name: 'user', value: '' }])
    expect(() => filterWords('a "b')).toThrow(RangeError)
  })
})

it('names what completion may offer, all of it understood', () => {
  for (const key of filterKeys) expect(() => finds(`${key}:${key === 'state' ? 'open' : 'x'}`)).not.toThrow()
  for (const key of filterAmounts) expect(() => finds(`${key}>0`)).not.toThrow()
  for (const state of filterStates) expect(() => finds(`state:${state}`)).not.toThrow()
})
