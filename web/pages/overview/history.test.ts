import { expect, it } from 'vitest'

import { continued } from './history.ts'

const course = { points: [1, 2, 3], stepMs: 5000, at: 100_000 }

it('goes on by whole steps, the oldest points leaving', () => {
  const seconds = [9, 9, 4, 4, 4, 4, 5, 6, 6, 6, 6, 7, 8]
  expect(continued(course, seconds, 111_400, 'last')).toEqual([3, 5, 7])
  expect(continued(course, seconds, 111_400, 'sum')).toEqual([3, 4 + 4 + 4 + 4 + 5, 6 * 4 + 7])
})

it('adds nothing before a step is over', () => {
  expect(continued(course, [5, 5, 5, 5], 104_900, 'last')).toEqual([1, 2, 3])
})

it('takes what there is after a gap, and a clock that goes backwards', () => {
  expect(continued(course, [5, 5, 5, 5, 6], 900_000, 'last')).toEqual([2, 3, 6])
  expect(continued(course, [5, 5], 1, 'sum')).toEqual([1, 2, 3])
})
