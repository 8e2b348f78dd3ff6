import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Backoff, DELAY_MAX_MS, ENTRIES_MAX } from './backoff.ts'

test('five failures are free, then the delay doubles from 1 s to 5 min', () => {
  let now = 0
  const backoff = new Backoff(() => now)
  const delays = Array.from({ length: 16 }, () => {
    backoff.add('anna')
    const waitMs = backoff.waitMs('anna')
    now += waitMs
    return waitMs / 1000
  })
  expect(delays).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  expect(backoff.waitMs('bert')).toBe(0)
})

test('an hour without a failure forgets, less does not', () => {
  let now = 0
  const backoff = new Backoff(() => now)
  for (let i = 0; i < 7; i++) backoff.add('anna')
  now += 59 * 60_000
  expect(backoff.add('anna')).toBe(8)
  now += 60 * 60_000
  expect(backoff.add('anna')).toBe(1)
})

test('forgiving some takes back their delay', () => {
  const backoff = new Backoff(() => 0)
  for (let i = 0; i < 7; i++) backoff.add('office')
  expect(backoff.forgive('office', 2)).toBe(2)
  expect(backoff.waitMs('office')).toBe(1000)
  expect(backoff.forgive('office')).toBe(5)
  expect(backoff.waitMs('office')).toBe(0)
  expect(backoff.size).toBe(0)
  expect(backoff.forgive('office')).toBe(0)
})

test('never keeps more than its entries: the oldest failure goes', () => {
  const backoff = new Backoff(() => 0)
  for (let i = 0; i < 6; i++) backoff.add('first')
  for (let i = 0; i < 6; i++) backoff.add('second')
  backoff.add('first')
  for (let i = 0; i < ENTRIES_MAX - 1; i++) backoff.add(`name-${i}`)
  expect(backoff.size).toBe(ENTRIES_MAX)
  expect(backoff.waitMs('second')).toBe(0)
  expect(backoff.waitMs('first')).toBe(4000)
})

test('whatever happens, nobody waits longer than five minutes, and a success opens at once', () => {
  const step = fc.oneof(
    fc.record({ add: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ forgive: fc.constantFrom('a', 'b', 'c'), count: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ pass: fc.integer({ min: 0, max: 2 * 60 * 60_000 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let now = 0
      const backoff = new Backoff(() => now)
      for (const each of steps) {
        if ('add' in each) backoff.add(each.add)
        else if ('pass' in each) now += each.pass
        else backoff.forgive(each.forgive, each.count)
        for (const key of ['a', 'b', 'c']) {
          expect(backoff.waitMs(key)).toBeGreaterThanOrEqual(0)
          expect(backoff.waitMs(key)).toBeLessThanOrEqual(DELAY_MAX_MS)
        }
      }
      backoff.forgive('a')
      expect(backoff.waitMs('a')).toBe(0)
    }),
  )
})
