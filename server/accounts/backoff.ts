/** So many failures are free. */
const FREE = 5
const FIRST_DELAY_MS = 1000
/** The delay doubles up to this: even a name under permanent attack is open again within five minutes. */
export const DELAY_MAX_MS = 5 * 60_000
/** After so long without a failure all is forgotten. Longer than the delay, so waiting gains an attacker nothing. */
const FORGET_MS = 60 * 60_000
/** Entries in one table; the one that failed longest ago goes first. */
export const ENTRIES_MAX = 10_000

interface Failures {
  count: number
  /** Monotonic milliseconds. */
  lastAt: number
  until: number
}

/** Counts failures by key (a name, an address) and says how long to wait before the next try. */
export class Backoff {
  readonly #monotonic: () => number
  /** Oldest failure first. */
  readonly #entries = new Map<string, Failures>()

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  get size(): number {
    return this.#entries.size
  }

  /** Milliseconds to wait, from 0 to DELAY_MAX_MS. A try that comes too early counts for nothing. */
  waitMs(key: string): number {
    return Math.max(0, (this.#entries.get(key)?.until ?? 0) - this.#monotonic())
  }

  /** One failure more. @returns how many there are by now */
  add(key: string): number {
    const now = this.#monotonic()
    const before = this.#entries.get(key)
    const count = before && now - before.lastAt < FORGET_MS ? before.count + 1 : 1
    this.#entries.delete(key) // to the end
    this.#entries.set(key, { count, lastAt: now, until: now + delayMs(count) })
    if (this.#entries.size > ENTRIES_MAX) this.#entries.delete(this.#entries.keys().next().value!)
    return count
  }

  /** Takes back some failures, all unless told. @returns how many it took */
  forgive(key: string, count: number = Infinity): number {
    const entry = this.#entries.get(key)
    if (!entry) return 0
    const taken = Math.min(count, entry.count)
    entry.count -= taken
    entry.until = Math.min(entry.until, entry.lastAt + delayMs(entry.count))
    if (entry.count === 0) this.#entries.delete(key)
    return taken
  }
}

function delayMs(failures: number): number {
  return failures < FREE ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - FREE), DELAY_MAX_MS)
}
