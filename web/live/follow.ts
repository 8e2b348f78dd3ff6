import type { FeedEvent } from '../../shared/connection.ts'
import { ApiFailure, getJson } from '../api/client.ts'
import type { Link, LiveStore } from './live-store.ts'

/** Without an event for this long the feed is opened anew, as a browser can't see whether a silent one is still there. */
const SILENCE_MS = 35_000
const RETRY_MIN_MS = 500
const RETRY_MAX_MS = 5000

/** How a feed ended: by its peer or a fault, for want of news, because events are missing, or before it began. */
type End = 'ended' | 'silent' | 'gap' | 'refused'

/** What the gateway is reached by; tests have others. */
export interface Line {
  /** Opens the feed behind event number `after`; null for a new reader. */
  readonly open: (after: number | null) => WebSocket
  /**
   * Any request: a browser does not tell why a WebSocket was refused, but the API tells the same.
   * @throws ApiFailure when nobody is signed in, or may not look; anything else when nobody answers
   */
  readonly ask: () => Promise<unknown>
}

const line: Line = {
  open: (after) => {
    const url = new URL('/api/v1/events', window.location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    if (after !== null) url.searchParams.set('after', String(after))
    return new WebSocket(url)
  },
  ask: () => getJson('/status'),
}

/**
 * Keeps `store` fed for as long as the page is visible: reads the live feed, comes back after a loss (with the number
 * of the last event, so that nothing is missed), and starts over from a snapshot when events are missing. A hidden
 * page reads nothing. Returns the way to stop.
 */
export function follow(store: LiveStore, { open, ask }: Line = line): () => void {
  let round: AbortController | null = null

  const start = () => {
    if (round !== null || document.visibilityState === 'hidden') return
    round = new AbortController()
    void keepReading(store, { open, ask }, round.signal)
  }
  const stop = () => {
    round?.abort()
    round = null
  }
  const onVisibility = () => (document.visibilityState === 'hidden' ? stop() : start())
  document.addEventListener('visibilitychange', onVisibility)
  const ticker = setInterval(() => {
    if (round !== null && store.getState().link.type === 'live') store.tick()
  }, 1000)
  start()
  return () => {
    stop()
    clearInterval(ticker)
    document.removeEventListener('visibilitychange', onVisibility)
  }
}

async function keepReading(store: LiveStore, { open, ask }: Line, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const end = await readOnce(store, open, signal)
    if (signal.aborted) return
    failures = end === 'refused' ? failures + 1 : 0
    const link = await linkAfter(end, store.heardAt, ask)
    if (signal.aborted) return
    if (link !== null) store.setLink(link)
    if (end === 'silent') continue
    const longest = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** failures)
    await pause(longest * (0.75 + Math.random() / 4), signal)
  }
}

/**
 * What the end of a feed means for the link; null when it only has to be opened again, or when nobody is signed in,
 * which is the session's to say.
 */
async function linkAfter(end: End, since: number, ask: Line['ask']): Promise<Link | null> {
  if (end === 'gap' || end === 'silent') return null
  if (end === 'ended') return { type: 'lost', since }
  try {
    await ask()
  } catch (error) {
    if (error instanceof ApiFailure && error.problem.status === 401) return null
    if (error instanceof ApiFailure && error.problem.status === 403) return { type: 'denied', problem: error.problem }
  }
  return { type: 'lost', since }
}

/** Reads one feed to its end, or until events are missing, or none come. */
function readOnce(store: LiveStore, open: Line['open'], signal: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    const socket = open(store.seq)
    const listening = new AbortController()
    const whileOpen = { signal: listening.signal }
    let opened = false
    let silence: ReturnType<typeof setTimeout>
    const finish = (end: End) => {
      clearTimeout(silence)
      signal.removeEventListener('abort', abort)
      listening.abort()
      socket.close()
      resolve(end)
    }
    const abort = () => finish('ended')
    const heard = () => {
      clearTimeout(silence)
      silence = setTimeout(() => finish(opened ? 'silent' : 'refused'), SILENCE_MS)
      if (opened) store.heard(Date.now())
    }
    const live = () => {
      if (store.getState().link.type !== 'live' && store.seq !== null) store.setLink({ type: 'live' })
    }
    signal.addEventListener('abort', abort)
    heard()
    const onOpen = () => {
      opened = true
      heard()
      live() // behind a number that the gateway has there may be nothing to say
    }
    const onMessage = ({ data }: MessageEvent<string>) => {
      heard()
      if (!store.apply(JSON.parse(data) as FeedEvent, Date.now())) return finish('gap')
      live()
    }
    socket.addEventListener('open', onOpen, whileOpen)
    socket.addEventListener('message', onMessage, whileOpen)
    socket.addEventListener('close', () => finish(opened ? 'ended' : 'refused'), whileOpen)
  })
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
