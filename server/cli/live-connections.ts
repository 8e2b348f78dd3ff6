import type { ConnectionInfo, FeedEvent } from '../../shared/connection.ts'
import type { StateFilter } from './admin-client.ts'
import type { ConnectionRow, Rates } from './connection-columns.ts'

/** Ended connections that are kept to be shown. */
const ENDED_MAX = 1000
/** How long one that just ended stays among the open ones, so that one can see why. */
const LINGER_MS = 10_000
/** The feed tells counters once a second; without news for longer than this, nothing flows. */
const STALE_MS = 1800

const still: Rates = { up: { messages: 0, bytes: 0 }, down: { messages: 0, bytes: 0 } }

/** Folds the live feed into what is open and what ended, and measures rates. Does no I/O and knows no clock. */
export class LiveConnections {
  readonly #open = new Map<string, ConnectionInfo>()
  /** Oldest first. */
  readonly #ended = new Map<string, ConnectionInfo>()
  readonly #rates = new Map<string, { readonly rates: Rates; readonly at: number }>()
  #lastTick = 0

  get openCount(): number {
    return this.#open.size
  }

  /** @param now milliseconds since 1970 */
  apply(event: FeedEvent, now: number): void {
    switch (event.type) {
      case 'snapshot':
        this.#open.clear()
        this.#ended.clear()
        this.#rates.clear()
        for (const connection of event.open) this.#open.set(connection.id, connection)
        for (const connection of event.recent.toSorted((a, b) => endedAt(a) - endedAt(b))) this.#end(connection)
        this.#lastTick = now
        break
      case 'opened':
        this.#open.set(event.connection.id, event.connection)
        break
      case 'closed':
      case 'refused':
        this.#open.delete(event.connection.id)
        this.#rates.delete(event.connection.id)
        this.#end(event.connection)
        break
      case 'traffic':
        this.#traffic(event.connections, now)
        break
      case 'services':
      case 'policy':
        break
      default:
        // An event of a later version: not ours to show.
        event satisfies never
    }
  }

  /** Rows of the table, newest first, at most `limit`. With `open`, those that ended just now are among them. */
  rows(filter: StateFilter, now: number, limit: number): ConnectionRow[] {
    const shown = [
      ...(filter === 'open' || filter === 'all' ? this.#open.values() : []),
      ...this.#endedFor(filter, now),
    ]
    return shown
      .toSorted((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map((connection) => ({ connection, now, rates: this.#rateOf(connection.id, now) }))
  }

  /** How many rows there are without a limit. */
  count(filter: StateFilter, now: number): number {
    return (filter === 'open' || filter === 'all' ? this.#open.size : 0) + this.#endedFor(filter, now).length
  }

  /** All connections together. */
  totals(now: number): Rates {
    const up = { messages: 0, bytes: 0 }
    const down = { messages: 0, bytes: 0 }
    for (const id of this.#rates.keys()) {
      const rates = this.#rateOf(id, now)
      up.messages += rates.up.messages
      up.bytes += rates.up.bytes
      down.messages += rates.down.messages
      down.bytes += rates.down.bytes
    }
    return { up, down }
  }

  #traffic(connections: readonly ConnectionInfo[], now: number): void {
    const passed = now - this.#lastTick
    // The first news after a quiet time cover one second, not the quiet time.
    const seconds = passed > 500 && passed < STALE_MS ? passed / 1000 : 1
    this.#lastTick = now
    for (const connection of connections) {
      const before = this.#open.get(connection.id)
      // Ended meanwhile, or not told of yet: the event that tells is in the feed too.
      if (before === undefined) continue
      this.#open.set(connection.id, connection)
      this.#rates.set(connection.id, { rates: rateBetween(before, connection, seconds), at: now })
    }
  }

  #rateOf(id: string, now: number): Rates {
    const known = this.#rates.get(id)
    return known === undefined || now - known.at > STALE_MS ? still : known.rates
  }

  #end(connection: ConnectionInfo): void {
    this.#ended.set(connection.id, connection)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > ENDED_MAX) this.#ended.delete(oldest!)
  }

  #endedFor(filter: StateFilter, now: number): ConnectionInfo[] {
    return [...this.#ended.values()].filter((connection) => {
      if (filter === 'open') return connection.state !== 'refused' && now - endedAt(connection) < LINGER_MS
      return filter === 'all' || connection.state === filter
    })
  }
}

const endedAt = (connection: ConnectionInfo) => connection.ending?.at ?? 0

function rateBetween(before: ConnectionInfo, after: ConnectionInfo, seconds: number): Rates {
  const per = (direction: 'up' | 'down') => ({
    messages: Math.max(0, after[direction].messages - before[direction].messages) / seconds,
    bytes: Math.max(0, after[direction].bytes - before[direction].bytes) / seconds,
  })
  return { up: per('up'), down: per('down') }
}
