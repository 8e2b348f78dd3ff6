import { expect, test } from 'vitest'

import { connectionInfo } from '../testing/fake-registry.ts'
import { timeline } from './timeline.ts'

const kinds = (fields: Parameters<typeof connectionInfo>[1]) =>
  timeline(connectionInfo('a', fields)).map(({ kind }) => kind)

test('an open connection came in, was judged and connected', () => {
  expect(kinds({})).toEqual(['accepted', 'decided', 'connected'])
})

test('a redirect is told with where it led', () => {
  const entries = timeline(connectionInfo('a', { rules: ['to-next', 'r-1'], target: 'unix:pong-next' }))
  expect(entries.map(({ text }) => text)).toContain('sent to unix:pong-next by to-next')
})

test('a rule that only logs is no redirect', () => {
  expect(kinds({ rules: ['log-1', 'r-1'] })).not.toContain('redirected')
})

test('a refused one was never connected, and says why', () => {
  const ending = { code: 'policy-denied', close: 4403, detail: 'denied by rule r-1', at: 5 } as const
  const entries = timeline(connectionInfo('a', { state: 'refused', target: '', ending }))
  expect(entries.map(({ kind }) => kind)).toEqual(['accepted', 'decided', 'ended'])
  expect(entries[1]?.text).toBe('rule r-1 refused it (version 1)')
  expect(entries[2]).toEqual({ at: 5, kind: 'ended', text: 'refused: denied by rule r-1' })
})

test('pauses say who waited for whom', () => {
  const texts = timeline(connectionInfo('a', { paused: { client: 2100, service: 0 } })).map(({ text }) => text)
  expect(texts.at(-1)).toMatch(/^the client was not read for .*, as the service did not keep up$/)
})
