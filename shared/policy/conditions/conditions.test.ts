import { describe, expect, test } from 'vitest'

import {
  patterns,
  peerTerms,
  pick,
  randomConnection,
  randomInstant,
  randomOf,
} from '../../../server/testing/random-policies.ts'
import type { Term } from '../condition.ts'
import { disjoint } from '../cover.ts'
import { parseFacts } from '../facts.ts'
import { RequestFacts } from '../policy.ts'
import { direction } from './direction.ts'
import { conditions, parsePeer } from './index.ts'
import { service } from './service.ts'
import { until } from './until.ts'

/** One suite for all sorts of conditions: a new one is tested by being listed, but for its row in the table. */

const read = (text: string): Term => {
  for (const condition of conditions) {
    const term = condition.parse(text)
    if (term !== null) return term
  }
  return expect.fail(`${text} is of no sort`)
}

describe.each(conditions.map((condition) => [condition.name, condition] as const))('%s', (name, condition) => {
  test('describes itself', () => {
    expect(condition.summary).toMatch(/^[A-Z].*[^.]$/)
    const term = condition.parse(condition.example)
    expect(term).toMatchObject({ kind: name, text: condition.example })
    expect(term!.sentence).toMatch(/^[a-z].*[^.]$/)
  })

  test('is not taken for another one', () => {
    expect(read(condition.example).kind).toBe(name)
  })

  test('tells what a connection has, of which nothing is known', () => {
    const { request } = parseFacts('in', 'a', '')
    expect(condition.parse(condition.example)!.seen(new RequestFacts(request, 0))).toMatch(/^[a-z].*[^.]$/)
  })
})

test('a name that conditions have no two of', () => {
  const names = conditions.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

describe('what matches', () => {
  test.each([
    ['*', '', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['0.0.0.0/0', '::1', false],
    ['fd00::/8', 'fdff::1', true],
    ['fe80::1', 'fe80:0:0::1', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['2001:db8::/33', '2001:db8:7fff::', true],
    ['gid:5', 'gid:5', true],
    ['gid:5', 'uid:5', false],
    ['uid:5', 'uid:5', true],
    ['uid:5', 'gid:5', false],
    ['local', 'uid:5', true],
    ['local', '127.0.0.1', false],
    ['loopback', '127.255.0.1', true],
    ['loopback', '::1', true],
    ['loopback', '128.0.0.1', false],
    ['group:staff', 'group:ops group:staff', true],
    ['group:s*', 'group:ops', false],
    ['listener:ws://*:8080', 'listener:ws://[::1]:8080', true],
    ['listener:ws://[::1]:8080', 'listener:ws://[::1]:8080', true],
    ['listener:*', '', false],
    ['origin:https://a.example', 'origin:https://a.example', true],
    ['origin:https://a.example', 'origin:https://a.example.evil', false],
    ['origin:none', '', true],
    ['origin:http://[::1]:80', 'origin:http://[::1]:80', true],
    ['protocol:mqtt', 'protocol:a protocol:mqtt', true],
    ['protocol:*', '', false],
    ['user:anna', 'user:anna', true],
    ['user:anna', 'user:Anna', false],
    ['user:*', '', false],
    ['time:08:00-18:00', 'at:2026-07-01T08:00:00Z', true],
    ['time:08:00-18:00', 'at:2026-07-01T18:00:00Z', false],
    ['time:Mon-Fri/22:00-06:00', 'at:2026-07-04T05:59:00Z', true],
    ['time:Mon-Fri/22:00-06:00', 'at:2026-07-06T05:59:00Z', false],
    ['time:Sat-Mon/00:00-24:00', 'at:2026-07-05T12:00:00Z', true],
    ['time:08:00-09:00/Europe/Berlin', 'at:2026-07-01T06:30:00Z', true],
    ['time:08:00-09:00/Europe/Berlin', 'at:2026-01-01T06:30:00Z', false],
    ['tls:example.com', 'tls:EXAMPLE.com', true],
    ['tls:example.com', 'tcp:example.com', false],
    ['tls:example.com', 'tls:example.com:9000', true],
    ['tls:example.com:9000', 'tls:example.com:9000', true],
    ['tls:example.com:9000', 'tls:example.com:9001', false],
    ['tls:example.com:9000', 'tls:example.org:9000', false],
    ['tls:*.example.com', 'tls:a.b.example.com', true],
    ['tls:*.example.com', 'tls:example.com', false],
    ['tls:*', 'tls:x', true],
    ['tls:**', 'tls:x', true],
    ['tls:[FD00:0::1]', 'tls:[fd00::1]', true],
    ['tcp:10.0.0.1', 'tcp:[::ffff:10.0.0.1]', true],
  ])('%s, of %j: %s', (text, peer, matched) => {
    const { request, now = Date.UTC(2026, 6, 1) } = parseFacts('in', 'a', peer)
    expect(read(text).test(new RequestFacts(request, now))).toBe(matched)
  })
})

describe('what is refused', () => {
  test.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.1',
    '256.0.0.1',
    '::1/129',
    '::ffff:10.0.0.0/8',
    ':::',
    '1::2::3',
    '::ffff:0x7f.0.0.1',
    '::1.2.3.04',
    'user:',
    'user:a?',
    'user:[a]',
    'group:',
    'uid:root',
    'uid:-1',
    'uid:4294967296',
    'gid:*',
    'origin:https://A.example',
    'origin:a.example',
    'origin:https://a/b',
    'listener:',
    'protocol:{',
    'time:8:00-9:00',
    'time:25:00-26:00',
    'time:Xyz/08:00-09:00',
    'time:08:00-09:00/Nowhere',
    'tls:',
    'tls:a:0',
    'tls:a:65536',
    'usr:anna',
    'http://x',
    'a/b',
    'tls:a b/',
    '"x"',
    '#x',
    `tls:${'*.'.repeat(9)}x`,
  ])('%s', (text) => {
    expect(() => parsePeer(text)).toThrow(RangeError)
  })

  test('too many terms', () => {
    expect(() => parsePeer('local '.repeat(17))).toThrow(/at most 16/)
  })
})

describe('over random connections', () => {
  const random = randomOf(11)
  const instants = ['2026-03-01T00:00:00Z', '2026-09-01T00:00:00Z']
  const terms = [
    ...new Set([
      ...peerTerms,
      ...conditions.map(({ example }) => example),
      '10.0.0.0/9',
      '127.0.0.0/8',
      'origin:*',
      'listener:*',
      'tls:**',
      '**',
    ]),
  ].map(read)
  const all = [
    ...terms,
    ...[...new Set(patterns)].map((pattern) => service(pattern)),
    direction('in'),
    direction('out'),
    ...instants.map(until),
  ]
  const facts = Array.from(
    { length: 3000 },
    () => new RequestFacts(randomConnection(random), pick(random, [randomInstant(random)])),
  )
  const matched = new Map(all.map((term) => [term, new Set(facts.filter((each) => term.test(each)))]))

  test('each matches some and not all', () => {
    for (const [{ text }, those] of matched) {
      expect(those.size, text).toBeGreaterThan(0)
      if (!['*', '**', 'origin:*'].includes(text)) expect(those.size, text).toBeLessThan(facts.length)
    }
  })

  test('whatever covers another one matches all that it matches', () => {
    let covers = 0
    for (const outer of all)
      for (const inner of all) {
        if (!outer.covers(inner)) continue
        covers++
        expect(
          [...matched.get(inner)!].every((each) => matched.get(outer)!.has(each)),
          `${outer.text} covers ${inner.text}`,
        ).toBe(true)
      }
    expect(covers).toBeGreaterThan(all.length + 40)
  })

  test('two that are disjoint match nothing together', () => {
    let found = 0
    for (const one of all)
      for (const two of all) {
        if (!disjoint([one], [two])) continue
        found++
        expect(
          [...matched.get(one)!].some((each) => matched.get(two)!.has(each)),
          `${one.text} and ${two.text}`,
        ).toBe(false)
      }
    expect(found).toBeGreaterThan(60)
  })

  test('a connection that matches is found by each key', () => {
    for (const [term, those] of matched) {
      for (const { key, keyOf } of term.indexes ?? []) {
        for (const each of those) {
          const keys = keyOf(each)
          expect(keys === key || (Array.isArray(keys) && keys.includes(key)), term.text).toBe(true)
        }
      }
    }
  })

  test('they are all in the list', () => {
    expect(all.length).toBeGreaterThan(50)
    expect(new Set(terms.map(({ kind }) => kind))).toEqual(new Set(conditions.map(({ name }) => name)))
  })
})
