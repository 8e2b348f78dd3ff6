import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'

import type { Draft, DraftNote } from '../../shared/dashboard.ts'
import { StoreError } from '../store/store.ts'
import type { DraftStore } from '../store/store.ts'
import { policy, rule } from '../testing/store.ts'
import { Drafts } from './drafts.ts'

/** Keeps them in memory; `broken` makes every write fail. */
class MemoryDrafts implements DraftStore {
  readonly kept = new Map<string, Draft>()
  broken = false

  list(): DraftNote[] {
    return [...this.kept].map(([user, { base, savedAt }]) => ({ user, base, savedAt }))
  }

  get(user: string): Draft | null {
    return this.kept.get(user) ?? null
  }

  save(user: string, draft: Draft): void {
    if (this.broken) throw new StoreError('the disk is full')
    this.kept.set(user, draft)
  }

  delete(user: string): void {
    if (this.broken) throw new StoreError('the disk is full')
    this.kept.delete(user)
  }
}

const START = 1_800_000_000_000
const document = policy(rule('a'))
const told = vi.fn<() => void>()
let store: MemoryDrafts

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  told.mockReset()
  store = new MemoryDrafts()
})

afterEach(() => void vi.useRealTimers())

function open(): Drafts {
  const drafts = new Drafts(store)
  onTestFinished(() => drafts.close())
  drafts.onChange(told)
  return drafts
}

test('each name has one, with the time when it was saved', () => {
  const drafts = open()
  expect(drafts.of('anna')).toBeNull()
  expect(drafts.save('ben', 3, document)).toEqual({ base: 3, savedAt: START, document })
  vi.advanceTimersByTime(10)
  drafts.save('anna', 4, policy())
  expect(drafts.of('ben')).toEqual({ base: 3, savedAt: START, document })
  expect(drafts.notes()).toEqual([
    { user: 'anna', base: 4, savedAt: START + 10 },
    { user: 'ben', base: 3, savedAt: START },
  ])
  drafts.discard('ben')
  expect(drafts.of('ben')).toBeNull()
  expect([...store.kept.keys()]).toEqual(['anna'])
})

test('those that are kept already are known', () => {
  store.save('anna', { base: 7, savedAt: 5, document })
  const drafts = open()
  expect(drafts.notes()).toEqual([{ user: 'anna', base: 7, savedAt: 5 }])
  expect(drafts.of('anna')).toEqual({ base: 7, savedAt: 5, document })
})

test('tells at once when one appears, gets another base, or goes', () => {
  const drafts = open()
  drafts.save('anna', 1, document)
  expect(told).toHaveBeenCalledTimes(1)
  drafts.save('anna', 2, document)
  expect(told).toHaveBeenCalledTimes(2)
  drafts.discard('anna')
  drafts.discard('anna')
  expect(told).toHaveBeenCalledTimes(3)
  drafts.save('anna', 2, document)
  drafts.forget('anna')
  drafts.forget('anna')
  expect(told).toHaveBeenCalledTimes(5)
  expect(drafts.notes()).toEqual([])
})

test('tells at most once a second that one was saved again', () => {
  const drafts = open()
  drafts.save('anna', 1, document)
  for (let at = 0; at < 9; at++) {
    drafts.save('anna', 1, document)
    vi.advanceTimersByTime(100)
  }
  expect(told).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(100)
  expect(told).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(10_000)
  expect(told).toHaveBeenCalledTimes(2)
  expect(drafts.notes()[0]!.savedAt).toBe(START + 800)
  drafts.save('anna', 1, document)
  vi.advanceTimersByTime(1000)
  expect(told).toHaveBeenCalledTimes(3)
})

test('what is told at once needs not be told again', () => {
  const drafts = open()
  drafts.save('anna', 1, document)
  drafts.save('anna', 1, document)
  drafts.save('ben', 1, document)
  expect(told).toHaveBeenCalledTimes(2)
  expect(vi.getTimerCount()).toBe(0)
})

test('nothing is told or forgotten when the store fails', () => {
  const drafts = open()
  drafts.save('anna', 1, document)
  store.broken = true
  expect(() => drafts.save('anna', 2, policy())).toThrow(StoreError)
  expect(() => drafts.discard('anna')).toThrow(StoreError)
  expect(drafts.notes()).toEqual([{ user: 'anna', base: 1, savedAt: START }])
  expect(drafts.of('anna')?.document).toEqual(document)
  expect(told).toHaveBeenCalledTimes(1)
})

test('nothing is left to do once it is closed', () => {
  const drafts = open()
  drafts.save('anna', 1, document)
  drafts.save('anna', 1, document)
  drafts.close()
  expect(vi.getTimerCount()).toBe(0)
})
