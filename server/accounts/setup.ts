import { makeSecret, sameSecret } from './tokens.ts'

export const SETUP_TOKEN_MS = 15 * 60_000

/** The token that makes the first admin: told to whoever sees the gateway's console, good once and for 15 minutes. */
export class SetupToken {
  readonly #monotonic: () => number
  #token: string | null = null
  #madeAt = 0

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** The one that is good now; a new one when there is none. */
  current(): string {
    if (this.#token !== null && this.#age < SETUP_TOKEN_MS) return this.#token
    this.#madeAt = this.#monotonic()
    this.#token = makeSecret()
    return this.#token
  }

  /** In a time that does not depend on what is wrong with it. */
  fits(token: string): boolean {
    const same = sameSecret(token, this.#token ?? makeSecret())
    return same && this.#token !== null && this.#age < SETUP_TOKEN_MS
  }

  /** It has served. */
  burn(): void {
    this.#token = null
  }

  get #age(): number {
    return this.#monotonic() - this.#madeAt
  }
}
