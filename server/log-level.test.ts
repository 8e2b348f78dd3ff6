import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { LogLevel } from './log-level.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('goes back to what it would be by itself, also when that has changed meanwhile', () => {
  const log = { level: 'info' }
  let usual = 'info'
  const level = new LogLevel(log, () => usual)
  level.set('debug', 60_000)
  expect(level.state()).toEqual({ level: 'debug', restoresAt: Date.now() + 60_000 })
  vi.advanceTimersByTime(30_000)
  level.set('trace', 60_000)
  usual = 'warn'
  vi.advanceTimersByTime(59_999)
  expect(log.level).toBe('trace')
  vi.advanceTimersByTime(1)
  expect(level.state()).toEqual({ level: 'warn', restoresAt: null })
})
