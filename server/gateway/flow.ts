import type { Outlet } from './lane.ts'

/** One direction's backpressure: reading stops while `outlet` does not keep up, and how long it did so far. */
export class Flow {
  readonly #outlet: Outlet
  readonly #resume: () => void
  #pausedMs = 0
  // What waited when somebody last asked, and when it was seen to shrink.
  #seenBytes = 0
  #movedAt = 0
  /** When reading stopped (monotonic milliseconds); 0 while it goes on. */
  stoppedAt = 0

  /** `resume` is called when everything written has left; reading may go on unless something else forbids it. */
  constructor(outlet: Outlet, resume: () => void) {
    this.#outlet = outlet
    this.#resume = resume
  }

  /**
   * Asked after each chunk: may the source be read on? Writes that still refer to a borrowed buffer (`own`) must leave
   * before it is read into again; copies may pile up to `maxBytes`.
   */
  mayRead(own: boolean, maxBytes: number): boolean {
    if (this.stoppedAt > 0) return false
    if (this.#outlet.queuedBytes <= (own ? 0 : maxBytes)) return true
    this.stoppedAt = performance.now()
    this.#outlet.afterWrites(() => {
      this.#pausedMs += performance.now() - this.stoppedAt
      this.stoppedAt = 0
      this.#resume()
    })
    return false
  }

  /**
   * For how many milliseconds nothing has left although reading is stopped; 0 while it goes on. Sees only what changed
   * between calls, so it is asked regularly.
   */
  stuckMs(now: number): number {
    if (this.stoppedAt === 0) return 0
    const { queuedBytes } = this.#outlet
    if (queuedBytes !== this.#seenBytes || this.#movedAt < this.stoppedAt) {
      this.#movedAt = queuedBytes < this.#seenBytes ? now : Math.max(this.#movedAt, this.stoppedAt)
      this.#seenBytes = queuedBytes
    }
    return now - this.#movedAt
  }

  /** Total paused time in milliseconds, the present pause included. */
  pausedMs(now: number): number {
    return this.#pausedMs + (this.stoppedAt > 0 ? now - this.stoppedAt : 0)
  }
}
