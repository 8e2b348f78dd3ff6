import type { PendingCommit } from '../store/store.ts'

/** Between tries when going back could not be saved. */
const RETRY_MS = 2000

/**
 * The clock of a commit that waits. Runs on monotonic time, so that a wall clock that jumps neither ends nor prolongs a
 * window; only over a restart the wall clock has to tell how much is left, and never more than the window was long.
 */
export class ConfirmWindow {
  readonly #ranOut: () => 'done' | 'again'
  #pending: PendingCommit | null = null
  #endsAt = 0
  #timer: NodeJS.Timeout | null = null

  /** @param ranOut goes back; `again`: it could not, and is asked again */
  constructor(ranOut: () => 'done' | 'again') {
    this.#ranOut = ranOut
  }

  /** The commit that waits; null when none does. */
  get pending(): PendingCommit | null {
    return this.#pending
  }

  open(pending: PendingCommit): void {
    this.close()
    this.#pending = pending
    const left = Math.min(pending.windowMs, Math.max(0, pending.deadline - Date.now()))
    this.#endsAt = performance.now() + left
  }

  /** Starts the clock of what was opened. */
  start(): void {
    if (this.#pending !== null) this.#wait(Math.max(0, this.#endsAt - performance.now()))
  }

  /** Nothing waits any more. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#pending = null
  }

  #wait(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    // Not unref'd: a gateway that ends closes it, and one that runs must not miss it.
    this.#timer = setTimeout(() => {
      if (this.#ranOut() === 'again') this.#wait(RETRY_MS)
    }, ms)
  }
}
