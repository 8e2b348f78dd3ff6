import { Ended } from '../../shared/causes.ts'
import type { ConnectionInfo, Ending } from '../../shared/connection.ts'
import type { Arrival, RegistryEvent, RegistryView, RegistryState } from '../control/registry-view.ts'
import type { Connection, ConnectionFacts } from './connection.ts'
import type { TapObserver } from './tapped.ts'

/** How many connections that are over, and how many refusals, are remembered. */
const REMEMBERED = 1000

/** A connection that is over, or a client that was refused. */
export interface Past {
  readonly info: ConnectionInfo
  readonly facts: ConnectionFacts
}

/** The live connections of this process and the only place that knows them, with the most recent that are over. */
export class Registry implements RegistryView {
  readonly #live = new Map<string, Connection>()
  readonly #perService = new Map<string, number>()
  readonly #closed: Past[] = []
  readonly #refused: Past[] = []
  readonly #listeners = new Set<(event: RegistryEvent) => void>()
  #mark = 0

  get size(): number {
    return this.#live.size
  }

  /** Open connections to a service. */
  count(service: string): number {
    return this.#perService.get(service) ?? 0
  }

  values(): IterableIterator<Connection> {
    return this.#live.values()
  }

  opened(connection: Connection): void {
    const { service } = connection.facts
    connection.mark = ++this.#mark
    this.#live.set(connection.id, connection)
    this.#perService.set(service, this.count(service) + 1)
    if (this.#listeners.size > 0) this.#publish({ type: 'opened', connection: connection.info() })
  }

  closed(connection: Connection, info: ConnectionInfo): void {
    const { service } = connection.facts
    this.#live.delete(connection.id)
    const left = this.count(service) - 1
    if (left > 0) this.#perService.set(service, left)
    else this.#perService.delete(service)
    remember(this.#closed, { info, facts: connection.facts })
    this.#publish({ type: 'closed', connection: info })
  }

  refused(info: ConnectionInfo, facts: ConnectionFacts): void {
    remember(this.#refused, { info, facts })
    this.#publish({ type: 'refused', connection: info })
  }

  /** Those that are over and still remembered, oldest first: the closed ones, then the refused ones. */
  past(): readonly Past[] {
    return [...this.#closed, ...this.#refused]
  }

  /** What is known of a connection, live or remembered, and how it ended if it has. */
  remembered(id: string): { readonly facts: ConnectionFacts; readonly ending: Ending | null } | null {
    const live = this.#live.get(id)
    if (live !== undefined) return { facts: live.facts, ending: null }
    const past = this.#pastOf(id)
    return past === undefined ? null : { facts: past.facts, ending: past.info.ending }
  }

  #pastOf(id: string): Past | undefined {
    const sameId = ({ info }: Past): boolean => info.id === id
    return this.#closed.find(sameId) ?? this.#refused.find(sameId)
  }

  // What the admin side sees.

  list({ state }: { state: RegistryState }): ConnectionInfo[] {
    const found: ConnectionInfo[] = []
    if (state === 'open' || state === 'all') for (const connection of this.#live.values()) found.push(connection.info())
    if (state === 'closed' || state === 'all') for (const { info } of this.#closed) found.push(info)
    if (state === 'refused' || state === 'all') for (const { info } of this.#refused) found.push(info)
    return found
  }

  get(id: string): ConnectionInfo | null {
    return this.#live.get(id)?.info() ?? this.#pastOf(id)?.info ?? null
  }

  arrival(id: string): Arrival | null {
    const facts = this.remembered(id)?.facts
    if (facts === undefined) return null
    const { acceptedAt, request, judgement, service } = facts
    const elsewhere = judgement.target !== null || service !== request.service
    return { acceptedAt, redirected: service !== '' && elsewhere }
  }

  openTo(service: string): string[] {
    const ids: string[] = []
    for (const { id, facts } of this.#live.values()) if (facts.service === service) ids.push(id)
    return ids
  }

  close(id: string, { code, reason }: { code?: number; reason?: string }): boolean {
    const connection = this.#live.get(id)
    if (!connection) return false
    connection.bridge.end(new Ended('killed', reason, code))
    return true
  }

  tap(id: string, observer: TapObserver): (() => void) | null {
    return this.#live.get(id)?.bridge.tap(observer) ?? null
  }

  subscribe(listener: (event: RegistryEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  traffic(mark: number): { mark: number; changed: ConnectionInfo[] } {
    const changed: ConnectionInfo[] = []
    const next = ++this.#mark
    for (const connection of this.#live.values()) {
      const { total } = connection
      if (total !== connection.seenTotal) {
        connection.seenTotal = total
        connection.mark = next
      }
      if (connection.mark > mark) changed.push(connection.info())
    }
    return { mark: next, changed }
  }

  #publish(event: RegistryEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** Keeps the newest; the array is cut in halves so that remembering costs nothing per entry. */
function remember(list: Past[], past: Past): void {
  list.push(past)
  if (list.length >= 2 * REMEMBERED) list.splice(0, list.length - REMEMBERED)
}
