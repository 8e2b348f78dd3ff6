import { describe, expect, test } from 'vitest'

import type { Finding } from '../../../shared/api.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import { serviceExample } from '../examples.ts'
import { stateExample } from '../state-example.ts'
import { diskOf } from './disk.ts'
import { attention } from './index.ts'
import type { AttentionSources } from './sources.ts'

const DAY_MS = 24 * 3600 * 1000
const now = 1_795_200_000_000

const calm: AttentionSources = {
  now,
  services: [serviceExample],
  findings: [],
  tests: [],
  redirects: new Set(),
  oldEntries: new Set(),
  policy: { ...stateExample, managed: null },
  lives: [],
  timerMs: 0,
  certificate: null,
  disk: { freeBytes: 1e10, share: 0.5 },
  auditFault: null,
  clockJumpMs: 0,
  warnings: [],
}

const told = (sources: Partial<AttentionSources>) => attention({ ...calm, ...sources })
const finding = (kind: Finding['kind'], id: string): Finding => ({ kind, id, others: [], message: `about ${id}` })

const certificate = (days: number): AttentionSources['certificate'] => ({
  subject: 'CN=gate.example',
  issuer: 'CN=ca',
  names: [],
  validFrom: 0,
  validTo: now + days * DAY_MS,
  fingerprint: '',
})

describe('attention', () => {
  test('is not asked for where nothing is wrong', () => {
    expect(attention(calm)).toEqual([])
  })

  test('services that are down are named with their last error', () => {
    const down: ServiceInfo = { ...serviceExample, name: 'audio/pulse', state: 'down', lastError: 'nobody listens' }
    expect(told({ services: [down] })).toEqual([
      {
        kind: 'service-down',
        weight: 'error',
        about: 'audio/pulse',
        title: 'The service audio/pulse is down',
        detail: 'Nobody listens.',
        link: { path: '/services/audio%2Fpulse', text: 'Look at it' },
      },
    ])
  })

  test.each([
    [40, []],
    [29, ['warning']],
    [6, ['error']],
    [-1, ['error']],
  ])('a certificate that ends in %i days: %j', (days, weights) => {
    expect(told({ certificate: certificate(days) }).map(({ weight }) => weight)).toEqual(weights)
  })

  test('five lives of the same usual length are a proxy that closes idle sockets; four, or different ones, are not', () => {
    const lives = (lengths: readonly number[]) => lengths.map((lifeMs) => ({ endedAt: now, lifeMs, service: 'pong' }))
    const [found, ...more] = told({ lives: lives([60_010, 60_200, 59_900, 60_001, 61_000, 1000]) })
    expect(more).toEqual([])
    expect(found).toMatchObject({ kind: 'idle-closings', title: '5 connections ended after 60 s each' })
    expect(told({ lives: lives([60_000, 60_000, 60_000, 60_000]) })).toEqual([])
    expect(told({ lives: lives([10_000, 20_000, 41_000, 52_000, 66_000]) })).toEqual([])
  })

  test('where pings go out often enough, they are not what is advised', () => {
    const lives = Array.from({ length: 5 }, () => ({ endedAt: now, lifeMs: 60_000, service: 'pong' }))
    expect(told({ lives, timerMs: 60_000 })[0]?.detail).toContain('set --timer below 60 s')
    expect(told({ lives, timerMs: 25_000 })[0]?.detail).toMatch(/^Pings go out each 25 s already, so a proxy in front/)
  })

  test('findings lead to the page of what they are about, and those that may be meant so are not told', () => {
    const findings = [
      finding('redundant', 'a'),
      finding('shadowed', 'b'),
      finding('expired', 'e'),
      finding('loop', 'c'),
    ]
    const tests = [
      { id: 'd', pass: false, message: 'pong is allowed' },
      { id: 'f', pass: true, message: '' },
    ]
    expect(
      told({ findings, tests, redirects: new Set(['c', 'e']) }).map(({ weight, link }) => [weight, link?.path]),
    ).toEqual([
      ['warning', '/rules/tests?edit=d'],
      ['warning', '/rules/redirection?edit=c'],
      ['info', '/rules/firewall?edit=b'],
      ['info', '/rules/redirection?edit=e'],
    ])
  })

  test('of a rule that never matched is told only when it had time to', () => {
    const findings = [finding('never-hit', 'young'), finding('never-hit', 'old')]
    expect(told({ findings, oldEntries: new Set(['old']) })).toMatchObject([{ weight: 'info', about: 'old' }])
  })

  test('the heaviest comes first, and of one kind there are a few at most', () => {
    const services = Array.from({ length: 9 }, (_, i): ServiceInfo => ({
      ...serviceExample,
      name: `s${i}`,
      state: 'down',
    }))
    const all = told({ services, warnings: ['no native calls'], auditFault: 'entry 7 is wrong', clockJumpMs: 90_000 })
    expect(all.map(({ kind }) => kind)).toEqual(['audit', ...Array<string>(5).fill('service-down'), 'clock', 'gateway'])
  })

  test('a disk that is nearly full is told', () => {
    expect(told({ disk: { freeBytes: 1024, share: 0.5 } })).toMatchObject([{ kind: 'disk', weight: 'error' }])
    expect(told({ disk: { freeBytes: 1e9, share: 0.01 } })).toMatchObject([{ kind: 'disk', weight: 'warning' }])
    expect(diskOf('/')).toMatchObject({ freeBytes: expect.any(Number), share: expect.any(Number) })
    expect(diskOf('/does/not/exist')).toBeNull()
  })

  test('a file that drifted is told', () => {
    const managed = { path: '/etc/rules', drift: 'the file was changed' }
    expect(told({ policy: { ...calm.policy, managed } })).toMatchObject([{ kind: 'policy-file', about: '/etc/rules' }])
  })
})
