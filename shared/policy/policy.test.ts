import { describe, expect, test } from 'vitest'

import { PolicyError } from './document.ts'
import { parseFacts } from './facts.ts'
import { readPolicy } from './line.ts'
import { compile } from './policy.ts'
import type { Decision } from './policy.ts'

/** Policies as text, connections as facts, decisions as words; ids are r0, r1, … redirects first. */

function decided(text: string, service: string, peer = '', direction: 'in' | 'out' = 'in'): Decision {
  let id = 0
  const policy = compile(
    readPolicy(text, () => `r${id++}`),
    1,
  )
  const { request, now = Date.UTC(2026, 6, 1) } = parseFacts(direction, service, peer)
  return policy.decide(request, now)
}

/** `allow r1 service > target`, with the fall-back behind it. */
function said(decision: Decision): string {
  const { by, service, target } = decision
  const verdict = decision.allow ? 'allow' : decision.error.code
  const fallback = decision.allow && decision.fallback ? ` or ${said(decision.fallback)}` : ''
  return `${verdict} ${by} ${service}${target === null ? '' : ` > ${target}`}${fallback}`
}

describe('rules', () => {
  const rules = `allow in authd tls:example.com
deny in authd 10.0.0.0/8
allow in a* 10.0.0.0/8 user:anna
log in * *
allow in -/admin local
deny in -/admin *`
  test.each([
    ['the first that matches', 'authd', '10.0.0.5 tls:example.com', 'allow r0 authd'],
    ['not the most special', 'authd', '10.0.0.5 user:anna', 'policy-denied r1 authd'],
    ['all terms of it', 'audit', '10.0.0.5 user:anna', 'allow r2 audit'],
    ['not one of them', 'audit', '192.0.2.1 user:anna', 'policy-denied default-in audit'],
    ['unknown never matches', 'audit', 'user:anna', 'policy-denied default-in audit'],
    ['who might be let in is asked', 'audit', '10.0.0.5', 'unauthenticated default-in audit'],
    ['the door of the admin side', '-/admin', 'local', 'allow r4 -/admin'],
    ['is shut by name', '-/admin', '127.0.0.1', 'policy-denied r5 -/admin'],
    ['other names of its own are let in', '-/x', '', 'allow default-in -/x'],
  ])('%s', (_name, service, peer, outcome) => {
    expect(said(decided(rules, service, peer))).toBe(outcome)
  })

  test('those that log are told of and decide nothing', () => {
    expect(decided(rules, 'pong').rules).toEqual(['r3', 'default-in'])
    expect(decided(rules, 'authd', '10.0.0.1').rules).toEqual(['r1'])
  })

  test('defaults, one for each direction', () => {
    expect(said(decided('default in allow', 'a'))).toBe('allow default-in a')
    expect(said(decided('default in allow', 'a', '', 'out'))).toBe('policy-denied default-out a')
    expect(said(decided('', 'a'))).toBe('policy-denied default-in a')
  })

  test('limits come with the rule that allows', () => {
    expect(decided('allow in a * per-user=3', 'a')).toMatchObject({ limits: { perUser: 3, over: 'wait' } })
    expect(decided('allow in a *', 'a')).toMatchObject({ limits: null })
  })

  test('fixed ones are judged first', () => {
    const fixed = readPolicy('redirect a b\ndeny in b *', () => `f${Math.random()}`.replace('.', ''))
    const policy = compile(
      readPolicy('redirect a c\nallow in * *', () => `r${Math.random()}`.replace('.', '')),
      1,
      fixed,
    )
    const decision = policy.decide(parseFacts('in', 'a', '').request)
    expect(said(decision)).toBe(`policy-denied ${fixed.rules[0]!.id} b`)
  })

  test('an end', () => {
    const text = 'allow in a * until=2026-07-01T00:00:00Z'
    expect(said(decided(text, 'a', 'at:2026-06-30T23:59:59Z'))).toBe('allow r0 a')
    expect(said(decided(text, 'a', 'at:2026-07-01T00:00:00Z'))).toBe('policy-denied default-in a')
  })
})

describe('redirects', () => {
  const open = 'default in allow\ndefault out allow\n'
  const chain = (length: number) => Array.from({ length }, (_, at) => `redirect s${at} s${at + 1}`).join('\n')
  test.each([
    ['by name', 'redirect a b', 'a', 'allow default-in b'],
    ['and again', 'redirect a b\nredirect b c', 'a', 'allow default-in c'],
    ['the first that matches', 'redirect a* b\nredirect ab c', 'ab', 'allow default-in b'],
    ['only whom it is for', 'redirect a b user:anna', 'a', 'allow default-in a'],
    ['a URI ends it', 'redirect a tls://h:1/b\nredirect b c', 'a', 'allow default-in b > tls://h:1/b'],
    ['a URI without a service', 'redirect a tls:h', 'a', 'allow default-in a > tls:h'],
    ['a path', 'redirect a unix:/x', 'a', 'allow default-in a > unix:/x'],
    ['never to itself', 'redirect * m', 'a', 'allow default-in m'],
    ['in a circle', 'redirect a b\nredirect b a', 'a', 'redirect-loop r1 a'],
    ['eight of them', chain(8), 's0', 'allow default-in s8'],
    ['nine of them', chain(9), 's0', 'redirect-loop r7 s8'],
    ['not of the door', 'redirect * b', '-/admin', 'allow default-in -/admin'],
    ['a fall-back', 'redirect a b fallback=c', 'a', 'allow default-in b or allow default-in c'],
    [
      'a fall-back is where the redirect was',
      'redirect a tls://h:1/b fallback=unix:/x',
      'a',
      'allow default-in b > tls://h:1/b or allow default-in a > unix:/x',
    ],
    [
      'a fall-back is not redirected',
      'redirect a b fallback=c\nredirect c d',
      'a',
      'allow default-in b or allow default-in c',
    ],
    ['a fall-back may be denied', 'redirect a b fallback=c\ndeny in c *', 'a', 'allow default-in b'],
  ])('%s', (_name, text, service, outcome) => {
    expect(said(decided(open + text, service))).toBe(outcome)
  })

  test('rules of outgoing connections look at where it goes now', () => {
    const text = 'redirect a tls://example.com:9000/b\nallow out b tls:example.com:9000'
    expect(said(decided(text, 'a', 'tcp:10.0.0.1:5', 'out'))).toBe('allow r1 b > tls://example.com:9000/b')
    expect(
      said(
        decided(
          'redirect a ws://10.0.0.1/b fallback=c\nallow out b 10.0.0.1\nallow out c 10.0.0.2',
          'a',
          '10.0.0.2',
          'out',
        ),
      ),
    ).toBe('allow r1 b > ws://10.0.0.1/b or allow r2 c')
  })

  test('a share of the clients, each always the same', () => {
    const text = 'redirect a b percent=25\ndefault in allow'
    const moved = (peer: string) => decided(text, 'a', peer).service === 'b'
    const users = Array.from({ length: 2000 }, (_, at) => `user:u${at}`)
    const those = users.filter(moved)
    expect(those.length).toBeGreaterThan(400)
    expect(those.length).toBeLessThan(600)
    expect(users.filter(moved)).toEqual(those)
    // A client is its user wherever it is, else its address, whatever its port.
    expect(new Set(Array.from({ length: 50 }, (_, at) => moved(`user:u1 10.0.0.${at}`))).size).toBe(1)
    expect(new Set(Array.from({ length: 50 }, (_, at) => moved(`10.0.0.1:${at + 1}`))).size).toBe(1)
    expect(new Set(Array.from({ length: 50 }, (_, at) => moved(`2001:db8::${at + 1}`))).size).toBe(1)
    expect(new Set(Array.from({ length: 50 }, (_, at) => moved(`10.0.0.${at}`))).size).toBe(2)
  })
})

test('a redirect that can not be read is a problem, not a crash', () => {
  expect(() => decided('redirect a http://x', 'a')).toThrow(PolicyError)
})
