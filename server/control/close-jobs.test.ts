import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { CloseJobs, JOBS_MAX } from './close-jobs.ts'
import type { Closed } from './close-jobs.ts'

let jobs: CloseJobs
let closed: string[]
const done = vi.fn<(result: Closed) => void>()

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

function start(count: number, perSecond: number, close = (id: string) => closed.push(id) > 0): string | null {
  return jobs.start({ by: 'anna', ids: ids(count), perSecond, close, done })
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
  expect(done.mock.calls).toEqual([[{ closed: 100, left: 0, stoppedBy: null }]])
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
  expect(done).toHaveBeenCalledWith({ closed: 3, left: 0, stoppedBy: null })
})

it('is done at once with nothing to close', () => {
  expect(start(0, 1)).toBeNull()
  expect(done).toHaveBeenCalledWith({ closed: 0, left: 0, stoppedBy: null })
  expect(jobs.list()).toEqual([])
})

it('leaves the rest open when it is ended', () => {
  start(10, 1)
  jobs.close()
  vi.advanceTimersByTime(60_000)
  expect(closed).toEqual(['c0'])
  expect(done.mock.calls).toEqual([[{ closed: 1, left: 9, stoppedBy: null }]])
})

it('is full with so many, until one is done', () => {
  start(2, 1)
  for (let i = 1; i < JOBS_MAX; i++) start(100, 1)
  expect(jobs.full).toBe(true)
  vi.advanceTimersByTime(1000)
  expect(jobs.full).toBe(false)
})

it('tells what runs, oldest first, and how far it is', () => {
  const now = Date.now()
  const first = start(11, 2)
  vi.advanceTimersByTime(1000)
  const second = start(2, 0.1)
  expect(jobs.list()).toEqual([
    { id: first, by: 'anna', startedAt: now, total: 11, done: 3, endsAt: now + 5000 },
    { id: second, by: 'anna', startedAt: now + 1000, total: 2, done: 1, endsAt: now + 11_000 },
  ])
  vi.advanceTimersByTime(4000)
  expect(jobs.list().map(({ id }) => id)).toEqual([second])
})

it('leaves the rest open when somebody stops it, once', () => {
  const id = start(10, 1)!
  const other = start(10, 1)
  expect(jobs.stop(id, 'ben')).toMatchObject({ id, total: 10, done: 1 })
  expect(jobs.stop(id, 'ben')).toBeNull()
  expect(done.mock.calls).toEqual([[{ closed: 1, left: 9, stoppedBy: 'ben' }]])
  expect(jobs.list().map((job) => job.id)).toEqual([other])
})
