import { describe, expect, test } from 'vitest'

import { readDocument } from '../../shared/policy/document.ts'
import type { DocumentInput, PolicyDocument, RuleInput } from '../../shared/policy/document.ts'
import { compile } from '../../shared/policy/policy.ts'
import { unknownRequest } from '../../shared/policy/request.ts'
import { judgementOf } from '../gateway/connection.ts'
import type { ConnectionFacts } from '../gateway/connection.ts'
import { countMatches } from './matches.ts'
import type { MatchedEntry } from './matches.ts'
import { previewDraft } from './preview.ts'
import type { Witnesses } from './witnesses.ts'

/** What a draft, or one entry of it, would do to connections that the policy in force has judged. */

const policyOf = (input: DocumentInput | PolicyDocument, version = 1) => {
  let count = 0
  return compile(
    readDocument(input, () => `n${++count}`),
    version,
  )
}

const allow = (service: string, more: Partial<RuleInput> = {}): RuleInput => {
  return { action: 'allow', direction: 'in', service, ...more }
}

const inForce = policyOf({ rules: [allow('pong'), allow('next')], redirects: [{ from: 'old', to: 'next' }] })

/** One that asked for a service, as the policy in force has judged it. */
function witness(id: string, service: string, user: string | null = null): ConnectionFacts {
  const source = { address: '10.0.0.7', port: 7 }
  const request = { ...unknownRequest('in', service), id, user, source }
  const judgement = judgementOf(1, inForce.decide(request))
  const sent = { service, target: `unix:${service}`, codec: 'raw', view: 'payload' }
  return { request, acceptedAt: 1, tokenId: null, judgement, ...sent }
}

const open = [witness('o1', 'pong', 'anna'), witness('o2', 'pong'), witness('o3', 'old'), witness('o4', 'next')]
const past = [
  { facts: witness('p1', 'pong'), refused: false },
  { facts: witness('p2', 'authd'), refused: true },
  { facts: witness('p3', 'old'), refused: false },
]
const witnesses: Witnesses = { open: () => open, past: () => past }

describe('a preview', () => {
  const preview = (input: DocumentInput | PolicyDocument, seen = witnesses) =>
    previewDraft({
      problems: [],
      before: inForce.document,
      draft: policyOf(input, 2),
      findings: [],
      witnesses: seen,
      uriOf: (service) => `unix:${service}`,
      lockout: null,
    })

  test('tells what happens to each connection, open or of late, that does not stay as it is', async () => {
    const {
      open: now,
      recent,
      share,
    } = await preview({
      rules: [allow('pong', { peer: 'user:anna' }), allow('authd'), allow('other'), allow('next')],
      redirects: [{ from: 'old', to: 'other' }],
    })
    expect(now.unchanged).toBe(2)
    expect(now.effects.map(({ id, effect, target }) => [id, effect, target])).toEqual([
      ['o2', 'denied', ''],
      ['o3', 'redirected', 'unix:other'],
    ])
    expect(recent.unchanged).toBe(0)
    expect(recent.effects.map(({ id, effect, target }) => [id, effect, target])).toEqual([
      ['p1', 'denied', ''],
      ['p2', 'allowed', 'unix:authd'],
      ['p3', 'redirected', 'unix:other'],
    ])
    expect(share).toBe(0.5)
  })

  test('counts those that it does not tell one by one', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => witness(`m${at}`, at < 1200 ? 'pong' : 'next'))
    const found = await preview({ rules: [allow('next')] }, { open: () => many, past: () => [] })
    expect(found.open.effects).toHaveLength(1000)
    expect([found.open.unchanged, found.share]).toEqual([300, 0.8])
    expect(found.recent).toEqual({ effects: [], unchanged: 0 })
  })

  test('has no share when nothing is open or nothing changes', async () => {
    expect((await preview({}, { open: () => [], past: () => [] })).share).toBe(0)
    expect((await preview(inForce.document)).share).toBe(0)
  })

  test('tells when the admin side is touched', async () => {
    expect((await preview({ rules: [allow('-/admin')] })).touchesAdmin).toBe(true)
    expect((await preview({ rules: [allow('*')] })).touchesAdmin).toBe(false)
  })
})

describe('one entry alone', () => {
  const matches = (entry: MatchedEntry) => countMatches(entry, inForce, witnesses)
  const rule = (service: string, more: Partial<RuleInput> = {}): MatchedEntry => {
    const { id: _, ...rest } = policyOf({ rules: [allow(service, more)] }).document.rules[0]!
    return { rule: rest }
  }
  const redirect = (from: string, more = {}): MatchedEntry => {
    return { redirect: policyOf({ redirects: [{ from, to: 'x', ...more }] }).document.redirects[0]! }
  }

  test.each([
    ['a service', rule('pong'), ['o2', 'o1'], 1],
    ['who asks', rule('*', { peer: 'user:anna' }), ['o1'], 0],
    ['what redirects lead to', rule('next'), ['o4', 'o3'], 1],
    ['a name that redirects lead away from', rule('old'), [], 0],
    ['what another rule denies', rule('authd'), [], 1],
    ['a rule that denies', rule('pong', { action: 'deny' }), ['o2', 'o1'], 1],
    ['a rule that logs', rule('pong', { action: 'log' }), ['o2', 'o1'], 1],
    ['a rule that is switched off', rule('pong', { enabled: false }), ['o2', 'o1'], 1],
    ['the other direction', rule('pong', { direction: 'out' }), [], 0],
    ['a rule that is over', rule('pong', { until: '2020-01-01T00:00:00Z' }), [], 0],
    ['a rule that is not over yet', rule('pong', { until: '2120-01-01T00:00:00Z' }), ['o2', 'o1'], 1],
    ['a redirect', redirect('old'), ['o3'], 1],
    ['a redirect that is switched off', redirect('*', { enabled: false }), ['o4', 'o3', 'o2', 'o1'], 3],
    ['a redirect that is over', redirect('old', { until: '2020-01-01T00:00:00Z' }), [], 0],
    ['a redirect of a circle', redirect('pong', { to: 'pong' }), ['o2', 'o1'], 1],
  ])('%s', async (_, entry, ids, recent) => {
    expect(await matches(entry)).toEqual({ open: ids.length, recent, ids })
  })

  test('has at most 100 ids, the newest', async () => {
    const many = Array.from({ length: 250 }, (_, at) => witness(`m${at}`, 'pong'))
    const found = await countMatches(rule('pong'), inForce, { open: () => many, past: () => [] })
    expect([found.open, found.ids.length, found.ids[0], found.ids.at(-1)]).toEqual([250, 100, 'm249', 'm150'])
  })
})
