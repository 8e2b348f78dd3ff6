import type { AuditVerdict } from '../../shared/api.ts'

const EACH_MS = 3_600_000

export interface AuditWatchParts {
  /** Reads the whole log, letting everything else have its turn. @throws StoreError */
  verify(): Promise<AuditVerdict>
  /** The log could not be read at all. */
  failed(error: unknown): void
}

/** Verifies the audit log at start and each hour after that. Owned by `app.ts`, which calls `close`. */
export class AuditWatch {
  readonly #parts: AuditWatchParts
  readonly #timer: NodeJS.Timeout
  #fault: string | null = null
  #running: Promise<void> | null = null
  #closed = false

  constructor(parts: AuditWatchParts) {
    this.#parts = parts
    this.#timer = setInterval(() => void this.look(), EACH_MS).unref()
    void this.look()
  }

  /** What is wrong with the log, as a sentence; null when nothing was when last looked at. */
  get fault(): string | null {
    return this.#fault
  }

  /** Verifies now, or waits for the look that is under way. Never throws. */
  look(): Promise<void> {
    this.#running ??= this.#verify().finally(() => (this.#running = null))
    return this.#running
  }

  async #verify(): Promise<void> {
    try {
      const { ok, message } = await this.#parts.verify()
      this.#fault = ok ? null : message
    } catch (error) {
      if (!this.#closed) this.#parts.failed(error) // else the store was closed under it
    }
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
  }
}
