// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { FeedEvent } from '../../shared/connection.ts'
import { ApiFailure } from '../api/client.ts'
import { connectionInfo } from '../testing/connection-info.ts'
import { policyState } from '../testing/policy-state.ts'
import { follow } from './follow.ts'
import type { Line } from './follow.ts'
import { LiveStore } from './live-store.ts'

const snapshot = (seq: number): FeedEvent => ({
  type: 'snapshot',
  seq,
  open: [],
  recent: [],
  services: [],
  policy: policyState(),
})
const opened = (seq: number): FeedEvent => ({ type: 'opened', seq, connection: connectionInfo(`c${seq}`) })

/** A WebSocket as far as the page uses one. */
class FakeSocket extends EventTarget {
  closed = false

  close(): void {
    this.closed = true
  }
}

/** The gateway's end: each attempt to open the feed waits here for what the test does with it. */
class FakeGateway {
  readonly asked: (number | null)[] = []
  readonly sockets: FakeSocket[] = []
  /** What any request is answered with; it comes when the feed is refused, too. */
  refusal: Error | null = null
  /** Whether the feed is let in. */
  opens = true

  readonly line: Line = {
    open: (after) => {
      this.asked.push(after)
      const socket = new FakeSocket()
      this.sockets.push(socket)
      const answer = this.opens && this.refusal === null ? 'open' : 'close'
      void Promise.resolve().then(() => socket.dispatchEvent(new Event(answer)))
      return socket as unknown as WebSocket
    },
    ask: () => (this.refusal === null ? Promise.resolve() : Promise.reject(this.refusal)),
  }

  /** Resolves when the page has taken them in. */
  async send(...events: FeedEvent[]): Promise<void> {
    for (const event of events) {
      this.sockets.at(-1)?.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) }))
    }
    await vi.advanceTimersByTimeAsync(0)
  }

  async end(): Promise<void> {
    this.sockets.at(-1)?.dispatchEvent(new Event('close'))
    await vi.advanceTimersByTimeAsync(0)
  }
}

let store: LiveStore
let gateway: FakeGateway
let stop: () => void

beforeEach(async () => {
  vi.useFakeTimers()
  store = new LiveStore()
  gateway = new FakeGateway()
  stop = follow(store, gateway.line)
  await vi.advanceTimersByTimeAsync(0)
})

afterEach(() => {
  stop()
  vi.useRealTimers()
})

const link = () => store.getState().link.type

it('is live with the first snapshot', async () => {
  expect(link()).toBe('connecting')
  await gateway.send(snapshot(1), opened(2))
  expect(link()).toBe('live')
  expect(store.seq).toBe(2)
})

it('comes back by itself, with the number of the last event', async () => {
  await gateway.send(snapshot(1), opened(2))
  await gateway.end()
  expect(link()).toBe('lost')
  await vi.advanceTimersByTimeAsync(1000)
  expect(gateway.asked).toEqual([null, 2])
  await gateway.send(opened(3))
  expect(link()).toBe('live')
  expect(store.seq).toBe(3)
})

it('keeps trying, ever more slowly, up to five seconds', async () => {
  gateway.refusal = new TypeError('fetch failed')
  await gateway.end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(link()).toBe('lost')
  expect(gateway.asked.length).toBeGreaterThanOrEqual(12)
  expect(gateway.asked.length).toBeLessThan(25)
})

it('starts over from a snapshot when an event is missing', async () => {
  await gateway.send(snapshot(1), opened(5))
  await vi.advanceTimersByTimeAsync(1000)
  expect(gateway.asked).toEqual([null, null])
  await gateway.send(snapshot(5))
  expect(store.seq).toBe(5)
})

it('is live again at once when nothing happened meanwhile', async () => {
  await gateway.send(snapshot(1))
  await gateway.end()
  expect(link()).toBe('lost')
  await vi.advanceTimersByTimeAsync(1000)
  expect(gateway.asked).toEqual([null, 1])
  expect(link()).toBe('live')
})

it('opens a silent feed anew, and shows nothing of it while that works', async () => {
  await gateway.send(snapshot(1))
  const seen: string[] = []
  store.subscribe(() => seen.push(link()))
  await vi.advanceTimersByTimeAsync(36_000)
  expect(gateway.asked).toEqual([null, 1])
  expect(gateway.sockets[0]!.closed).toBe(true)
  expect(new Set(seen)).toEqual(new Set(['live']))
  await gateway.send(opened(2))
  expect(store.seq).toBe(2)
})

it('takes silence for a loss when the gateway does not let it in again', async () => {
  await gateway.send(snapshot(1))
  gateway.refusal = new TypeError('fetch failed')
  await vi.advanceTimersByTimeAsync(36_000)
  expect(link()).toBe('lost')
})

it('gives an attempt up that leads nowhere', async () => {
  await gateway.send(snapshot(1))
  stop()
  const never = vi.fn<Line['open']>(() => new FakeSocket() as unknown as WebSocket)
  stop = follow(store, { ...gateway.line, open: never, ask: () => Promise.reject(new TypeError('fetch failed')) })
  await vi.advanceTimersByTimeAsync(36_000)
  expect(link()).toBe('lost')
  expect(never.mock.calls.length).toBeGreaterThan(1)
})

it('stays lost while the feed is refused, whatever else works', async () => {
  await gateway.send(snapshot(1))
  gateway.opens = false
  await gateway.end()
  await vi.advanceTimersByTimeAsync(3000)
  expect(link()).toBe('lost')
  gateway.opens = true
  await vi.advanceTimersByTimeAsync(6000)
  expect(link()).toBe('live')
})

it('says why it may not see anything', async () => {
  const problem = { type: '', title: '', status: 403, detail: 'no', code: 'policy-denied', requestId: '' }
  gateway.refusal = new ApiFailure(problem)
  await gateway.end()
  await vi.advanceTimersByTimeAsync(1000)
  expect(store.getState().link).toEqual({ type: 'denied', problem })
})

it('leaves it to the session to say that nobody is signed in', async () => {
  await gateway.send(snapshot(1))
  gateway.refusal = new ApiFailure({
    type: '',
    title: '',
    status: 401,
    detail: 'no',
    code: 'unauthenticated',
    requestId: '',
  })
  await gateway.end()
  await vi.advanceTimersByTimeAsync(1100)
  expect(gateway.asked).toEqual([null, 1])
  expect(link()).toBe('lost') // as the end of the stream left it
})

it('reads nothing while the page is hidden', async () => {
  await gateway.send(snapshot(1))
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(gateway.asked).toEqual([null])
  visibility.mockReturnValue('visible')
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(0)
  expect(gateway.asked).toEqual([null, 1])
  visibility.mockRestore()
})
