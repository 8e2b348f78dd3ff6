import type { ConnectionInfo } from '../../shared/connection.ts'

/** How a connection was at one moment. Rates are over the time since the point before. */
export interface Point {
  /** Milliseconds, of the browser's clock. */
  readonly at: number
  /** Bytes a second, client to service. */
  readonly up: number
  readonly down: number
  /** Bytes that wait in the gateway. */
  readonly toClient: number
  readonly toService: number
}

/** Ten minutes of one point a second. */
export const POINTS_MAX = 600
/** Each rate is over at least this long, in ms: counters come once a second, and two at once would look like a peak. */
const SMOOTH_MS = 2000

interface Counters {
  readonly at: number
  readonly up: number
  readonly down: number
}

/** The course of one connection since somebody looks at it. */
export class Course {
  #counters: Counters[] = []
  #points: readonly Point[] = []

  /** A new list whenever there is a new point. */
  get points(): readonly Point[] {
    return this.#points
  }

  /** Counters of before the first point, from which its rates are reckoned. */
  seed(at: number, up: number, down: number): void {
    this.#counters.push({ at, up, down })
  }

  add(at: number, info: Pick<ConnectionInfo, 'up' | 'down' | 'queued'>): void {
    const now: Counters = { at, up: info.up.bytes, down: info.down.bytes }
    const base = this.#counters.findLast((before) => before.at <= at - SMOOTH_MS) ?? this.#counters[0]
    this.#counters.push(now)
    // Kept as long as a rate may need them.
    const needed = this.#counters.findLastIndex((before) => before.at <= at - SMOOTH_MS)
    if (needed > 0) this.#counters = this.#counters.slice(needed)
    if (base === undefined || at <= base.at) return
    const seconds = (at - base.at) / 1000
    const point: Point = {
      at,
      up: Math.max(0, now.up - base.up) / seconds,
      down: Math.max(0, now.down - base.down) / seconds,
      toClient: info.queued.toClient,
      toService: info.queued.toService,
    }
    this.#points = [...this.#points, point].slice(-POINTS_MAX)
  }
}
