import type { FeedEvent, ServiceInfo } from '../../shared/connection.ts'
import type { PolicyDesk } from '../policy/desk.ts'
import type { EventSource, Reader } from './event-stream.ts'
import type { EventText } from './outlet.ts'
import type { RegistryView } from './registry-view.ts'
import { Ring } from './ring.ts'

/** Where the feed comes from. */
export interface FeedSources {
  readonly registry: RegistryView
  readonly policy: Pick<PolicyDesk, 'state' | 'onChange'>
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

/** A change without its number. */
type Change = FeedEvent extends infer E ? (E extends { seq: number } ? Omit<E, 'seq'> : never) : never

/**
 * The one live feed: turns what the registry, the services and the policy report into numbered events and keeps the last of them.
 * Each event becomes text once, whoever reads it. Readers pull, so nothing queues for one that is slow: when what it
 * needs next is no longer kept, it gets a fresh snapshot.
 *
 * Owned by the admin listener, which calls `close`. While nobody reads it asks for no traffic and writes no text.
 */
export class Feed implements EventSource {
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
  #snapshot: EventText | null = null
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
      sources.policy.onChange(() => this.#push({ type: 'policy', policy: sources.policy.state() })),
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

  /** What a reader needs that has everything up to `seq`: the event after it, or a snapshot when that is not kept. */
  next(seq: number | null): EventText | null {
    return seq !== null && this.reaches(seq) ? this.after(seq) : this.snapshot()
  }

  /** The event after number `seq`; null when there is none yet or it is no longer kept. */
  after(seq: number): EventText | null {
    return this.#ring.after(seq)
  }

  /** Whether a reader that has everything up to `seq` can go on from there. */
  reaches(seq: number): boolean {
    return this.#ring.reaches(seq)
  }

  /** Everything as of the last event; a reader goes on after its `seq`. */
  snapshot(): EventText {
    this.#snapshot ??= this.#takeSnapshot()
    return this.#snapshot
  }

  #takeSnapshot(): EventText {
    const { registry, policy } = this.#sources
    const services = this.#noteServices() // first, so that whoever has a snapshot knows what the others do
    const { seq } = this.#ring
    const event: FeedEvent = {
      type: 'snapshot',
      seq,
      open: registry.list({ state: 'open' }),
      recent: [...registry.list({ state: 'closed' }), ...registry.list({ state: 'refused' })],
      services,
      policy: policy.state(),
    }
    return { seq, type: event.type, json: JSON.stringify(event) }
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
    this.#ring.push(change.type, (seq) => JSON.stringify({ ...change, seq }))
    if (this.#readers.size > 0) this.#batchTimer ??= setTimeout(() => this.#wakeAll(), this.#limits.batchMs)
  }

  #wakeAll(): void {
    this.#batchTimer = undefined
    for (const reader of this.#readers) reader.wake()
  }
}
