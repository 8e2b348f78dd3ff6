import { afterEach, beforeEach, expect, test } from 'vitest'

import { ClockWatch } from './clock-watch.ts'

let wall: number
let steady: number
let watch: ClockWatch

beforeEach(() => {
  wall = 1_700_000_000_000
  steady = 5000
  watch = new ClockWatch({ wall: () => wall, steady: () => steady })
})
afterEach(() => watch.close())

const pass = (ms: number, jump = 0) => {
  wall += ms + jump
  steady += ms
  watch.step()
}

test('a clock that runs, or drifts a little with each step, has not jumped', () => {
  for (let i = 0; i < 100; i++) pass(10_000, 1000)
  expect(watch.jumpMs).toBe(0)
})

test('a jump is told, forth or back, for an hour', () => {
  pass(10_000, 90_000)
  expect(watch.jumpMs).toBe(90_000)
  pass(10_000, -40_000)
  expect(watch.jumpMs).toBe(-40_000)
  pass(3_600_000)
  expect(watch.jumpMs).toBe(0)
})
