// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { FeedEvent } from '../../shared/connection.ts'
import { ApiFailure } from '../api/client.ts'
import { connectionInfo } from '../testing/connection-info.ts'
import { policyState } from '../testing/policy-state.ts'
import { follow } from './follow.ts'
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

/** The gateway's end: each call to `open` waits here for what the test does with it. */
class FakeGateway {
  readonly asked: (number | null)[] = []
  refusal: Error | null = null
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null

  readonly open = (lastEventId: number | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
    this.asked.push(lastEventId)
    signal.addEventListener('abort', () => this.#controller?.error(signal.reason))
    if (this.refusal !== null) return Promise.reject(this.refusal)
    return Promise.resolve(
      new ReadableStream<Uint8Array>({ start: (controller) => void (this.#controller = controller) }),
    )
  }

  /** Resolves when the page has taken them in. */
  async send(...events: FeedEvent[]): Promise<void> {
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
    this.#controller?.enqueue(new TextEncoder().encode(text))
    await vi.advanceTimersByTimeAsync(0)
  }

  async end(): Promise<void> {
    this.#controller?.close()
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
  stop = follow(store, gateway.open)
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

it('takes silence for a loss', async () => {
  await gateway.send(snapshot(1))
  await vi.advanceTimersByTimeAsync(36_000)
  expect(gateway.asked.length).toBeGreaterThan(1)
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
