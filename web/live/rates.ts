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

/** Counters that come sooner than this after the last but one take the last one's place: they are sent once a second. */
const APART_MS = 900

/** Samples kept of one connection: those of the window, the last one before it, and the newest. */
export const SAMPLES_MAX = Math.ceil(WINDOW_MS / APART_MS) + 2

/** Adds the counters as of `at`, and drops those that no rate needs any more: all but the newest outside the window. */
export function addSample(samples: readonly Sample[], info: ConnectionInfo, at: number): readonly Sample[] {
  const sample = { at, up: info.up, down: info.down }
  const [first, second] = samples
  if (first === undefined) return [sample]
  const last = samples.at(-1)!
  if (second !== undefined && at - samples.at(-2)!.at < APART_MS) return [...samples.slice(0, -1), sample]
  if (last.at <= at - WINDOW_MS) return [last, sample]
  const firstInside = samples.findIndex((each) => each.at > at - WINDOW_MS)
  return [...samples.slice(Math.max(firstInside - 1, 0)), sample]
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
