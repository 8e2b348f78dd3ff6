import type { FeedEvent } from '../../shared/connection.ts'
import type { EventText } from './outlet.ts'

interface Kept {
  readonly type: FeedEvent['type']
  write: ((seq: number) => string) | null
  text: EventText | null
}

/**
 * The last events, bounded in number and in size. An event becomes text when first asked for, and only once.
 * The newest is always kept, whatever its size.
 */
export class Ring {
  readonly #maxEvents: number
  readonly #maxBytes: number
  #events: Kept[] = []
  #bytes = 0
  #seq: number

  /** @param seq the number before that of the first event */
  constructor(seq: number, maxEvents: number, maxBytes: number) {
    this.#seq = seq
    this.#maxEvents = maxEvents
    this.#maxBytes = maxBytes
  }

  /** Number of the last event pushed. */
  get seq(): number {
    return this.#seq
  }

  /** @param write makes the JSON, given the number */
  push(type: FeedEvent['type'], write: (seq: number) => string): void {
    this.#seq++
    this.#events.push({ type, write, text: null })
    this.#trim()
  }

  /** Whether nothing after `seq` was dropped. */
  reaches(seq: number): boolean {
    return seq <= this.#seq && seq >= this.#seq - this.#events.length
  }

  /** The event after `seq`, or null when it is not kept or not yet there. */
  after(seq: number): EventText | null {
    const first = this.#seq - this.#events.length + 1
    const kept = this.#events[seq + 1 - first]
    if (kept === undefined) return null
    if (kept.write !== null) {
      kept.text = { seq: seq + 1, type: kept.type, json: kept.write(seq + 1) }
      kept.write = null
      this.#bytes += kept.text.json.length
      this.#trim()
    }
    return kept.text
  }

  #trim(): void {
    while (this.#events.length > this.#maxEvents || (this.#bytes > this.#maxBytes && this.#events.length > 1)) {
      this.#bytes -= this.#events.shift()!.text?.json.length ?? 0
    }
  }
}
