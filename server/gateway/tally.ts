/** One thing that is counted, and how many of it there may be. */
export interface Slot {
  readonly key: string
  readonly max: number
  /** Completes "at most N connections …": `from one address`. */
  readonly what: string
}

/** Counts what is taken at a time, by key; a key that nobody holds costs nothing. */
export class Tally {
  readonly #counts = new Map<string, number>()

  /** Takes one of each slot, or none. @returns the slot that is full; null when all were taken */
  take(slots: readonly Slot[]): Slot | null {
    for (const slot of slots) if (this.count(slot.key) >= slot.max) return slot
    for (const { key } of slots) this.#counts.set(key, this.count(key) + 1)
    return null
  }

  free(slots: readonly Slot[]): void {
    for (const { key } of slots) {
      const left = this.count(key) - 1
      if (left > 0) this.#counts.set(key, left)
      else this.#counts.delete(key)
    }
  }

  count(key: string): number {
    return this.#counts.get(key) ?? 0
  }
}
