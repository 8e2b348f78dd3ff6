import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { patternsDisjoint } from './cover.ts'
import { glob, globProblem } from './glob.ts'

const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', 'ab', 'aa', '.'), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''))
const text = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 8 }).map((parts) => parts.join(''))

/** What a pattern means, said with a regular expression. */
const meaning = (stars: string) =>
  new RegExp(`^${stars.replaceAll('.', String.raw`\.`).replaceAll(/\*+/g, '.*')}$`, 's')

test('a star is any text, everything else is itself', () => {
  fc.assert(
    fc.property(pattern, text, (stars, value) => {
      expect(glob(stars).test(value)).toBe(meaning(stars).test(value))
    }),
    { numRuns: 5000 },
  )
})

test.each([
  ['*ab*ba*', 'aba', false],
  ['*ab*ba*', 'abba', true],
  ['ab*ba', 'aba', false],
  ['*', '', true],
  ['a*', 'a/b/c', true],
  ['a.c', 'abc', false],
])('%s and %s: %s', (stars, value, matched) => {
  expect(glob(stars).test(value)).toBe(matched)
})

test('covers and disjoint are never wrong', () => {
  let [covers, disjoint] = [0, 0]
  fc.assert(
    fc.property(pattern, pattern, fc.array(text, { maxLength: 20 }), (one, two, values) => {
      const [a, b] = [glob(one), glob(two)]
      if (a.covers(two)) covers++
      if (patternsDisjoint(one, two)) disjoint++
      for (const value of [...values, two.replaceAll('*', ''), two.replaceAll('*', 'ab'), one.replaceAll('*', 'b')]) {
        if (a.covers(two) && b.test(value)) expect(a.test(value)).toBe(true)
        if (patternsDisjoint(one, two)) expect(a.test(value) && b.test(value)).toBe(false)
      }
    }),
    { numRuns: 2000 },
  )
  expect(covers).toBeGreaterThan(50)
  expect(disjoint).toBeGreaterThan(50)
})

describe('what no pattern is', () => {
  test.each(['', 'a b', 'a?', '[a]', '{a}', 'a\u200B', '\uD800', '*a'.repeat(9), 'x'.repeat(256)])('%j', (wrong) => {
    expect(globProblem(wrong)).toMatch(/\w/)
    expect(() => glob(wrong)).toThrow(RangeError)
  })
})

test('the worst pattern on the longest text', () => {
  const worst = glob(`${'*a'.repeat(7)}*${'ab'.repeat(100)}`)
  const began = performance.now()
  for (let round = 0; round < 10; round++) expect(worst.test('a'.repeat(1024 * 1024))).toBe(false)
  expect(performance.now() - began).toBeLessThan(5000)
})
