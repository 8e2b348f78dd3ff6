import type { Ended } from './desk.ts'

/** Where trouble goes that is nobody's answer; a pino logger is one. */
export interface Log {
  error(fields: object, message: string): void
}

/** Who wants to know what ended. */
export class Listeners {
  readonly #log: Log | undefined
  readonly #listeners = new Set<(what: Ended) => void>()

  constructor(log: Log | undefined) {
    this.#log = log
  }

  /** @returns stops it */
  add(listener: (what: Ended) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Tells everybody, now; nobody when nothing ended. One that throws keeps nobody else from hearing it. */
  tell({ sessions = [], tokens = [], users = [] }: Partial<Ended>): void {
    if (sessions.length + tokens.length + users.length === 0) return
    for (const listener of this.#listeners) {
      try {
        listener({ sessions, tokens, users })
      } catch (err) {
        this.#log?.error({ err }, 'what a revoked credential let in could not be ended')
      }
    }
  }
}
