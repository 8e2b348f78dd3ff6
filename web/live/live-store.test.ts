import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { connectionInfo } from '../testing/connection-info.ts'
import { policyState } from '../testing/policy-state.ts'
import { LiveStore } from './live-store.ts'
import { ratesOf, SAMPLES_MAX } from './rates.ts'

const snapshot = (seq: number, ...ids: string[]) => ({
  type: 'snapshot' as const,
  seq,
  open: ids.map((id, i) => connectionInfo(id, { openedAt: 1000 + i })),
  recent: [],
  services: [],
  policy: policyState(),
})
const opened = (seq: number, id: string) => ({ type: 'opened' as const, seq, connection: connectionInfo(id) })
const closed = (seq: number, id: string) => ({
  type: 'closed' as const,
  seq,
  connection: connectionInfo(id, { state: 'closed' }),
})
const traffic = (seq: number, id: string, bytes: number) => ({
  type: 'traffic' as const,
  seq,
  connections: [connectionInfo(id, { up: { messages: bytes / 10, bytes } })],
})

let store: LiveStore

beforeEach(() => {
  vi.useFakeTimers()
  store = new LiveStore()
})

afterEach(() => {
  vi.useRealTimers()
})

function shown() {
  vi.advanceTimersByTime(300)
  const { open, closed: ended, refused } = store.getState()
  const ids = (rows: typeof open) => rows.map(({ info }) => info.id)
  return { open: ids(open), closed: ids(ended), refused: ids(refused) }
}

describe('LiveStore', () => {
  it('folds changes into the snapshot, newest first', () => {
    store.apply(snapshot(5, 'a', 'b'), 0)
    expect(store.apply(opened(6, 'c'), 0)).toBe(true)
    expect(store.apply(closed(7, 'a'), 0)).toBe(true)
    const refused = { type: 'refused' as const, seq: 8, connection: connectionInfo('x', { state: 'refused' }) }
    expect(store.apply(refused, 0)).toBe(true)
    expect(shown()).toEqual({ open: ['c', 'b'], closed: ['a'], refused: ['x'] })
    expect(store.getState().perService).toEqual(new Map([['pong', 2]]))
  })

  it('knows the rules in force, from the snapshot and after each change', () => {
    expect(store.getState().policy).toBeNull()
    store.apply(snapshot(1), 0)
    const pending = { version: 13, revertTo: 12, deadline: 60_000 }
    store.apply({ type: 'policy', seq: 2, policy: policyState({ pending }) }, 0)
    shown()
    expect(store.getState().policy).toMatchObject({ current: { version: 12 }, pending })
    store.apply({ type: 'policy', seq: 3, policy: policyState() }, 0)
    shown()
    expect(store.getState().policy?.pending).toBeNull()
  })

  it('keeps its place when counters change', () => {
    store.apply(snapshot(1, 'a', 'b', 'c'), 0)
    store.apply(traffic(2, 'b', 50), 0)
    expect(shown().open).toEqual(['c', 'b', 'a'])
    expect(store.find('b')?.info.up.bytes).toBe(50)
  })

  it('takes no harm from an event that comes twice', () => {
    store.apply(snapshot(1, 'a'), 0)
    store.apply(opened(2, 'b'), 0)
    store.apply(closed(3, 'b'), 0)
    expect(store.apply(opened(2, 'b'), 0)).toBe(true)
    expect(shown()).toMatchObject({ open: ['a'], closed: ['b'] })
    expect(store.seq).toBe(3)
  })

  it('asks for a snapshot when an event is missing, and shows the old lists meanwhile', () => {
    store.apply(snapshot(1, 'a'), 0)
    expect(store.apply(opened(3, 'c'), 0)).toBe(false)
    expect(store.seq).toBeNull()
    expect(store.apply(opened(4, 'd'), 0)).toBe(false)
    expect(shown().open).toEqual(['a'])
    expect(store.apply(snapshot(4, 'b', 'c', 'd'), 0)).toBe(true)
    expect(shown().open).toEqual(['d', 'c', 'b'])
    expect(store.seq).toBe(4)
  })

  it('takes no change before the first snapshot', () => {
    expect(store.apply(opened(1, 'a'), 0)).toBe(false)
    expect(store.getState().loaded).toBe(false)
  })

  it('ignores counters of a connection that has ended', () => {
    store.apply(snapshot(1, 'a'), 0)
    store.apply(closed(2, 'a'), 0)
    store.apply(traffic(3, 'a', 99), 0)
    expect(shown()).toMatchObject({ open: [], closed: ['a'] })
  })

  it('renders at most four times a second, and the link at once', () => {
    const listener = vi.fn<() => void>()
    store.subscribe(listener)
    store.apply(snapshot(0), 0)
    for (let seq = 1; seq <= 1000; seq++) {
      store.apply(opened(seq, `c${seq}`), 0)
      vi.advanceTimersByTime(1)
    }
    expect(listener.mock.calls.length).toBeLessThanOrEqual(4)
    store.setLink({ type: 'lost', since: 0 })
    expect(store.getState().link.type).toBe('lost')
  })

  it('gives a changed connection a new row and leaves the others theirs', () => {
    store.apply(snapshot(1, 'a', 'b'), 0)
    const [a, b] = [store.find('a'), store.find('b')]
    store.apply(traffic(2, 'a', 10), 0)
    expect(store.find('a')).not.toBe(a)
    expect(store.find('b')).toBe(b)
  })

  it('reckons rates over five seconds; a snapshot in between does not count as traffic', () => {
    store.apply(snapshot(0, 'a'), 0)
    for (let s = 1; s <= 10; s++) store.apply(traffic(s, 'a', s * 1000), s * 1000)
    const { samples } = store.find('a')!
    expect(ratesOf(samples, 10_000).up).toBe(1000)
    expect(ratesOf(samples, 12_500).up).toBeCloseTo(600, -2)
    expect(ratesOf(samples, 16_000).up).toBe(0)
    expect(samples.length).toBeLessThan(8)
    store.tick()
    store.apply({ ...snapshot(20), open: [connectionInfo('a', { up: { messages: 9999, bytes: 9_999_999 } })] }, 11_000)
    store.tick()
    expect(store.getState().history.bytes.at(-1) ?? 0).toBe(0)
  })

  it('remembers only so many that have ended', () => {
    store.apply(snapshot(0), 0)
    for (let i = 1; i <= 1500; i++) {
      store.apply({ type: 'refused', seq: i, connection: connectionInfo(`r${i}`, { state: 'refused' }) }, 0)
    }
    expect(shown().refused).toHaveLength(1000)
    expect(shown().refused[0]).toBe('r1500')
  })

  it('keeps lists and counts that did not change', () => {
    store.apply(snapshot(1, 'a', 'b'), 0)
    shown()
    const before = store.getState()
    store.apply({ type: 'services', seq: 2, services: [] }, 0)
    store.apply({ type: 'refused', seq: 3, connection: connectionInfo('x', { state: 'refused' }) }, 0)
    shown()
    const { open, closed: ended, refused, perService } = store.getState()
    expect([open, ended, perService]).toEqual([before.open, before.closed, before.perService])
    expect(open).toBe(before.open)
    expect(ended).toBe(before.closed)
    expect(perService).toBe(before.perService)
    expect(refused).not.toBe(before.refused)
  })

  it('counts open connections by service as they come and go', () => {
    store.apply(snapshot(1, 'a'), 0)
    store.apply({ ...opened(2, 'b'), connection: connectionInfo('b', { service: 'clock' }) }, 0)
    shown()
    expect(store.getState().perService).toEqual(
      new Map([
        ['pong', 1],
        ['clock', 1],
      ]),
    )
    store.apply(closed(3, 'a'), 0)
    store.apply(closed(4, 'never-seen'), 0)
    shown()
    expect(store.getState().perService).toEqual(new Map([['clock', 1]]))
  })

  it('counts what is news, not what a snapshot brings', () => {
    store.apply(snapshot(1, 'a', 'b'), 0)
    store.apply(opened(2, 'c'), 0)
    store.apply({ type: 'refused', seq: 3, connection: connectionInfo('x', { state: 'refused' }) }, 0)
    store.apply(snapshot(9, 'a', 'b', 'c', 'd'), 0)
    shown()
    expect(store.getState().news).toEqual({ opened: 1, refused: 1 })
  })

  it('does not grow while connections come, talk and go', () => {
    store.apply(snapshot(0), 0)
    let seq = 0
    for (let i = 0; i < 5000; i++) {
      store.apply(opened(++seq, `c${i}`), i * 100)
      for (let j = 1; j <= 3; j++) store.apply(traffic(++seq, `c${i}`, j * 10), i * 100 + j * 30)
      if (i >= 10) store.apply(closed(++seq, `c${i - 10}`), i * 100)
    }
    for (let j = 1; j <= 500; j++) store.apply(traffic(++seq, 'c4999', 30 + j), 500_000 + j * 20)
    for (let i = 0; i < 200; i++) store.tick()
    shown()
    const { open, closed: ended, history } = store.getState()
    expect([open.length, ended.length, history.open.length]).toEqual([10, 1000, 90])
    expect(store.find('c4999')!.samples.length).toBeLessThanOrEqual(SAMPLES_MAX)
    expect(ended.every(({ samples }) => samples.length === 0)).toBe(true)
  })
})
