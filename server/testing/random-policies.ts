import type { DocumentInput, RedirectInput, RuleInput } from '../../shared/policy/document.ts'
import { unknownRequest } from '../../shared/policy/request.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'

/** Random policies and connections over a few values, so that much matches. The same seed gives the same. */

/** Numbers from 0 to below 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!

const some = (random: () => number, list: readonly string[], most: number): string[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(random, list))

export const services = ['a', 'b', 'ab', 'aab', 'a/b', 'abcab', 'c', 'x/admin', '-/admin']
export const patterns = [...services, '*', '*', 'a*', '*b', 'a*b', '**', '*a*b*', 'a**', '-/*', '-*', '*/admin']
export const peerTerms = [
  '*',
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.3',
  '0.0.0.0/0',
  '127.0.0.1',
  '::1',
  'fd00::/8',
  '::/0',
  '::ffff:10.0.0.0/104',
  'user:anna',
  'user:a*',
  'user:*',
  'group:staff',
  'group:*s',
  'uid:0',
  'uid:1000',
  'gid:100',
  'local',
  'loopback',
  'origin:https://a.example',
  'origin:none',
  'origin:https://*.example',
  'protocol:mqtt',
  'protocol:m*',
  'listener:ws://127.0.0.1:8080',
  'listener:ws://[::1]:8080',
  'listener:*8080',
  'time:Mon-Fri/08:00-18:00',
  'time:22:00-06:00',
  'time:Sat/12:00-14:00/Europe/Berlin',
  'time:Fri-Mon/23:00-01:00/America/New_York',
  'tls:example.com',
  'tls:*.example.com',
  'tls:example.com:9000',
  'tcp:*',
  'tls:*',
  'example.com',
  'ws:10.1.2.3',
  'tls:[FD00::1]',
  '*:9000',
]
const targets = [
  'a',
  'b',
  'ab',
  'next',
  'unix:b',
  'unix:///c',
  'unix:/run/x.sock',
  'tls:example.com',
  'tls://example.com:9000/c',
  'ws://10.1.2.3:80',
]
const instants = ['2026-06-01T00:00:00Z', '2026-12-31T18:00:00+02:00', '2027-01-01T00:00:00.500Z']

export const randomPeer = (random: () => number): string => some(random, peerTerms, 3).join(' ') || '*'

export function randomRule(random: () => number, terms = randomPeer): RuleInput {
  const action = pick(random, ['allow', 'deny', 'log', 'allow', 'deny'] as const)
  return {
    action,
    direction: pick(random, ['in', 'in', 'out'] as const),
    service: pick(random, patterns),
    peer: terms(random),
    enabled: random() > 0.1,
    ...(random() < 0.15 && { until: pick(random, instants) }),
    ...(action === 'allow' && random() < 0.15 && { limits: { perAddress: 1 + Math.floor(random() * 3) } }),
  }
}

export function randomRedirect(random: () => number, terms = randomPeer): RedirectInput {
  return {
    from: pick(random, patterns),
    to: pick(random, targets),
    peer: random() < 0.5 ? '*' : terms(random),
    enabled: random() > 0.1,
    ...(random() < 0.2 && { percent: pick(random, [10, 50, 100, 0.5]) }),
    ...(random() < 0.2 && { fallback: pick(random, targets) }),
    ...(random() < 0.1 && { until: pick(random, instants) }),
  }
}

export function randomPolicy(random: () => number, terms = randomPeer): DocumentInput {
  const many = <T>(most: number, make: () => T) => Array.from({ length: Math.floor(random() * (most + 1)) }, make)
  return {
    defaults: { in: pick(random, ['allow', 'deny'] as const), out: pick(random, ['allow', 'deny'] as const) },
    redirects: many(5, () => randomRedirect(random, terms)),
    rules: many(10, () => randomRule(random, terms)),
  }
}

const addresses = [
  '10.1.2.3',
  '10.2.0.1',
  '10.200.0.1',
  '::ffff:10.1.9.9',
  '127.0.0.1',
  '127.9.9.9',
  '::1',
  'fd00::1',
  'fe80::1%eth0',
  '192.0.2.1',
  '2001:db8::5',
]
const hosts = ['example.com', 'a.example.com', 'EXAMPLE.com', '10.1.2.3', 'fd00::1', 'other.test']

export function randomConnection(random: () => number): ConnectionRequest {
  const known = <T>(value: () => T): T | null => (random() < 0.6 ? value() : null)
  const user = known(() => pick(random, ['anna', 'ben', 'al']))
  return {
    ...unknownRequest(pick(random, ['in', 'in', 'out'] as const), pick(random, services)),
    scheme: pick(random, ['', 'ws', 'tls', 'tcp', 'unix']),
    listener: pick(random, ['', 'ws://127.0.0.1:8080', 'ws://[::1]:8080']),
    source: known(() => ({ address: pick(random, addresses), port: pick(random, [9000, 40_000]) })),
    peer: known(() => ({ pid: 1, uid: pick(random, [0, 1000]), gid: pick(random, [0, 100, 1000]) })),
    names: some(random, hosts, 2),
    origin: known(() => pick(random, ['https://a.example', 'https://app.example', 'http://[::1]:8080'])),
    protocols: some(random, ['mqtt', 'm', 'chat'], 2),
    user,
    groups: user === null ? [] : some(random, ['staff', 'ops', 'guest'], 2),
    remote: known(() => ({
      scheme: pick(random, ['tls', 'tcp', 'ws']),
      host: pick(random, hosts),
      port: known(() => 9000),
    })),
  }
}

/** Some instant of 2026 or of the first days of 2027, at a whole minute. */
export const randomInstant = (random: () => number): number =>
  Date.UTC(2026, 0, 1) + Math.floor(random() * 530_000) * 60_000
