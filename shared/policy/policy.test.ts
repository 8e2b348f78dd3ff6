import { describe, expect, test } from 'vitest'

import { type ConnectionRequest, localOnly } from './policy.ts'

/** Until there are rules: this machine and its user, nobody else. */

const from = (who: Partial<ConnectionRequest>): ConnectionRequest => ({
  id: 'r1',
  listener: 'ws://127.0.0.1:8080',
  service: 'pong',
  source: null,
  peer: null,
  origin: null,
  ...who,
})
const address = (text: string) => from({ source: { address: text, port: 40_000 } })
const user = (uid: number) => from({ peer: { pid: 1, uid, gid: 1000 } })
const policy = localOnly(1000)

describe('may connect', () => {
  test.each([
    ['IPv4 loopback', address('127.0.0.1')],
    ['all of 127/8', address('127.255.255.254')],
    ['IPv6 loopback', address('::1')],
    ['IPv4 loopback on a dual socket', address('::ffff:127.0.0.1')],
    ['the local user', user(1000)],
    ['root', user(0)],
  ])('%s', (_who, request) => {
    expect(policy.decide(request)).toEqual({ allow: true, rules: ['local-only'] })
  })
})

describe('may not', () => {
  test.each([
    ['the network', address('192.168.1.7'), '192.168.1.7'],
    ['the network over IPv6', address('2001:db8::1'), '2001:db8::1'],
    ['every address', address('0.0.0.0'), '0.0.0.0'],
    ['what only begins like loopback', address('127.0.0.1.example'), '127.0.0.1.example'],
    ['what only ends like loopback', address('10.127.0.0.1'), '10.127.0.0.1'],
    ['a mapped stranger', address('::ffff:10.0.0.1'), '::ffff:10.0.0.1'],
    ['an empty address', address(''), ''],
    ['another user', user(1001), 'uid 1001'],
    ['somebody unknown', from({}), 'an unknown local user'],
  ])('%s', (_who, request, named) => {
    const decision = policy.decide(request)
    expect(decision.rules).toEqual(['local-only'])
    if (decision.allow) expect.fail('was let in')
    expect(decision.error).toMatchObject({ code: 'policy-denied', status: 403, close: 4403 })
    expect(decision.error.message).toContain(`${named} is refused`)
  })
})

test('root as the local user lets in root only', () => {
  const roots = localOnly(0)
  expect(roots.decide(user(0)).allow).toBe(true)
  expect(roots.decide(user(1000)).allow).toBe(false)
})

test('service and origin make no difference', () => {
  for (const service of ['pong', '', '../etc'])
    expect(policy.decide({ ...address('127.0.0.1'), service, origin: 'http://evil.example' }).allow).toBe(true)
})
