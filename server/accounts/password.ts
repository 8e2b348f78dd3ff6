import { hash, verify } from '@node-rs/argon2'

import { AccountError } from './desk.ts'
import { isPasswordLength } from './names.ts'

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. The algorithm is the library's default. */
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Half of Node's thread pool, so that guessing never keeps files and host names waiting, and 38 MiB at most. */
const RUNNING_MAX = 2
/** About two seconds' worth on a slow machine: who comes later is told to come back. */
const WAITING_MAX = 48

/** Of 32 random bytes that were thrown away: what a password is held against when there is nothing to hold it against. */
export const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$YnmCfxRiYBZ1rWNkQHMueQ$a2XFRpFKl6z/Nhoy3AzzeH1hS9gAR6OSpAKXszhpYfA'

/** Hashes and checks passwords beside the event loop, a few at a time. */
export class Passwords {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** Call it before anything that should not happen without the answer. @throws AccountError slow-down when too many wait */
  admit(): void {
    if (this.#waiting.length < WAITING_MAX) return
    throw new AccountError('slow-down', 'too many people sign in at this moment; try again in a few seconds', 3)
  }

  /** @returns a PHC string @throws AccountError slow-down */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password.normalize('NFC'), SETTINGS))
  }

  /**
   * Takes the same time whatever the answer is.
   * @param hashed null when there is no such account, or none that may sign in: the answer is false
   * @throws AccountError slow-down
   */
  async verify(hashed: string | null, password: string): Promise<boolean> {
    const possible = hashed !== null && isPasswordLength(password)
    const right = await this.#inTurn(() =>
      possible ? verify(hashed, password.normalize('NFC')) : verify(NOBODYS_HASH, 'x'),
    )
    return possible && right
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.admit()
    if (this.#running >= RUNNING_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running++
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
