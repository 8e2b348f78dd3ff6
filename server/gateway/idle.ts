import type { Counters } from './lane.ts'

/** How long a connection has carried no whole message. Sees only what changed between calls, so it is asked regularly. */
export class Idle {
  #messages = 0
  #since: number

  constructor(now: number) {
    this.#since = now
  }

  /** Milliseconds without a message in either direction; the time up to `heldAt`, when we did not let any pass, is none. */
  ms({ upMessages, downMessages }: Counters, heldAt: number, now: number): number {
    const messages = upMessages + downMessages
    if (messages !== this.#messages) {
      this.#messages = messages
      this.#since = now
    }
    return now - Math.max(this.#since, heldAt)
  }
}
