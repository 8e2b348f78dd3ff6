import { useSyncExternalStore } from 'react'

/** Relative times are renewed each so many milliseconds. */
const TICK_MS = 10_000

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** One timer for however many rows show a relative time. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) now = Date.now() // nobody has kept it
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

/** The time in milliseconds since 1970, renewed each ten seconds: a little older than what has just happened. */
export function useTick(): number {
  return useSyncExternalStore(subscribe, () => now)
}
