import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { FakePolicy } from '../testing/fake-policy.ts'
import { FakeRegistry } from '../testing/fake-registry.ts'
import { EventStream } from './event-stream.ts'
import { Feed, feedLimits } from './feed.ts'
import { ResponseOutlet } from './response-outlet.ts'

/** The buffer of a response, emptied when a test says so. */
class FakeResponse extends EventEmitter {
  writes: string[] = []
  writableLength = 0
  destroyed = false
  ended = false

  write(text: string): boolean {
    this.writes.push(text)
    this.writableLength += text.length
    return this.writableLength < 16_384
  }

  take(bytes: number): void {
    this.writableLength -= bytes
    if (this.writableLength === 0) this.emit('drain')
  }

  end(): void {
    this.ended = true
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

let registry: FakeRegistry
let feed: Feed
let response: FakeResponse

beforeEach(() => {
  vi.useFakeTimers()
  registry = new FakeRegistry()
  const policy = new FakePolicy()
  feed = new Feed(
    { registry, services: () => [], onServices: () => () => {}, policy },
    { ...feedLimits, keptEvents: 20 },
  )
  response = new FakeResponse()
})

afterEach(() => {
  feed.close()
  vi.useRealTimers()
})

function open(): EventStream {
  return new EventStream(feed, new ResponseOutlet(response as unknown as ServerResponse), null, 1000)
}

/** Opens so many connections whose events have 100 kB each. */
function flood(count: number): void {
  for (let i = 0; i < count; i++) {
    registry.open(`c${i}`, { origin: 'x'.repeat(100_000) })
    vi.advanceTimersByTime(60)
  }
}

it('holds no more for a slow reader than the high-water mark and one event', () => {
  open()
  flood(15)
  expect(response.writableLength).toBeLessThan(256 * 1024 + 101_000)
  expect(response.writes.filter((text) => text.includes('event: opened')).length).toBe(3)
})

it('goes on with kept events when a slow reader has caught up', () => {
  open()
  flood(10)
  for (let round = 0; round < 10; round++) response.take(response.writableLength)
  const ids = response.writes.flatMap((text) => /"id":"(c\d+)"/.exec(text)?.[1] ?? [])
  expect(ids).toEqual(Array.from({ length: 10 }, (_, i) => `c${i}`))
})

it('goes on with a snapshot when those are gone', () => {
  open()
  flood(30)
  response.take(response.writableLength)
  expect(response.writes.at(-1)).toMatch(/^id: \d+\nevent: snapshot/)
})

it('cuts off a reader that takes nothing from one heartbeat to the next, and forgets it', () => {
  open()
  flood(5)
  vi.advanceTimersByTime(1000)
  expect(response.destroyed).toBe(false)
  response.take(1000)
  vi.advanceTimersByTime(1000)
  expect(response.destroyed).toBe(false)
  vi.advanceTimersByTime(1000)
  expect(response.destroyed).toBe(true)
  expect(feed.readers).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

it('leaves the feed when it is ended', () => {
  const stream = open()
  stream.end('closing')
  expect(response.ended).toBe(true)
  expect(feed.readers).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})
