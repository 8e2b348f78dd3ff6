import type { FeedEvent } from '../../shared/connection.ts'
import { ApiFailure, request } from '../api/client.ts'
import type { Link, LiveStore } from './live-store.ts'
import { SseParser } from './sse-parser.ts'

/** The gateway sends at least a heartbeat each 15 s; without anything for this long it is gone. */
const SILENCE_MS = 35_000
const RETRY_MIN_MS = 500
const RETRY_MAX_MS = 5000

/** `fetch` and not `EventSource`: that one hides why it was refused, and when it tries again. */
type Open = (lastEventId: number | null, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>

async function openEvents(lastEventId: number | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers = lastEventId === null ? {} : { 'last-event-id': String(lastEventId) }
  const { body } = await request('/events', { headers, signal })
  if (body === null) throw new TypeError('The answer has no body')
  return body
}

/**
 * Keeps `store` fed for as long as the page is visible: reads the live feed, comes back after a loss (with the number
 * of the last event, so that nothing is missed), and starts over from a snapshot when events are missing. A hidden
 * page reads nothing. Returns the way to stop.
 */
export function follow(store: LiveStore, open: Open = openEvents): () => void {
  let round: AbortController | null = null

  const start = () => {
    if (round !== null || document.visibilityState === 'hidden') return
    round = new AbortController()
    void keepReading(store, open, round.signal)
  }
  const stop = () => {
    round?.abort()
    round = null
  }
  const onVisibility = () => (document.visibilityState === 'hidden' ? stop() : start())
  document.addEventListener('visibilitychange', onVisibility)
  const ticker = setInterval(() => {
    if (store.getState().link.type === 'live') store.tick()
  }, 1000)
  start()
  return () => {
    stop()
    clearInterval(ticker)
    document.removeEventListener('visibilitychange', onVisibility)
  }
}

async function keepReading(store: LiveStore, open: Open, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const before = store.heardAt
    const end = await readOnce(store, open, signal).catch((error: unknown) => error)
    if (signal.aborted) return
    failures = store.heardAt > before ? 0 : failures + 1
    const link = linkAfter(end, store.heardAt)
    if (link !== null) store.setLink(link)
    const longest = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** failures)
    await pause(longest * (0.75 + Math.random() / 4), signal)
  }
}

/**
 * What the end of a stream means for the link; null when it only has to be opened again, or when nobody is signed in,
 * which is the session's to say.
 */
function linkAfter(end: unknown, since: number): Link | null {
  if (end === 'gap') return null
  if (end instanceof ApiFailure && end.problem.status === 401) return null
  if (end instanceof ApiFailure && end.problem.status === 403) return { type: 'denied', problem: end.problem }
  return { type: 'lost', since }
}

/** Reads one stream to its end, or until events are missing. */
async function readOnce(store: LiveStore, open: Open, signal: AbortSignal): Promise<'ended' | 'gap'> {
  const attempt = new AbortController()
  const abort = () => attempt.abort()
  signal.addEventListener('abort', abort)
  let silence = setTimeout(abort, SILENCE_MS)
  try {
    const stream = await open(store.seq, attempt.signal)
    const reader = stream.getReader()
    const decoder = new TextDecoder()
    const parser = new SseParser()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return 'ended'
      clearTimeout(silence)
      silence = setTimeout(abort, SILENCE_MS)
      store.heard(Date.now())
      for (const data of parser.push(decoder.decode(value, { stream: true }))) {
        if (!store.apply(JSON.parse(data) as FeedEvent, Date.now())) return 'gap'
      }
      if (store.getState().link.type !== 'live' && store.seq !== null) store.setLink({ type: 'live' })
    }
  } finally {
    clearTimeout(silence)
    signal.removeEventListener('abort', abort)
    attempt.abort()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
