import type { ConnectionInfo } from '../../shared/connection.ts'
import type { Arrival, RegistryEvent, RegistryView } from '../control/registry-view.ts'
import type { TapObserver } from '../gateway/tapped.ts'

/** A connection as the registry tells it, complete but for what a test cares about. */
export function connectionInfo(id: string, fields: Partial<ConnectionInfo> = {}): ConnectionInfo {
  return {
    id,
    service: 'pong',
    target: 'unix:pong',
    listener: 'ws://127.0.0.1:8080',
    peer: '127.0.0.1:52100',
    origin: null,
    user: null,
    rules: ['r-1'],
    policy: 1,
    codec: 'libipc',
    view: 'payload',
    state: 'open',
    openedAt: 1_700_000_000_000,
    up: { messages: 0, bytes: 0 },
    down: { messages: 0, bytes: 0 },
    queued: { toClient: 0, toService: 0 },
    paused: { client: 0, service: 0 },
    pingMs: null,
    ending: null,
    ...fields,
  }
}

/** A registry whose connections do what a test says; it is the other side of `RegistryView`, without a gateway. */
export class FakeRegistry implements RegistryView {
  readonly connections = new Map<string, ConnectionInfo>()
  readonly closings: { readonly id: string; readonly code?: number; readonly reason?: string }[] = []
  /** Who observes a connection; a test calls them. */
  readonly taps = new Map<string, Set<TapObserver>>()
  readonly #subscribers = new Set<(event: RegistryEvent) => void>()
  #changed: { readonly mark: number; readonly id: string }[] = []
  #mark = 0

  list({ state }: { readonly state: string }): ConnectionInfo[] {
    return [...this.connections.values()].filter((connection) => state === 'all' || connection.state === state)
  }

  get(id: string): ConnectionInfo | null {
    return this.connections.get(id) ?? null
  }

  arrival(id: string): Arrival | null {
    const connection = this.get(id)
    return connection && { acceptedAt: connection.openedAt - 3, redirected: connection.target !== 'unix:pong' }
  }

  openTo(service: string): string[] {
    return this.list({ state: 'open' })
      .filter((connection) => connection.service === service)
      .map(({ id }) => id)
  }

  close(id: string, options: { readonly code?: number; readonly reason?: string }): boolean {
    if (this.get(id)?.state !== 'open') return false
    this.closings.push({ id, ...options })
    this.end(id)
    return true
  }

  tap(id: string, observer: TapObserver): (() => void) | null {
    if (this.get(id)?.state !== 'open') return null
    const observers = this.taps.get(id) ?? new Set()
    this.taps.set(id, observers.add(observer))
    return () => void observers.delete(observer)
  }

  subscribe(cb: (event: RegistryEvent) => void): () => void {
    this.#subscribers.add(cb)
    return () => this.#subscribers.delete(cb)
  }

  traffic(mark: number): { mark: number; changed: ConnectionInfo[] } {
    const ids = new Set(this.#changed.filter((change) => change.mark > mark).map(({ id }) => id))
    const changed = [...ids].map((id) => this.get(id)).filter((connection) => connection?.state === 'open')
    return { mark: this.#mark, changed: changed as ConnectionInfo[] }
  }

  get subscribers(): number {
    return this.#subscribers.size
  }

  open(id: string, fields: Partial<ConnectionInfo> = {}): void {
    const connection = connectionInfo(id, fields)
    this.connections.set(id, connection)
    this.#tell({ type: 'opened', connection })
  }

  /** The connection carried these many messages to the service. */
  move(id: string, messages: number): void {
    const up = { messages, bytes: messages * 10 }
    this.connections.set(id, { ...this.connections.get(id)!, up })
    this.#changed = [...this.#changed, { mark: ++this.#mark, id }]
  }

  end(id: string, fields: Partial<ConnectionInfo> = {}): void {
    const ending = { code: 'client-closed', close: 1000, detail: 'The client closed the connection', at: 2 } as const
    const connection: ConnectionInfo = { ...this.connections.get(id)!, state: 'closed', ending, ...fields }
    this.connections.set(id, connection)
    for (const observer of this.taps.get(id) ?? []) observer.ended()
    this.taps.delete(id)
    this.#tell({ type: 'closed', connection })
  }

  refuse(id: string, fields: Partial<ConnectionInfo> = {}): void {
    const connection = connectionInfo(id, { state: 'refused', ...fields })
    this.connections.set(id, connection)
    this.#tell({ type: 'refused', connection })
  }

  #tell(event: RegistryEvent): void {
    for (const cb of this.#subscribers) cb(event)
  }
}
