import { expect, it } from 'vitest'

import { Course, POINTS_MAX } from './course.ts'

const counters = (up: number, down = 0, toClient = 0) => ({
  up: { messages: 0, bytes: up },
  down: { messages: 0, bytes: down },
  queued: { toClient, toService: 0 },
})

it('needs two moments for a rate', () => {
  const course = new Course()
  course.add(0, counters(100))
  expect(course.points).toEqual([])
  course.add(1000, counters(300, 50, 7))
  expect(course.points).toEqual([{ at: 1000, up: 200, down: 50, toClient: 7, toService: 0 }])
})

it('reckons over two seconds, and comes to nothing when nothing moves', () => {
  const course = new Course()
  course.seed(0, 0, 0)
  for (const at of [1000, 2000, 3000, 4000, 5000, 6000]) course.add(at, counters(at <= 3000 ? at : 3000))
  expect(course.points.map(({ up }) => up)).toEqual([1000, 1000, 1000, 500, 0, 0])
})

it('spreads what came while nobody looked over that time', () => {
  const course = new Course()
  course.add(0, counters(0))
  course.add(1000, counters(0))
  course.add(61_000, counters(60_000))
  expect(course.points.at(-1)!.up).toBeCloseTo(1000)
})

it('keeps ten minutes', () => {
  const course = new Course()
  for (let second = 0; second <= POINTS_MAX + 10; second++) course.add(second * 1000, counters(0))
  expect(course.points).toHaveLength(POINTS_MAX)
  expect(course.points[0]!.at).toBe(11_000)
})
