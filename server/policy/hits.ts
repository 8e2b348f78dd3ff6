import type { RuleHits } from '../../shared/api.ts'
import { StoreError } from '../store/store.ts'
import type { PolicyStore } from '../store/store.ts'

/** How often counts are written down: what is lost in a crash is at most what was counted since. */
const SAVE_MS = 10_000

interface Count {
  hits: number
  lastAt: number | null
}

/** How often each rule has matched, and when last. Counting is a look-up per rule and connection; the store hears later. */
export class HitBook {
  readonly #store: Pick<PolicyStore, 'hits' | 'saveHits'>
  readonly #counts: Map<string, Count>
  readonly #changed = new Set<string>()
  readonly #timer: NodeJS.Timeout

  constructor(store: Pick<PolicyStore, 'hits' | 'saveHits'>) {
    this.#store = store
    this.#counts = new Map([...store.hits()].map(([id, hits]) => [id, { ...hits }]))
    this.#timer = setInterval(() => this.#save(), SAVE_MS).unref()
  }

  /** Once per decision. `at`: milliseconds since 1970. */
  count(rules: readonly string[], at: number): void {
    for (const id of rules) {
      const count = this.#counts.get(id)
      if (count === undefined) this.#counts.set(id, { hits: 1, lastAt: at })
      else {
        count.hits++
        count.lastAt = at
      }
      this.#changed.add(id)
    }
  }

  all(): ReadonlyMap<string, RuleHits> {
    return this.#counts
  }

  close(): void {
    clearInterval(this.#timer)
    this.#save()
  }

  #save(): void {
    if (this.#changed.size === 0) return
    try {
      this.#store.saveHits(new Map([...this.#changed].map((id) => [id, { ...this.#counts.get(id)! }])))
      this.#changed.clear()
    } catch (error) {
      // Counts are worth no alarm of their own: the next change that is refused tells of the disk.
      if (!(error instanceof StoreError)) throw error
    }
  }
}
