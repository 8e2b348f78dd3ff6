import { randomBytes } from 'node:crypto'

import type { CloseJob } from '../../shared/dashboard.ts'

/** How often some are closed. */
const TICK_MS = 50

/** At most so many run at a time; each is a list of ids and a timer. */
export const JOBS_MAX = 8

export interface Closing {
  /** Who asked for it. */
  readonly by: string
  /** In the order in which they are closed. */
  readonly ids: readonly string[]
  readonly perSecond: number
  /** Closes one; false when it is not open any more. */
  close(id: string): boolean
  /** Called once: after the last one, or when it was ended before. */
  done(result: Closed): void
}

/** How a closing ended; `stoppedBy` is null when nobody stopped it. */
export interface Closed {
  readonly closed: number
  /** Left open. */
  readonly left: number
  readonly stoppedBy: string | null
}

interface Running {
  info(): CloseJob
  end(stoppedBy: string | null): void
}

/**
 * Closes many connections a few at a time, so that clients that come back do not all come at once. Owned by `app.ts`,
 * which calls `close`.
 */
export class CloseJobs {
  readonly #running = new Map<string, Running>()

  get full(): boolean {
    return this.#running.size >= JOBS_MAX
  }

  /** What runs, oldest first. */
  list(): CloseJob[] {
    return [...this.#running.values()].map((running) => running.info())
  }

  /**
   * The first ones are closed in this turn. Ask `full` before.
   * @returns its id; null when it is over already
   */
  start(closing: Closing): string | null {
    const { by, ids, perSecond } = closing
    const id = `close-${randomBytes(4).toString('hex')}`
    const [startedAt, clock] = [Date.now(), performance.now()]
    let next = 0
    let closed = 0
    const end = (stoppedBy: string | null): void => {
      clearInterval(timer)
      this.#running.delete(id)
      closing.done({ closed, left: ids.length - next, stoppedBy })
    }
    const step = (): void => {
      // By the clock: a timer that comes late closes no fewer. The first second's share is not all due at once.
      const due = 1 + Math.floor(((performance.now() - clock) * perSecond) / 1000)
      for (; next < due && next < ids.length; next++) if (closing.close(ids[next]!)) closed++
      if (next >= ids.length) end(null)
    }
    const timer = setInterval(step, TICK_MS)
    const endsAt = startedAt + timeFor(ids.length, perSecond)
    const info = () => ({ id, by, startedAt, total: ids.length, done: next, endsAt })
    this.#running.set(id, { info, end })
    step()
    return this.#running.has(id) ? id : null
  }

  /** What is left stays open. @returns what it had done; null when there is no such job (any more) */
  stop(id: string, by: string): CloseJob | null {
    const running = this.#running.get(id)
    if (running === undefined) return null
    const info = running.info()
    running.end(by)
    return info
  }

  /** Ends what runs. */
  close(): void {
    for (const running of this.#running.values()) running.end(null)
  }
}

/** How long it takes to close so many, in milliseconds: the first is closed at once. */
export function timeFor(count: number, perSecond: number): number {
  return count === 0 ? 0 : Math.round(((count - 1) * 1000) / perSecond)
}
