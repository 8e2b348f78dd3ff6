import type { ConnectionInfo } from '../../shared/connection.ts'
import type { TapObserver } from '../gateway/tapped.ts'

/** Which connections a list holds; `open` includes those that are closing. */
export type RegistryState = 'open' | 'closed' | 'refused' | 'all'

export interface RegistryEvent {
  readonly type: 'opened' | 'closed' | 'refused'
  readonly connection: ConnectionInfo
}

/** How a connection came to where it is. */
export interface Arrival {
  /** When the gateway began to deal with it, in milliseconds since 1970. */
  readonly acceptedAt: number
  /** Whether it was sent somewhere else than to the service that it asked for. */
  readonly redirected: boolean
}

/** What the admin API sees of the gateway's live connections. */
export interface RegistryView {
  list(filter: { readonly state: RegistryState }): ConnectionInfo[]
  get(id: string): ConnectionInfo | null
  /** Of one that is open or remembered. */
  arrival(id: string): Arrival | null
  /** Ids of the open connections to a service, whatever they asked for before redirects. */
  openTo(service: string): string[]
  /** Closes an open connection as an administrator would; false when it is not open (any more). */
  close(id: string, options: { readonly code?: number; readonly reason?: string }): boolean
  /**
   * Shows `observer` every message that completes on an open connection from now on, both ways, until the connection ends
   * (`ended`) or the function that is returned is called. Null when it is not open (any more). Whoever calls has made sure
   * that the admin may, and that it is on record.
   */
  tap(id: string, observer: TapObserver): (() => void) | null
  /** Calls `cb` in the turn in which the change happens, in order. Returns the way to stop. */
  subscribe(cb: (event: RegistryEvent) => void): () => void
  /**
   * Open connections whose counters changed since `mark` was handed out; 0 means since the beginning. Costs nothing
   * while nobody asks.
   */
  traffic(mark: number): { readonly mark: number; readonly changed: ConnectionInfo[] }
}
