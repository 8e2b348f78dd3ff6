import { describe, expect, test } from 'vitest'

import { pick, randomConnection, randomInstant, randomOf, randomPolicy } from '../../server/testing/random-policies.ts'
import { readDocument } from './document.ts'
import { explain } from './explain.ts'
import { parseFacts } from './facts.ts'
import { readPolicy } from './line.ts'
import { compile } from './policy.ts'

function explained(text: string, peer: string, service = 'authd', direction: 'in' | 'out' = 'in') {
  let id = 0
  const policy = compile(
    readPolicy(text, () => `r${id++}`),
    7,
  )
  const { request, now = Date.UTC(2026, 6, 1) } = parseFacts(direction, service, peer)
  return explain(policy, request, now)
}

const steps = (...of: Parameters<typeof explained>) =>
  explained(...of).steps.map(({ id, matched, reason }) => `${id} ${matched ? '+' : '-'} ${reason}`)

test('every step, up to the one that decides', () => {
  const text = `redirect pong ping
redirect authd nextversion-authd percent=100
off deny in * *
allow in authd *
log in next* user:*
allow in * user:anna # she may
deny in * *`
  expect(explained(text, 'user:anna')).toEqual({
    verdict: 'allow',
    rule: 'r5',
    service: 'nextversion-authd',
    target: '',
    version: 7,
    steps: [
      {
        stage: 'redirect',
        id: 'r0',
        text: 'redirect pong ping',
        matched: false,
        reason: 'the service is authd, not pong',
      },
      {
        stage: 'redirect',
        id: 'r1',
        text: 'redirect authd nextversion-authd percent=100',
        matched: true,
        reason: 'the service is authd, and the client is among 100 % of the clients',
      },
      {
        stage: 'redirect',
        id: 'r0',
        text: 'redirect pong ping',
        matched: false,
        reason: 'the service is nextversion-authd, not pong',
      },
      {
        stage: 'redirect',
        id: 'r1',
        text: 'redirect authd nextversion-authd percent=100',
        matched: false,
        reason: 'the service is nextversion-authd, not authd',
      },
      {
        stage: 'firewall',
        id: 'r3',
        text: 'allow in authd *',
        matched: false,
        reason: 'the service is nextversion-authd, not authd',
      },
      {
        stage: 'firewall',
        id: 'r4',
        text: 'log in next* user:*',
        matched: true,
        reason: 'the service is like next* and the user is like *; it is only logged',
      },
      {
        stage: 'firewall',
        id: 'r5',
        text: 'allow in * user:anna # she may',
        matched: true,
        reason: 'any service is meant and the user is anna',
      },
    ],
    summary: 'Allowed by r5 (allow in * user:anna # she may), sent on to nextversion-authd.',
  })
})

describe('reasons', () => {
  test.each([
    ['allow out * *', '', 'the direction is in, not out'],
    ['allow in pong* *', '', 'the service is authd, not like pong*'],
    ['allow in * 10.0.0.0/8', '192.0.2.1', 'the address is 192.0.2.1, not in 10.0.0.0/8'],
    ['allow in * 10.0.0.0/8', '', 'no address is known, while it asks that the address is in 10.0.0.0/8'],
    ['allow in * user:anna', 'user:ben', 'the user is ben, not anna'],
    ['allow in * user:anna', '', 'no user is known, while it asks that the user is anna'],
    ['allow in * group:staff', 'user:ben group:a group:b', 'a group of the user is a, b, not staff'],
    [
      'allow in * tls:example.com:9000',
      'tls:example.org',
      'the other end is tls:example.org, not tls:example.com:9000',
    ],
    ['allow in * uid:0', 'uid:5', 'the uid is 5, not 0'],
    ['allow in * local', '', 'no local user is known, while it asks that it is a local program'],
    ['allow in * loopback', '10.0.0.1', 'the address is 10.0.0.1, not one of this machine (127.0.0.0/8, ::1)'],
    ['allow in * origin:https://a.example', '', 'the origin is none, not https://a.example'],
    [
      'allow in * time:Mon-Fri/08:00-18:00',
      'at:2026-07-04T12:00:00Z',
      'the time is Sat 12:00 (UTC), not within Mon-Fri/08:00-18:00',
    ],
    ['allow in * * until=2026-06-01T00:00:00Z', '', 'it is 2026-07-01T00:00:00.000Z, not before 2026-06-01T00:00:00Z'],
  ])('%s, of %j', (text, peer, reason) => {
    expect(steps(text, peer)).toEqual([`r0 - ${reason}`, 'default-in + no rule matched'])
  })

  test('a redirect is not applied to where it leads', () => {
    expect(steps('redirect * m', '')).toEqual([
      'r0 + any service is meant',
      'r0 - it has just been followed, and never applies to its own target',
      'default-in + no rule matched',
    ])
  })

  test('redirects in a circle', () => {
    const told = explained('redirect authd b user:anna\nredirect b authd', 'user:anna')
    expect(told).toMatchObject({
      verdict: 'deny',
      rule: 'r1',
      summary: 'Denied: the redirects for authd lead in a circle, or too far.',
    })
    expect(told.steps.at(-1)).toMatchObject({
      id: 'r0',
      matched: true,
      reason: 'the service is authd and the user is anna, but it has been followed before',
    })
  })

  test("the gateway's own door", () => {
    expect(explained('redirect * x\ndeny in * *', '', '-/admin')).toMatchObject({
      verdict: 'allow',
      rule: 'default-in',
    })
    expect(steps('redirect * x\ndeny in * *', '', '-/admin')).toEqual([
      'r1 - -/admin is the gateway itself, meant by name only, while it asks that any service is meant',
      "default-in + no rule names this, which is the gateway's own",
    ])
  })

  test('somebody who should sign in', () => {
    expect(explained('allow in authd user:anna', '').summary).toBe(
      'Denied by default-in (default in deny): authd is for known users: send a valid token.',
    )
  })
})

test('verdict, rule and target are those of the decision', () => {
  const random = randomOf(3)
  for (let round = 0; round < 400; round++) {
    let id = 0
    const document = readDocument(randomPolicy(random), () => `r${id++}`)
    const fixed = { redirects: document.redirects.slice(0, 1), rules: document.rules.slice(0, 2) }
    const policy = compile(
      { ...document, redirects: document.redirects.slice(1), rules: document.rules.slice(2) },
      1,
      fixed,
    )
    for (let each = 0; each < 20; each++) {
      const request = randomConnection(random)
      const now = pick(random, [randomInstant(random), Date.UTC(2026, 5, 1)])
      const decision = policy.decide(request, now)
      const { verdict, rule, service, target, steps: all } = explain(policy, request, now)
      expect({ verdict, rule, service, target }).toEqual({
        verdict: decision.allow ? 'allow' : 'deny',
        rule: decision.by,
        service: decision.service,
        target: decision.target ?? '',
      })
      const matched = all.filter((step) => step.matched).map((step) => step.id)
      const loops = !decision.allow && decision.error.code === 'redirect-loop'
      expect(loops ? matched.slice(0, -1) : matched).toEqual(decision.rules)
      if (!loops) expect(all.at(-1)!.id).toBe(decision.by)
    }
  }
})
