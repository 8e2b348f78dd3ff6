import type { ServerResponse } from 'node:http'

import type { Feed, Reader } from './feed.ts'

/** Bytes in the response's buffer above which nothing more is written until it has drained. */
const HIGH_WATER = 256 * 1024

/**
 * Writes the feed into one response and owns both from then on: it ends when the peer leaves or `end` is called.
 * What a slow peer has not read stays in the feed, not here: at most one snapshot or `HIGH_WATER` bytes and one event
 * are in the buffer, and a peer that takes nothing from one heartbeat to the next is cut off.
 */
export class EventStream implements Reader {
  readonly #feed: Feed
  readonly #response: ServerResponse
  readonly #leave: () => void
  readonly #heartbeat: NodeJS.Timeout
  /** Number of the last event written; null before the first snapshot. */
  #sent: number | null
  #blocked = false
  /** Bytes in the buffer at the last heartbeat, while blocked. */
  #stuckAt = Infinity

  /** @param after what the peer says it has (Last-Event-ID); null for a new peer. Headers must be written already. */
  constructor(feed: Feed, response: ServerResponse, after: number | null, heartbeatMs: number) {
    this.#feed = feed
    this.#response = response
    this.#sent = after
    this.#leave = feed.join(this)
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
    response.on('drain', () => this.#drained())
    response.on('close', () => this.#stop())
    // Shows that the stream is open even when there is nothing to tell.
    response.write(': sockgate\n\n')
    this.wake()
  }

  /** Writes what there is, as far as the peer takes it. */
  wake(): void {
    if (this.#blocked || this.#response.destroyed) return
    while (!this.#blocked) {
      const text = this.#next()
      if (text === null) return
      this.#response.write(text)
      this.#blocked = this.#response.writableLength > HIGH_WATER
    }
  }

  end(): void {
    this.#stop()
    this.#response.end()
  }

  #next(): string | null {
    if (this.#sent === null || !this.#feed.reaches(this.#sent)) {
      const { seq, text } = this.#feed.snapshot()
      this.#sent = seq
      return text
    }
    const text = this.#feed.after(this.#sent)
    if (text !== null) this.#sent++
    return text
  }

  #drained(): void {
    this.#blocked = false
    this.#stuckAt = Infinity
    this.wake()
  }

  #beat(): void {
    if (!this.#blocked) {
      this.#response.write(': beat\n\n')
      return
    }
    const waiting = this.#response.writableLength
    if (waiting >= this.#stuckAt) this.#response.destroy()
    this.#stuckAt = waiting
  }

  #stop(): void {
    clearInterval(this.#heartbeat)
    this.#leave()
  }
}
