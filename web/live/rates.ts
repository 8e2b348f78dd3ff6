import type { ConnectionInfo } from '../../shared/connection.ts'

/** Counters of one connection as they stood at one moment. */
export interface Sample {
  /** Milliseconds, of the browser's clock. */
  readonly at: number
  readonly up: ConnectionInfo['up']
  readonly down: ConnectionInfo['down']
}

/** Rates are taken over this long. */
const WINDOW_MS = 5000

/** Adds the counters as of `at`, and drops those that no rate needs any more: all but the newest outside the window. */
export function addSample(samples: readonly Sample[], info: ConnectionInfo, at: number): readonly Sample[] {
  const firstInside = samples.findIndex((sample) => sample.at > at - WINDOW_MS)
  const from = firstInside === -1 ? samples.length - 1 : firstInside - 1
  return [...samples.slice(Math.max(from, 0)), { at, up: info.up, down: info.down }]
}

/** Messages and bytes per second each way over the window that ends `now`; a connection that is silent comes to 0. */
export function ratesOf(samples: readonly Sample[], now: number): { readonly up: number; readonly down: number } {
  const last = samples.at(-1)
  if (last === undefined) return { up: 0, down: 0 }
  const base = samples.findLast((sample) => sample.at <= now - WINDOW_MS) ?? samples[0]!
  const seconds = Math.max(now - Math.max(base.at, now - WINDOW_MS), 1000) / 1000
  return {
    up: Math.max(0, last.up.bytes - base.up.bytes) / seconds,
    down: Math.max(0, last.down.bytes - base.down.bytes) / seconds,
  }
}
