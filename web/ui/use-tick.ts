import { useSyncExternalStore } from 'react'

/** Relative times are renewed each so many milliseconds. */
const TICK_MS = 10_000

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** One timer for however many rows show a relative time. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time in milliseconds since 1970, renewed each ten seconds; never before what a component was given to show. */
export function useTick(): number {
  const tick = useSyncExternalStore(subscribe, () => now)
  return Math.max(tick, Date.now() - TICK_MS)
}
