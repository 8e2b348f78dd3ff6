/**
 * A token bucket that holds one second's worth, and at least one. What is taken was used already, so a bucket may go into
 * debt; who owes waits or is sent away. Times are monotonic milliseconds.
 */
export class Bucket {
  readonly perSecond: number
  #level: number
  #at: number

  /** Full. `perSecond` is above 0. */
  constructor(perSecond: number, now: number) {
    this.perSecond = perSecond
    this.#level = Math.max(1, perSecond)
    this.#at = now
  }

  /** What is left; below 0 it is owed. */
  level(now: number): number {
    const grown = this.#level + ((now - this.#at) * this.perSecond) / 1000
    this.#level = Math.min(Math.max(1, this.perSecond), grown)
    this.#at = now
    return this.#level
  }

  /** Takes, debt or not. Returns what is left, as `level` does. */
  take(amount: number, now: number): number {
    return (this.#level = this.level(now) - amount)
  }

  /** How long until nothing is owed; 0 when nothing is. */
  owedMs(now: number): number {
    return Math.max(0, (-this.level(now) / this.perSecond) * 1000)
  }
}
