import type { PolicyState } from './api.ts'
import type { CauseCode } from './causes.ts'
import type { ServiceState } from './dashboard.ts'

/** Where a connection is in its life. `refused` never opened. */
export type ConnectionState = 'open' | 'closing' | 'closed' | 'refused'

/** Messages and payload bytes in one direction since the connection opened. */
export interface Traffic {
  readonly messages: number
  readonly bytes: number
}

/** What is told about how a connection ended or why it was refused. */
export interface Ending {
  readonly code: CauseCode
  /** The close code, or for a refusal by HTTP the status; below 1000 it is a status. */
  readonly close: number
  readonly detail: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** One connection as the API, the page and the terminal show it. `up` is client to service, `down` service to client. */
export interface ConnectionInfo {
  /** Also the request id that a refusal carries. */
  readonly id: string
  readonly service: string
  /** URI of where it was sent; empty when refused before that was known. */
  readonly target: string
  readonly listener: string
  /** `127.0.0.1:52100`, or `uid 1000, pid 4242` of a local socket's peer. */
  readonly peer: string
  readonly origin: string | null
  /** Whom the client's credential belongs to; null without one. */
  readonly user: string | null
  /** Ids of the rules that matched, in order: redirects, those that only log, and last the one that decided. */
  readonly rules: readonly string[]
  /** Version of the policy that judged it; 0 when it was refused before that. */
  readonly policy: number
  readonly codec: string
  readonly view: string
  readonly state: ConnectionState
  /** Milliseconds since 1970. */
  readonly openedAt: number
  readonly up: Traffic
  readonly down: Traffic
  /** Bytes waiting in the gateway, by where they are going. */
  readonly queued: { readonly toClient: number; readonly toService: number }
  /** Milliseconds for which reading was paused because the other side did not keep up. */
  readonly paused: { readonly client: number; readonly service: number }
  /** Last ping to pong time in milliseconds; null before the first answer. */
  readonly pingMs: number | null
  readonly ending: Ending | null
}

/**
 * The live feed: a snapshot first, then changes in order. `seq` grows by one with each change; a snapshot carries that
 * of the last change it holds.
 */
export type FeedEvent =
  | {
      readonly type: 'snapshot'
      readonly seq: number
      readonly open: ConnectionInfo[]
      /** Closed and refused ones that are still remembered. */
      readonly recent: ConnectionInfo[]
      readonly services: ServiceInfo[]
      readonly policy: PolicyState
    }
  | { readonly type: 'opened' | 'closed' | 'refused'; readonly seq: number; readonly connection: ConnectionInfo }
  /** Once a second: the connections whose counters changed since the last. */
  | { readonly type: 'traffic'; readonly seq: number; readonly connections: ConnectionInfo[] }
  | { readonly type: 'services'; readonly seq: number; readonly services: ServiceInfo[] }
  /** A new version, a confirmation, a way back, drift of a managed file. */
  | { readonly type: 'policy'; readonly seq: number; readonly policy: PolicyState }

/** A service as lists show it. */
export interface ServiceInfo {
  readonly name: string
  readonly target: string
  readonly codec: string
  /** `discovered` in the run dir, `defined` in the file or on the command line, or by the `dashboard`. */
  readonly from: 'discovered' | 'defined' | 'dashboard'
  /** Open connections to it. */
  readonly connections: number
  /** Why the last connection attempt failed, as a sentence; null when it worked or there was none. */
  readonly lastError: string | null
  readonly state: ServiceState
  /** Since when, in milliseconds since 1970; 0 when nobody knows. */
  readonly since: number
}

/** What runs: the head of the page, `GET /api/v1/status`. */
export interface StatusInfo {
  readonly version: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly state: 'running' | 'draining'
  readonly listeners: readonly string[]
  /** Address of the page; null when it has none. */
  readonly dashboard: string | null
  readonly rundir: string
  readonly timerMs: number
  readonly openConnections: number
  /** What does not work on this machine and what that means, as sentences. */
  readonly warnings: readonly string[]
}
