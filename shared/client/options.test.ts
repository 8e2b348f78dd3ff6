import fc from 'fast-check'
import { expect, test } from 'vitest'

import { backoffMs, plan } from './options.ts'

const reconnect = { initialMs: 250, maxMs: 30_000, jitter: true, attempts: Infinity }

test('waits double up to the longest', () => {
  const waits = [1, 2, 3, 8, 1000].map((attempt) => backoffMs({ ...reconnect, jitter: false }, attempt))
  expect(waits).toEqual([250, 500, 1000, 30_000, 30_000])
})

test('jitter draws from all of 0 to the wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const longest = Math.min(30_000, 250 * 2 ** (attempt - 1))
      expect(backoffMs(reconnect, attempt, () => random)).toBe(Math.round(random * longest))
    }),
  )
})

test.each([
  ['pong', {}, 'not a URL'],
  ['ftp://h/x', {}, 'not for WebSockets'],
  ['ws://h/x#y', {}, 'no "#" part'],
  ['ws://h/x', { connectTimeoutMs: 0 }, 'connectTimeoutMs must be a number above 0, not 0'],
  ['ws://h/x', { subprotocols: ['a b'] }, 'A sub-protocol'],
  ['ws://h/x', { reconnect: { maxMs: NaN } }, 'reconnect.maxMs'],
])('%s %j is refused in words', (url, options, words) => {
  expect(() => plan(url, options)).toThrow(words)
})

test('http addresses, text and view find their way into the request', () => {
  const made = plan('https://h/x?a=1', { text: true, view: 'json' })
  expect(made.url).toBe('wss://h/x?a=1&text=1')
  expect(made.protocols).toEqual(['sockgate.json'])
})
