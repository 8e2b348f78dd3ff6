import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { DELAY_MAX_MS } from './backoff.ts'
import { AccountError } from './desk.ts'
import { Guesses } from './guesses.ts'

/** Seconds that the next try would have to wait; 0 when it was let through, and failed. */
function guess(guesses: Guesses, name: string | null, from: string): number {
  try {
    guesses.attempt(name, from)
    return 0
  } catch (error) {
    expect(error).toBeInstanceOf(AccountError)
    expect(error).toMatchObject({ code: 'slow-down' })
    const { retryAfterS, message } = error as AccountError
    expect(message).toBe(`too many failed tries: wait ${retryAfterS} s, then try again`)
    return retryAfterS!
  }
}

function guessTimes(guesses: Guesses, count: number, at: (i: number) => { name: string; from: string }): number[] {
  return Array.from({ length: count }, (_, i) => {
    const { name, from } = at(i)
    return guess(guesses, name, from)
  })
}

describe('who guesses is slowed down (T32)', () => {
  test('50 tries on one name: five are judged', () => {
    const waits = guessTimes(new Guesses(() => 0), 50, () => ({ name: 'anna', from: '192.0.2.1' }))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5)
    expect(waits.at(-1)).toBe(1)
  })

  test('1,000 names from one address: five are judged', () => {
    const waits = guessTimes(new Guesses(() => 0), 1000, (i) => ({ name: `name-${i}`, from: '192.0.2.1' }))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5)
  })

  test.each(['anna', 'nobody-has-this-name', 'Not A Name'])(
    'one name (%s) from 1,000 addresses: five are judged',
    (name) => {
      const at = (i: number) => ({ name, from: `10.1.${i >> 8}.${i & 255}` })
      const waits = guessTimes(new Guesses(() => 0), 1000, at)
      expect(waits.filter((wait) => wait === 0)).toHaveLength(5)
    },
  )

  test('an IPv6 customer is one address, IPv4 in IPv6 is IPv4', () => {
    const guesses = new Guesses(() => 0)
    const waits = guessTimes(guesses, 6, (i) => ({ name: `name-${i}`, from: `2001:db8:1:2:${i}::1` }))
    expect(waits).toEqual([0, 0, 0, 0, 0, 1])
    expect(guess(guesses, 'name-9', '2001:db8:1:3::1')).toBe(0)
    const mapped = guessTimes(guesses, 6, (i) => ({ name: `n-${i}`, from: i < 5 ? '::ffff:192.0.2.9' : '192.0.2.9' }))
    expect(mapped.at(-1)).toBe(1)
  })

  test('tries that run at once are counted before one is judged', () => {
    const guesses = new Guesses(() => 0)
    const running = Array.from({ length: 5 }, () => guesses.attempt('anna', '192.0.2.1'))
    expect(guess(guesses, 'anna', '192.0.2.1')).toBe(1)
    running[0]!.succeeded()
    expect(guess(guesses, 'anna', '192.0.2.1')).toBe(0)
  })

  test("an account of one's own does not pay for guessing at others", () => {
    const guesses = new Guesses(() => 0)
    const judged = Array.from({ length: 20 }, (_, i) => {
      const wait = guess(guesses, `name-${i}`, '192.0.2.1')
      if (wait === 0 && i < 4) guesses.attempt('mallory', '192.0.2.1').succeeded()
      return wait
    }).filter((wait) => wait === 0)
    expect(judged).toHaveLength(5)
  })
})

test('the owner signs in while others guess at the name, from where they did before', () => {
  const guesses = new Guesses(() => 0)
  guesses.attempt('anna', '198.51.100.7').succeeded()
  guessTimes(guesses, 1000, (i) => ({ name: 'anna', from: `10.1.${i >> 8}.${i & 255}` }))
  expect(guess(guesses, 'anna', '203.0.113.1')).toBeGreaterThan(0)
  guesses.attempt('anna', '198.51.100.7').succeeded()
  expect(guess(guesses, 'anna', '203.0.113.1')).toBe(0) // the success opened the name for everybody
})

test('a later account of the same name inherits no address', () => {
  const guesses = new Guesses(() => 0)
  guesses.remember('anna', '198.51.100.7')
  guesses.forget('anna')
  guessTimes(guesses, 5, (i) => ({ name: 'anna', from: `10.1.1.${i}` }))
  expect(guess(guesses, 'anna', '198.51.100.7')).toBe(1)
})

test('whatever others do elsewhere, the owner is never delayed, and nobody longer than five minutes', () => {
  const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1', '2001:db8:0:1::1', 'local')
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ name: fc.constantFrom('anna', 'bert', 'nobody', '<x>'), from: address }) },
    { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 0, max: 400_000 }) }) },
    { weight: 1, arbitrary: fc.constant({ owner: true } as const) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let now = 0
      const guesses = new Guesses(() => now)
      guesses.remember('anna', '198.51.100.7')
      for (const each of steps) {
        if ('pass' in each) now += each.pass
        else if ('owner' in each) guesses.attempt('anna', '198.51.100.7').succeeded()
        else expect(guess(guesses, each.name, each.from)).toBeLessThanOrEqual(DELAY_MAX_MS / 1000)
      }
    }),
  )
})
