import type { EndOfStream, EventText, Outlet } from './outlet.ts'

/** Reads at its own pace; woken when there is more. */
export interface Reader {
  wake(): void
}

/** What a stream sends: readers pull, so nothing queues for one that is slow. */
export interface EventSource {
  /** Starts waking `reader`; returns the way to stop. */
  join(reader: Reader): () => void
  /** What comes after number `seq`, null for a new reader; null when there is nothing now. */
  next(seq: number | null): EventText | null
  /** Whether there will never be more than `next` gives now. */
  readonly over?: boolean
}

/** Bytes that wait in an outlet above which nothing more is sent until they have gone. */
const HIGH_WATER = 256 * 1024

/**
 * Sends events to one reader and owns its outlet from then on: it ends when the source or the peer does, or `end` is
 * called. What a slow peer has not read stays in the source, not here: at most one snapshot or `HIGH_WATER` bytes and one
 * event wait, and a peer that takes nothing from one heartbeat to the next is cut off.
 */
export class EventStream implements Reader {
  readonly #source: EventSource
  readonly #outlet: Outlet
  readonly #leave: () => void
  readonly #heartbeat: NodeJS.Timeout
  /** Number of the last event sent; null before the first. */
  #sent: number | null
  #blocked = false
  #over = false
  /** Bytes that waited at the last heartbeat, while blocked. */
  #stuckAt = Infinity

  /** @param after what the peer says it has; null for a new peer */
  constructor(source: EventSource, outlet: Outlet, after: number | null, heartbeatMs: number) {
    this.#source = source
    this.#outlet = outlet
    this.#sent = after
    this.#leave = source.join(this)
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
    outlet.listen({ drained: () => this.#drained(), closed: () => this.#stop() })
    this.wake()
  }

  /** Sends what there is, as far as the peer takes it. */
  wake(): void {
    while (!this.#blocked && !this.#over) {
      const event = this.#source.next(this.#sent)
      if (event === null) {
        if (this.#source.over === true) this.end('over')
        return
      }
      this.#sent = event.seq
      this.#outlet.send(event)
      this.#blocked = this.#outlet.waiting > HIGH_WATER
    }
  }

  /** Does nothing when it is over already. */
  end(why: EndOfStream): void {
    if (this.#over) return
    this.#stop()
    this.#outlet.end(why)
  }

  #drained(): void {
    this.#blocked = false
    this.#stuckAt = Infinity
    this.wake()
  }

  #beat(): void {
    if (!this.#blocked) {
      this.#outlet.beat()
      return
    }
    const { waiting } = this.#outlet
    if (waiting >= this.#stuckAt) this.#outlet.destroy()
    this.#stuckAt = waiting
  }

  #stop(): void {
    this.#over = true
    clearInterval(this.#heartbeat)
    this.#leave()
  }
}
