import { afterEach, beforeEach, expect, test } from 'vitest'

import { FakeRegistry } from '../testing/fake-registry.ts'
import { Recent } from './recent.ts'

let registry: FakeRegistry
let recent: Recent
let now: number

beforeEach(() => {
  now = 1_700_000_000_000
  registry = new FakeRegistry()
  recent = new Recent(registry, () => now)
})
afterEach(() => recent.close())

const traffic = (messages: number, bytes: number) => ({ up: { messages, bytes }, down: { messages: 0, bytes: 0 } })
const ended = (at: number) => ({ code: 'client-lost', close: 1006, detail: '', at }) as const

test('a point has what happened since the one before, also of connections that ended meanwhile', () => {
  registry.open('a', traffic(3, 30))
  registry.open('b', traffic(1, 10))
  recent.step()
  registry.end('b', { ...traffic(6, 60), ending: ended(now) })
  registry.refuse('c')
  now += 10_000
  recent.step()
  expect(recent.history()).toEqual({
    stepMs: 10_000,
    at: now,
    open: [2, 1],
    refused: [0, 1],
    messages: [4, 5],
    bytes: [40, 50],
  })
})

test('a quarter of an hour is kept', () => {
  for (let i = 0; i < 100; i++) recent.step()
  expect(recent.history().open).toHaveLength(90)
})

test('refusals count for an hour', () => {
  registry.refuse('a')
  now += 30 * 60_000
  registry.refuse('b')
  expect(recent.refusedLastHour()).toBe(2)
  now += 40 * 60_000
  expect(recent.refusedLastHour()).toBe(1)
})

test('lives are those that ended from the client side in the last hour', () => {
  registry.open('a')
  registry.end('a', { openedAt: now - 60_000, ending: ended(now) })
  registry.open('b')
  const killed = { code: 'killed', close: 4410, detail: '', at: now } as const
  registry.end('b', { ending: killed })
  expect(recent.lives()).toEqual([{ endedAt: now, lifeMs: 60_000, service: 'pong' }])
  now += 61 * 60_000
  expect(recent.lives()).toEqual([])
})
