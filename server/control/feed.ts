import type { FeedEvent, ServiceInfo } from '../../shared/connection.ts'
import type { RegistryView } from './registry-view.ts'
import { Ring } from './ring.ts'

/** Where the feed comes from. */
export interface FeedSources {
  readonly registry: RegistryView
  services(): ServiceInfo[]
  onServices(cb: () => void): () => void
}

/** All of it has defaults; tests set it small. */
export interface FeedLimits {
  /** Changes kept for those who come back or fall behind. */
  readonly keptEvents: number
  /** Their size as text, in bytes, however many they are. */
  readonly keptBytes: number
  /** How often traffic is asked for, and at most how often what services report, in ms. */
  readonly trafficMs: number
  /** How long changes are collected before they are written, in ms. */
  readonly batchMs: number
}

export const feedLimits: FeedLimits = { keptEvents: 1000, keptBytes: 8 * 1024 * 1024, trafficMs: 1000, batchMs: 50 }

/** Reads the feed at its own pace; woken when there is more. */
export interface Reader {
  wake(): void
}

/** A change without its number. */
type Change = FeedEvent extends infer E ? (E extends { seq: number } ? Omit<E, 'seq'> : never) : never

/**
 * The one live feed: turns what the registry and the services report into numbered events and keeps the last of them.
 * Each event becomes text once, whoever reads it. Readers pull, so nothing queues for one that is slow: when what it
 * needs next is no longer kept, it gets a fresh snapshot.
 *
 * Owned by the admin listener, which calls `close`. While nobody reads it asks for no traffic and writes no text.
 */
export class Feed {
  readonly #sources: FeedSources
  readonly #limits: FeedLimits
  readonly #ring: Ring
  readonly #readers = new Set<Reader>()
  readonly #stops: (() => void)[]
  /** What readers know of the services; null before the first. Open counts and errors change without the catalog. */
  #services: ServiceInfo[] | null = null
  /** Whether that may be out of date. */
  #servicesMoved = false
  /** Dropped with the next event, so that many who come at once share it. */
  #snapshot: { readonly seq: number; readonly text: string } | null = null
  #trafficMark = 0
  #trafficTimer: NodeJS.Timeout | undefined
  #batchTimer: NodeJS.Timeout | undefined

  constructor(sources: FeedSources, limits: FeedLimits, now = Date.now()) {
    this.#sources = sources
    this.#limits = limits
    // Numbers never repeat after a restart, so an id from before it is seen to be too old.
    this.#ring = new Ring(now * 1000, limits.keptEvents, limits.keptBytes)
    this.#stops = [
      sources.registry.subscribe((event) => {
        this.#servicesMoved = true
        this.#push(event)
      }),
      sources.onServices(() => {
        this.#services = sources.services()
        this.#push({ type: 'services', services: this.#services })
      }),
    ]
  }

  /** Number of the last event. */
  get seq(): number {
    return this.#ring.seq
  }

  get readers(): number {
    return this.#readers.size
  }

  /** Starts waking `reader`; returns the way to stop. */
  join(reader: Reader): () => void {
    this.#readers.add(reader)
    this.#trafficTimer ??= setInterval(() => this.#look(), this.#limits.trafficMs)
    return () => {
      this.#readers.delete(reader)
      if (this.#readers.size === 0) this.#rest()
    }
  }

  /** The event after number `seq` as text for the wire; null when there is none yet or it is no longer kept. */
  after(seq: number): string | null {
    return this.#ring.after(seq)
  }

  /** Whether a reader that has everything up to `seq` can go on from there. */
  reaches(seq: number): boolean {
    return this.#ring.reaches(seq)
  }

  /** Everything as of the last event, as text; a reader goes on after `seq`. */
  snapshot(): { readonly seq: number; readonly text: string } {
    this.#snapshot ??= this.#takeSnapshot()
    return this.#snapshot
  }

  #takeSnapshot(): { readonly seq: number; readonly text: string } {
    const { registry } = this.#sources
    const services = this.#noteServices() // first, so that whoever has a snapshot knows what the others do
    const { seq } = this.#ring
    const event: FeedEvent = {
      type: 'snapshot',
      seq,
      open: registry.list({ state: 'open' }),
      recent: [...registry.list({ state: 'closed' }), ...registry.list({ state: 'refused' })],
      services,
    }
    return { seq, text: eventText(event) }
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#readers.clear()
    this.#rest()
  }

  #rest(): void {
    this.#snapshot = null
    clearInterval(this.#trafficTimer)
    clearTimeout(this.#batchTimer)
    this.#trafficTimer = this.#batchTimer = undefined
  }

  #look(): void {
    this.#askTraffic()
    if (this.#servicesMoved) this.#noteServices()
  }

  /** Tells of the services when they are not as readers know them. */
  #noteServices(): ServiceInfo[] {
    const before = this.#services
    const services = this.#sources.services()
    this.#services = services
    this.#servicesMoved = false
    if (before !== null && JSON.stringify(before) !== JSON.stringify(services)) {
      this.#push({ type: 'services', services })
    }
    return services
  }

  #askTraffic(): void {
    const { mark, changed } = this.#sources.registry.traffic(this.#trafficMark)
    this.#trafficMark = mark
    if (changed.length > 0) this.#push({ type: 'traffic', connections: changed })
  }

  #push(change: Change): void {
    this.#snapshot = null
    this.#ring.push((seq) => eventText({ ...change, seq }))
    if (this.#readers.size > 0) this.#batchTimer ??= setTimeout(() => this.#wakeAll(), this.#limits.batchMs)
  }

  #wakeAll(): void {
    this.#batchTimer = undefined
    for (const reader of this.#readers) reader.wake()
  }
}

/** Server-sent event (HTML, 9.2). JSON has no line ends, so one data line does. */
function eventText(event: FeedEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}
