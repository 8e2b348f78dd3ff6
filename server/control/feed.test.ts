import { afterEach, describe, expect, it, vi } from 'vitest'

import type { FeedEvent, ServiceInfo } from '../../shared/connection.ts'
import { FakePolicy } from '../testing/fake-policy.ts'
import { FakeRegistry } from '../testing/fake-registry.ts'
import { Feed, feedLimits } from './feed.ts'
import type { FeedLimits } from './feed.ts'
import type { EventText } from './outlet.ts'

const services = [
  {
    name: 'pong',
    target: 'unix:pong',
    codec: 'libipc',
    from: 'discovered',
    connections: 0,
    lastError: null,
    state: 'unknown',
    since: 0,
  },
] as const

// Here, so that a test that fails takes no other with it.
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function start(limits: Partial<FeedLimits> = {}) {
  const registry = new FakeRegistry()
  let tellServices: (() => void) | null = null
  const onServices = (cb: () => void) => {
    tellServices = cb
    return () => {}
  }
  const policy = new FakePolicy()
  const feed = new Feed({ registry, services: () => [...services], onServices, policy }, { ...feedLimits, ...limits })
  return { registry, feed, policy, tellServices: () => tellServices?.() }
}

function parse(text: EventText | null): FeedEvent {
  const event = JSON.parse(text!.json) as FeedEvent
  expect(event).toMatchObject({ type: text!.type, seq: text!.seq })
  return event
}

describe('Feed', () => {
  it('numbers changes one by one, behind the snapshot that holds what was before', () => {
    const { registry, feed, policy, tellServices } = start()
    registry.open('a')
    const snapshot = feed.snapshot()
    const { seq } = snapshot
    registry.open('b')
    registry.end('a')
    tellServices()
    policy.commit()
    expect(parse(snapshot)).toMatchObject({
      type: 'snapshot',
      seq,
      open: [{ id: 'a' }],
      recent: [],
      services,
      policy: { current: { version: 1 } },
    })
    expect(parse(feed.after(seq))).toMatchObject({ type: 'opened', seq: seq + 1, connection: { id: 'b' } })
    expect(parse(feed.after(seq + 1))).toMatchObject({ type: 'closed', seq: seq + 2, connection: { id: 'a' } })
    expect(parse(feed.after(seq + 2))).toMatchObject({ type: 'services', seq: seq + 3 })
    expect(parse(feed.after(seq + 3))).toMatchObject({ type: 'policy', policy: { current: { version: 2 } } })
    expect(feed.after(seq + 4)).toBeNull()
    feed.close()
  })

  it('writes an event and a snapshot once, whoever reads them', () => {
    const { registry, feed } = start()
    registry.open('a')
    const stringify = vi.spyOn(JSON, 'stringify')
    expect(feed.after(feed.seq - 1)).toBe(feed.after(feed.seq - 1))
    expect(feed.snapshot()).toBe(feed.snapshot())
    expect(stringify).toHaveBeenCalledTimes(2)
    feed.close()
  })

  it('takes a new snapshot after a change', () => {
    const { registry, feed } = start()
    const before = feed.snapshot()
    registry.open('a')
    expect(parse(feed.snapshot())).toMatchObject({ seq: before.seq + 1, open: [{ id: 'a' }] })
    feed.close()
  })

  it('keeps only so many events', () => {
    const { registry, feed } = start({ keptEvents: 3 })
    const { seq } = feed
    for (const id of ['a', 'b', 'c', 'd']) registry.open(id)
    expect(feed.reaches(seq)).toBe(false)
    expect(feed.after(seq)).toBeNull()
    expect(feed.reaches(seq + 1)).toBe(true)
    expect(parse(feed.after(seq + 1))).toMatchObject({ connection: { id: 'b' } })
    expect(feed.reaches(feed.seq + 1)).toBe(false)
    feed.close()
  })

  it('keeps only so many bytes, and the newest whatever its size', () => {
    const { registry, feed } = start({ keptBytes: 1000 })
    const { seq } = feed
    registry.open('a', { origin: 'x'.repeat(900) })
    expect(parse(feed.after(seq))).toMatchObject({ connection: { id: 'a' } })
    registry.open('b', { origin: 'x'.repeat(900) })
    expect(parse(feed.after(seq + 1))).toMatchObject({ connection: { id: 'b' } })
    expect(feed.reaches(seq)).toBe(false)
    expect(feed.reaches(seq + 1)).toBe(true)
    feed.close()
  })

  it('asks for traffic only while somebody reads, once per period, and tells only of what changed', () => {
    vi.useFakeTimers()
    const { registry, feed } = start()
    const traffic = vi.spyOn(registry, 'traffic')
    registry.open('a')
    registry.open('b')
    vi.advanceTimersByTime(5000)
    expect(traffic).not.toHaveBeenCalled()

    const wake = vi.fn<() => void>()
    const leave = feed.join({ wake })
    registry.move('b', 3)
    vi.advanceTimersByTime(1100)
    expect(traffic).toHaveBeenCalledTimes(1)
    expect(wake).toHaveBeenCalledTimes(1)
    expect(parse(feed.after(feed.seq - 1))).toMatchObject({ type: 'traffic', connections: [{ id: 'b' }] })
    vi.advanceTimersByTime(3000)
    expect(wake).toHaveBeenCalledTimes(1)

    leave()
    vi.advanceTimersByTime(5000)
    expect(traffic).toHaveBeenCalledTimes(4)
    feed.close()
  })

  it('tells of services when their counts or errors differ, at most once per period', () => {
    vi.useFakeTimers()
    const list: ServiceInfo[] = [{ ...services[0] }]
    const registry = new FakeRegistry()
    const feed = new Feed(
      { registry, services: () => [...list], onServices: () => () => {}, policy: new FakePolicy() },
      feedLimits,
    )
    feed.snapshot()
    feed.join({ wake: () => {} })
    for (const id of ['a', 'b', 'c']) registry.open(id)
    list[0] = { ...services[0], connections: 3, lastError: 'nobody listens there' }
    const { seq } = feed
    vi.advanceTimersByTime(1000)
    expect(parse(feed.after(seq))).toMatchObject({ type: 'services', services: list })
    expect(feed.seq).toBe(seq + 1)
    registry.end('a') // and nothing about its service is different
    vi.advanceTimersByTime(3000)
    expect(feed.seq).toBe(seq + 2)
    feed.close()
  })

  it('tells a reader who comes back what changed for services while nobody read', () => {
    vi.useFakeTimers()
    const list: ServiceInfo[] = [{ ...services[0] }]
    const registry = new FakeRegistry()
    const feed = new Feed(
      { registry, services: () => [...list], onServices: () => () => {}, policy: new FakePolicy() },
      feedLimits,
    )
    feed.snapshot()
    registry.open('a')
    list[0] = { ...services[0], connections: 1 }
    vi.advanceTimersByTime(3000)
    const { seq } = feed
    feed.join({ wake: () => {} })
    vi.advanceTimersByTime(1000)
    expect(parse(feed.after(seq))).toMatchObject({ type: 'services', services: [{ connections: 1 }] })
    feed.close()
  })

  it('lets no reader keep a list that was true for a moment only', () => {
    vi.useFakeTimers()
    const list: ServiceInfo[] = [{ ...services[0] }]
    const registry = new FakeRegistry()
    const feed = new Feed(
      { registry, services: () => [...list], onServices: () => () => {}, policy: new FakePolicy() },
      feedLimits,
    )
    feed.snapshot()
    feed.join({ wake: () => {} })
    registry.open('a')
    list[0] = { ...services[0], connections: 1 }
    const snapshot = feed.snapshot()
    const { seq } = snapshot
    expect(parse(snapshot)).toMatchObject({ services: [{ connections: 1 }] })
    registry.end('a')
    list[0] = { ...services[0] }
    vi.advanceTimersByTime(1000)
    expect(parse(feed.after(seq + 1))).toMatchObject({ type: 'services', services: [{ connections: 0 }] })
    feed.close()
  })

  it('wakes its readers once for many changes', () => {
    vi.useFakeTimers()
    const { registry, feed } = start()
    const wake = vi.fn<() => void>()
    feed.join({ wake })
    for (let i = 0; i < 500; i++) registry.open(`c${i}`)
    vi.advanceTimersByTime(60)
    expect(wake).toHaveBeenCalledTimes(1)
    feed.close()
  })

  it('never reaches back before a restart', () => {
    const { feed } = start()
    const later = new Feed(
      { registry: new FakeRegistry(), services: () => [], onServices: () => () => {}, policy: new FakePolicy() },
      feedLimits,
      Date.now() + 1000,
    )
    expect(later.reaches(feed.seq)).toBe(false)
    feed.close()
    later.close()
  })

  it('lets go of its sources', () => {
    const { registry, feed, policy } = start()
    expect([registry.subscribers, policy.subscribers]).toEqual([1, 1])
    feed.close()
    expect([registry.subscribers, policy.subscribers]).toEqual([0, 0])
  })
})
