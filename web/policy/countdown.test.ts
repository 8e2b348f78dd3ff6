import { expect, it } from 'vitest'

import { announcedAt, clockLeft } from './countdown.ts'

it.each([
  [0, '0:00'],
  [42, '0:42'],
  [725, '12:05'],
  [3600, '1:00:00'],
])('%i s is %s', (seconds, shown) => expect(clockLeft(seconds)).toBe(shown))

it('announces few moments', () => {
  const heard = new Set(Array.from({ length: 200 }, (_, i) => announcedAt(200 - i)))
  expect([...heard]).toEqual([Infinity, 60, 30, 10])
  expect(announcedAt(0)).toBeNull()
})
