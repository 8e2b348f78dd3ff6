const STEP_MS = 10_000
/** Less than this in one step is drift, or a busy machine. */
const JUMP_MS = 30_000
/** So long a jump is told. */
const TOLD_MS = 3_600_000

/** A clock on the wall, which somebody may set, and one that only runs; both in ms. */
export interface Clocks {
  wall(): number
  steady(): number
}

const real: Clocks = { wall: Date.now, steady: () => performance.now() }

/**
 * Notices when the wall clock was set, or the machine slept: the two clocks then differ. Looks each ten seconds, so that
 * slow drift is none. Owned by `app.ts`, which calls `close`.
 */
export class ClockWatch {
  readonly #clocks: Clocks
  readonly #timer: NodeJS.Timeout
  #seen: { readonly wall: number; readonly steady: number }
  #jump: { readonly ms: number; readonly at: number } | null = null

  constructor(clocks: Clocks = real) {
    this.#clocks = clocks
    this.#seen = { wall: clocks.wall(), steady: clocks.steady() }
    this.#timer = setInterval(() => this.step(), STEP_MS).unref()
  }

  /** By how much the wall clock jumped in the last hour, in ms, negative when back; 0 when it did not. */
  get jumpMs(): number {
    return this.#jump !== null && this.#clocks.steady() - this.#jump.at < TOLD_MS ? this.#jump.ms : 0
  }

  /** Looks at both clocks; by its timer, each ten seconds. */
  step(): void {
    const now = { wall: this.#clocks.wall(), steady: this.#clocks.steady() }
    const ms = now.wall - this.#seen.wall - (now.steady - this.#seen.steady)
    if (Math.abs(ms) > JUMP_MS) this.#jump = { ms, at: now.steady }
    this.#seen = now
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
