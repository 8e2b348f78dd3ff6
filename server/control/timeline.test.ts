import { expect, test } from 'vitest'

import { connectionInfo } from '../testing/fake-registry.ts'
import { timeline } from './timeline.ts'

const OPENED = 1_700_000_000_000
const acceptedAt = OPENED - 3

const told = (fields: Parameters<typeof connectionInfo>[1], redirected = false) =>
  timeline(connectionInfo('a', { openedAt: OPENED, ...fields }), { acceptedAt, redirected }, new Set(['to-next']))
const kinds = (fields: Parameters<typeof connectionInfo>[1]) => told(fields).map(({ kind }) => kind)

test('an open connection came in, was judged, and was connected after some time', () => {
  expect(told({})).toEqual([
    { at: acceptedAt, kind: 'accepted', text: 'came in at ws://127.0.0.1:8080' },
    { at: acceptedAt, kind: 'decided', text: 'rule r-1 let it in (version 1)' },
    { at: OPENED, kind: 'connected', text: 'connected to unix:pong in 3 ms' },
  ])
})

test('a service that is quicker than the clock is quick, also when the clock goes back', () => {
  for (const cameAt of [OPENED, OPENED + 50]) {
    const arrival = { acceptedAt: cameAt, redirected: false }
    const entries = timeline(connectionInfo('a', { openedAt: OPENED }), arrival, new Set())
    expect(entries.at(-1)?.text).toBe('connected to unix:pong in less than 1 ms')
  }
})

test('a redirect is told with where it led, and rules that only log are none', () => {
  const rules = ['to-next', 'log-1', 'r-1']
  const texts = told({ rules, target: 'unix:pong-next' }, true).map(({ text }) => text)
  expect(texts).toContain('sent to unix:pong-next by to-next')
  expect(kinds({ rules: ['log-1', 'r-1'], target: 'unix:/run/pong.sock' })).not.toContain('redirected')
})

test('a redirect that was removed since is told without its name', () => {
  const texts = told({ rules: ['gone', 'r-1'], target: 'unix:pong-next' }, true).map(({ text }) => text)
  expect(texts).toContain('sent to unix:pong-next')
})

test('a refused one was never connected, and says why', () => {
  const ending = { code: 'policy-denied', close: 4403, detail: 'denied by rule r-1', at: 5 } as const
  const entries = told({ state: 'refused', target: '', ending })
  expect(entries.map(({ kind }) => kind)).toEqual(['accepted', 'decided', 'ended'])
  expect(entries[1]?.text).toBe('rule r-1 refused it (version 1)')
  expect(entries[2]).toEqual({ at: 5, kind: 'ended', text: 'refused: denied by rule r-1' })
})

test('redirects in a circle let nobody in', () => {
  const ending = { code: 'redirect-loop', close: 1014, detail: '', at: 5 } as const
  const entries = told({ state: 'refused', target: '', ending, rules: ['to-next'] })
  expect(entries.map(({ text }) => text)).toEqual([
    'came in at ws://127.0.0.1:8080',
    'refused: The redirects lead in a circle',
  ])
})

test('pauses say who waited for whom', () => {
  const texts = told({ paused: { client: 2100, service: 0 } }).map(({ text }) => text)
  expect(texts.at(-1)).toMatch(/^the client was not read for .*, as the service did not keep up$/)
})
