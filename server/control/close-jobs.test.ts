import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { CloseJobs, JOBS_MAX } from './close-jobs.ts'

let jobs: CloseJobs
let closed: string[]
const done = vi.fn<(result: { closed: number; left: number }) => void>()

beforeEach(() => {
  vi.useFakeTimers()
  jobs = new CloseJobs()
  closed = []
  done.mockReset()
})

afterEach(() => {
  jobs.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const ids = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`)

function start(count: number, perSecond: number, close = (id: string) => closed.push(id) > 0): void {
  jobs.start({ ids: ids(count), perSecond, close, done })
}

it('closes so many a second, in order, each once', () => {
  start(100, 20)
  expect(closed).toEqual(['c0'])
  vi.advanceTimersByTime(1000)
  expect(closed).toHaveLength(21)
  vi.advanceTimersByTime(3000)
  expect(closed).toHaveLength(81)
  expect(done).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1000)
  expect(closed).toEqual(ids(100))
  expect(done.mock.calls).toEqual([[{ closed: 100, left: 0 }]])
})

it('closes less than one a second', () => {
  start(3, 0.5)
  vi.advanceTimersByTime(1900)
  expect(closed).toEqual(['c0'])
  vi.advanceTimersByTime(2100)
  expect(closed).toEqual(['c0', 'c1', 'c2'])
})

it('counts only those that it closed', () => {
  start(4, 1000, (id) => id !== 'c2')
  vi.advanceTimersByTime(100)
  expect(done).toHaveBeenCalledWith({ closed: 3, left: 0 })
})

it('is done at once with nothing to close', () => {
  start(0, 1)
  expect(done).toHaveBeenCalledWith({ closed: 0, left: 0 })
})

it('leaves the rest open when it is ended', () => {
  start(10, 1)
  jobs.close()
  vi.advanceTimersByTime(60_000)
  expect(closed).toEqual(['c0'])
  expect(done.mock.calls).toEqual([[{ closed: 1, left: 9 }]])
})

it('is full with so many, until one is done', () => {
  start(2, 1)
  for (let i = 1; i < JOBS_MAX; i++) start(100, 1)
  expect(jobs.full).toBe(true)
  vi.advanceTimersByTime(1000)
  expect(jobs.full).toBe(false)
})
