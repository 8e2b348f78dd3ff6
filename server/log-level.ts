/** Another level of the log for a while; it goes back by itself. Owned by `app.ts`, which calls `close`. */
export class LogLevel {
  readonly #log: { level: string }
  readonly #usual: () => string
  #timer: NodeJS.Timeout | undefined
  #restoresAt: number | null = null

  /** @param usual the level that it goes back to */
  constructor(log: { level: string }, usual: () => string) {
    this.#log = log
    this.#usual = usual
  }

  state(): { readonly level: string; readonly restoresAt: number | null } {
    return { level: this.#log.level, restoresAt: this.#restoresAt }
  }

  /** @param forMs milliseconds */
  set(level: string, forMs: number): void {
    clearTimeout(this.#timer)
    this.#log.level = level
    this.#restoresAt = Date.now() + forMs
    this.#timer = setTimeout(() => this.restore(), forMs).unref()
  }

  /** Back to the usual level now. */
  restore(): void {
    clearTimeout(this.#timer)
    this.#restoresAt = null
    this.#log.level = this.#usual()
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
