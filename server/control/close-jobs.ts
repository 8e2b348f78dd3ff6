/** How often some are closed. */
const TICK_MS = 50

/** At most so many run at a time; each is a list of ids and a timer. */
export const JOBS_MAX = 8

export interface CloseJob {
  /** In the order in which they are closed. */
  readonly ids: readonly string[]
  readonly perSecond: number
  /** Closes one; false when it is not open any more. */
  close(id: string): boolean
  /** Called once: after the last one, or when the job was ended before. */
  done(result: { readonly closed: number; readonly left: number }): void
}

/**
 * Closes many connections a few at a time, so that clients that come back do not all come at once. Owned by the admin
 * listener, which ends what still runs: the rest stays open then.
 */
export class CloseJobs {
  readonly #running = new Set<() => void>()

  get full(): boolean {
    return this.#running.size >= JOBS_MAX
  }

  /** The first ones are closed in this turn. Call only while not `full`. */
  start(job: CloseJob): void {
    const { ids, perSecond } = job
    const startedAt = performance.now()
    let next = 0
    let closed = 0
    const end = (): void => {
      clearInterval(timer)
      this.#running.delete(end)
      job.done({ closed, left: ids.length - next })
    }
    const step = (): void => {
      // By the clock: a timer that comes late closes no fewer. The first second's share is not all due at once.
      const due = 1 + Math.floor(((performance.now() - startedAt) * perSecond) / 1000)
      for (; next < due && next < ids.length; next++) if (job.close(ids[next]!)) closed++
      if (next >= ids.length) end()
    }
    const timer = setInterval(step, TICK_MS)
    this.#running.add(end)
    step()
  }

  /** Ends what runs. */
  close(): void {
    for (const end of this.#running) end()
  }
}
