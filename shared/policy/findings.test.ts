import { describe, expect, test } from 'vitest'

import { pick, randomOf, randomPolicy } from '../../server/testing/random-policies.ts'
import { readDocument } from './document.ts'
import type { DocumentInput, FixedRules, PolicyDocument } from './document.ts'
import { findings, loopProblems } from './findings.ts'
import type { FindingsOptions } from './findings.ts'
import { readPolicy } from './line.ts'
import { compile } from './policy.ts'
import type { Decision, Policy } from './policy.ts'
import { unknownRequest } from './request.ts'
import type { ConnectionRequest } from './request.ts'

const NOW = Date.UTC(2026, 6, 1)
const none: FixedRules = { redirects: [], rules: [] }

function complete(input: DocumentInput): PolicyDocument {
  let id = 0
  return readDocument(input, () => `r${id++}`)
}

/** Ids are r0, r1, … in the order redirects, rules, tests. */
function policyOf(text: string): PolicyDocument {
  let id = 0
  return readPolicy(text, () => `r${id++}`)
}

function found(text: string, options: Partial<FindingsOptions> = {}): string[] {
  return findings(policyOf(text), none, { now: NOW, ...options }).map(
    ({ kind, id, others }) => `${kind} ${[id, ...others].join(' ')}`,
  )
}

describe('rules that never decide', () => {
  test.each([
    ['covered by one before it', 'deny in a* 10.0.0.0/8\nallow in ab 10.1.0.0/16 user:anna', ['shadowed r1 r0']],
    ['the same twice', 'deny in a *\ndeny in a *', ['shadowed r1 r0']],
    ['a rule that logs, too', 'deny in a *\nlog in a user:anna', ['shadowed r1 r0']],
    ['not by one that logs', 'log in a *\ndeny in a *', []],
    ['not by one that is off', 'off deny in * *\nallow in a *', []],
    ['not by one that ends sooner', 'deny in * * until=2027-01-01T00:00:00Z\nallow in a *', []],
    [
      'by one that ends later',
      'deny in * * until=2027-01-01T00:00:00Z\nallow in a * until=2026-12-01T00:00:00Z',
      ['shadowed r1 r0'],
    ],
    [
      'not by one that ends sooner than it does',
      'deny in * * until=2026-12-01T00:00:00Z\nallow in a * until=2027-01-01T00:00:00Z',
      [],
    ],
    ['not by one that has ended', 'deny in * * until=2026-01-01T00:00:00Z\nallow in a *', ['expired r0']],
    ['not by one of the other direction', 'deny out * *\nallow in a *', []],
    ['not by two together', 'deny in * 10.0.0.0/9\ndeny in * 10.128.0.0/9\nallow in a 10.0.0.0/8', []],
    ['* hides no rule about the admin side', 'deny in * *\nallow in -/admin 10.0.0.0/8', []],
    ['a service called in is no direction', 'allow in in *\ndeny in out *', []],
    [
      'by a redirect that sends all elsewhere',
      'redirect authd next\nallow in authd *\nallow in next *',
      ['shadowed r1 r0'],
    ],
    ['not by one that sends some', 'redirect authd next user:anna\nallow in authd *', []],
    ['not by one of a share', 'redirect authd next percent=10\nallow in authd *', []],
    ['not when another one leads back', 'redirect authd next fallback=authd\nallow in authd *', []],
    ['not when its fall-back keeps the name', 'redirect authd next fallback=unix:/x\nallow in authd *', []],
    ['not when it only tells where', 'redirect authd unix:/run/authd.sock\nallow in authd *', []],
    [
      'not when one before it keeps the name',
      'redirect authd tls:example.com user:anna\nredirect authd next\nallow in authd *',
      [],
    ],
    ['redirects as well', 'redirect a* b\nredirect ab c user:anna', ['shadowed r1 r0']],
    ['not a redirect that goes on from there', 'redirect * m\nredirect m* x percent=10', ['loop r0 r1']],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected)
  })
})

describe('rules that change nothing', () => {
  test.each([
    ['the next one says the same', 'allow in a user:anna\nallow in a *', ['redundant r0 r1']],
    ['one between could differ', 'allow in a user:anna\ndeny in a 10.0.0.0/8\nallow in a *', []],
    ['one between is about others', 'allow in a user:anna\ndeny in b 10.0.0.0/8\nallow in a *', ['redundant r0 r2']],
    [
      'one between is hidden by it and would not be without it',
      'deny in a* user:anna\nallow in ab user:anna\ndeny in * *',
      ['shadowed r1 r0'],
    ],
    ['limits are counted for each rule', 'allow in a user:anna per-address=1\nallow in a * per-address=1', []],
    ['a default is no rule', 'deny in a *', []],
    ['not both of two', 'deny in a *\ndeny in a *', ['shadowed r1 r0']],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected)
  })
})

test('fixed rules count, and nothing is said about them', () => {
  const fixed = {
    redirects: [],
    rules: policyOf('deny in a *\ndeny in a *').rules.map((rule, at) => ({ ...rule, id: `fixed-${at}` })),
  }
  const document = policyOf('allow in a user:anna\nallow in b *')
  const told = findings(document, fixed, { now: NOW, hits: new Map() })
  expect(told.map(({ kind, id, others }) => [kind, id, ...others])).toEqual([
    ['shadowed', 'r0', 'fixed-0'],
    ['never-hit', 'r1'],
  ])
})

test('what was never hit, but for what is off, ended or hidden', () => {
  const text =
    'redirect x y\nallow in a *\noff allow in b *\nallow in c * until=2026-01-01T00:00:00Z\ndeny in a *\nlog in d *'
  const hits = new Map([['r1', { hits: 3, lastAt: 1 }]])
  expect(found(text, { hits })).toEqual(['expired r3', 'shadowed r4 r1', 'never-hit r0', 'never-hit r5'])
  expect(found(text)).toEqual(['expired r3', 'shadowed r4 r1'])
})

test('targets that lead nowhere', () => {
  const options: Partial<FindingsOptions> = {
    serviceExists: (name) => (name === 'maybe' ? null : name === 'there'),
    dialable: (scheme) => scheme === 'ws',
    refusedTarget: (uri) => (uri.startsWith('unix:/') ? 'outside of the run dir' : null),
  }
  const text = `redirect a there
redirect b gone
redirect c maybe
redirect d tls:example.com:1
redirect e ws://example.com:1/x fallback=gone
redirect f unix:/etc/x
redirect g a
redirect h i user:anna
redirect i there user:anna`
  expect(found(text, options)).toEqual(
    ['dead-target r1', 'dead-target r4', 'dead-target r5', 'dead-target r7', 'dead-target r3'].toSorted(),
  )
  const messages = findings(policyOf(text), none, { now: NOW, ...options }).map(({ message }) => message)
  expect(messages).toContain('outside of the run dir')
  expect(messages).toContain("leads to tls:example.com:1, and this gateway can't connect by tls:")
})

describe('circles', () => {
  const problems = (text: string) => loopProblems(policyOf(text), none).map(({ pointer }) => pointer)

  test.each([
    ['two that are for all', 'redirect a b\nredirect b a', ['/redirects/0/to'], ['loop r0 r1']],
    ['one for some only may', 'redirect a b\nredirect b a user:anna', [], ['loop r0 r1']],
    ['never the same client', 'redirect a b user:ben\nredirect b a user:anna', [], []],
    ['one in front leads out', 'redirect * m\nredirect a b\nredirect b a', [], ['shadowed r1 r0', 'shadowed r2 r0']],
    ['to itself is none', 'redirect * maintenance', [], []],
    ['into * again', 'redirect * m\nredirect m x', ['/redirects/0/to'], ['loop r0 r1']],
    ['an end in between', 'redirect a b\nredirect b tls:example.com/a', [], []],
  ])('%s', (_name, text, certain, possible) => {
    expect(problems(text)).toEqual(certain)
    expect(found(text)).toEqual(possible)
  })

  test('more than eight in a row', () => {
    const chain = (length: number) => Array.from({ length }, (_, at) => `redirect s${at} s${at + 1}`).join('\n')
    expect(problems(chain(8))).toEqual([])
    expect(problems(chain(9))).toEqual(['/redirects/0/to'])
    expect(problems(`redirect s0 end\n${chain(9)}`)).toEqual([])
  })

  test('made with a fixed one, it is told of the other', () => {
    const fixed = { redirects: [{ ...policyOf('redirect a b').redirects[0]!, id: 'fixed-0' }], rules: [] }
    const document = policyOf('redirect b a')
    expect(loopProblems(document, fixed)).toMatchObject([{ pointer: '/redirects/0/to' }])
    expect(findings(document, fixed, { now: NOW })).toMatchObject([{ kind: 'loop', id: 'r0', others: ['fixed-0'] }])
  })
})

// Every connection of a small universe.

/** `POLICY_ROUNDS=5000` for more. */
const ROUNDS = Number(process.env['POLICY_ROUNDS'] ?? 150)

const terms = [
  '*',
  '*',
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.3',
  '127.0.0.1',
  'loopback',
  'user:anna',
  'user:a*',
  'user:*',
  'group:staff',
  'local',
  'uid:0',
  'tls:example.com',
  'tls:*',
  'tls:example.com:9000',
  'time:00:00-12:00',
]
const smallPeer = (random: () => number): string =>
  random() < 0.3 ? '*' : [pick(random, terms), pick(random, terms)].slice(0, random() < 0.6 ? 1 : 2).join(' ')

function universe(): { request: ConnectionRequest; now: number }[] {
  const sources = [
    null,
    { address: '10.1.2.3', port: 9000 },
    { address: '10.2.0.1', port: 1 },
    { address: '127.0.0.1', port: 1 },
  ]
  const who = [
    { user: null, groups: [] },
    { user: 'anna', groups: [] },
    { user: 'ben', groups: ['staff'] },
  ]
  const peers = [null, { pid: 1, uid: 0, gid: 0 }, { pid: 1, uid: 1, gid: 1 }]
  const all: { request: ConnectionRequest; now: number }[] = []
  for (const service of ['a', 'b', 'ab', 'c', 'next', '-/admin', 'x'])
    for (const direction of ['in', 'out'] as const)
      for (const source of sources)
        for (const user of who)
          for (const peer of peers)
            for (const names of [[], ['example.com']])
              for (const now of [Date.UTC(2026, 6, 1, 9), Date.UTC(2026, 11, 31, 17), Date.UTC(2027, 5, 1, 6)]) {
                const remote =
                  names.length === 0
                    ? source && { ...source, scheme: 'tcp', host: source.address }
                    : { scheme: 'tls', host: 'example.com', port: 9000 }
                const scheme = names.length === 0 ? 'ws' : 'tls'
                all.push({
                  request: { ...unknownRequest(direction, service), source, ...user, peer, names, scheme, remote },
                  now,
                })
              }
  return all
}

const everything = universe()

/** What the rest of the gateway sees of a decision. */
function visible(decision: Decision): unknown {
  const { allow, service, target } = decision
  if (!decision.allow) return `${service} ${target} ${decision.error.code}`
  const { limits, fallback } = decision
  return `${allow} ${service} ${target} ${JSON.stringify(limits)} ${fallback && String(visible(fallback))}`
}

const all = (policy: Policy) => everything.map(({ request, now }) => visible(policy.decide(request, now)))

test('in a small universe, what is told is true', { timeout: 120_000 }, () => {
  const random = randomOf(ROUNDS)
  const counts: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round++) {
    const document = complete(randomPolicy(random, smallPeer))
    const policy = compile(document, 1)
    const told = findings(document, none, { now: NOW })
    for (const { kind } of told) counts[kind] = (counts[kind] ?? 0) + 1
    const met = new Set<string>()
    let loops = 0
    const decisions = everything.map(({ request, now }) => {
      const decision = policy.decide(request, now)
      for (const id of decision.rules) met.add(id)
      if (decision.allow) for (const id of decision.fallback?.rules ?? []) met.add(id)
      else if (decision.error.code === 'redirect-loop') loops++
      return visible(decision)
    })
    const about = (kind: string) => told.filter((each) => each.kind === kind).map(({ id }) => id)
    expect(
      about('shadowed').filter((id) => met.has(id)),
      JSON.stringify(document),
    ).toEqual([])
    const useless = about('redundant')
    const without = (ids: readonly string[]) =>
      compile({ ...document, rules: document.rules.filter(({ id }) => !ids.includes(id)) }, 1)
    for (const ids of [...useless.map((id) => [id]), useless]) {
      if (ids.length > 0) expect(all(without(ids)), JSON.stringify({ document, ids })).toEqual(decisions)
    }
    const certain = loopProblems(document, none)
    if (certain.length > 0) expect(loops, JSON.stringify(document)).toBeGreaterThan(0)
    if (loops > 0) expect(about('loop').length, JSON.stringify(document)).toBeGreaterThan(0)
    counts['certain'] = (counts['certain'] ?? 0) + certain.length
  }
  // It does find something.
  expect(counts['shadowed']).toBeGreaterThan(100)
  expect(counts['redundant']).toBeGreaterThan(10)
  expect(counts['loop']).toBeGreaterThan(5)
  expect(counts['certain']).toBeGreaterThan(2)
})

describe('10,000 rules in well under 2 s', () => {
  const rules = (line: (at: number) => string) =>
    policyOf(Array.from({ length: 10_000 }, (_, at) => line(at)).join('\n'))
  test.each([
    ['exact services', (at: number) => `allow in service-${at} *`],
    ['with the same end', (at: number) => (at === 9999 ? 'allow in * *' : `allow in service-${at} user:u${at}`)],
    ['patterns', (at: number) => `allow in service-${at}-* *`],
    ['patterns in the middle', (at: number) => `${at % 2 ? 'allow' : 'deny'} in *-service-${at}-* *`],
    ['ranges', (at: number) => `allow in * 10.${at >> 8}.${at & 255}.0/24`],
    ['nothing to look them up by', (at: number) => `${at % 2 ? 'allow' : 'deny'} in * user:*${at}*`],
    ['redirects for some', (at: number) => `redirect * service-${at} user:u${at}`],
    ['a chain of redirects', (at: number) => `redirect service-${at} service-${at + 1} user:u`],
    ['patterns of redirects', (at: number) => `redirect *${at}* service-${at}`],
  ])('%s', (_name, line) => {
    const document = rules(line)
    const began = performance.now()
    findings(document, none, { now: NOW, hits: new Map() })
    loopProblems(document, none)
    const took = performance.now() - began
    expect(took).toBeLessThan(10_000) // generous: the machine may be busy
  })
})
