import type { FastifyBaseLogger } from 'fastify'

import type { GateError } from '../../shared/causes.ts'
import type { StatusInfo } from '../../shared/connection.ts'
import type { Candidate } from '../../shared/dashboard.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import type { AccountsDesk, By } from '../accounts/desk.ts'
import type { PolicyDesk } from '../policy/desk.ts'
import type { DraftDesk } from '../policy/drafts.ts'
import type { ServiceDesk, ServiceOperations } from '../services/desk.ts'
import type { AuditStore, PreferenceStore } from '../store/store.ts'
import type { AuditWatch } from './audit-watch.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { CloseJobs } from './close-jobs.ts'
import { feedLimits } from './feed.ts'
import type { FeedLimits, FeedSources } from './feed.ts'
import type { CredentialSources } from './identify.ts'
import type { Metrics } from './metrics.ts'
import type { Recent } from './recent.ts'
import type { SettingsDesk } from './settings-desk.ts'

/** What the admin side is made of; `app.ts` hands it over. */
export interface ControlDeps extends FeedSources, CredentialSources {
  readonly policy: PolicyDesk
  readonly drafts: DraftDesk
  readonly preferences: PreferenceStore
  /** Closings of many connections, of all listeners together. */
  readonly closings: CloseJobs
  readonly accounts: AccountsDesk
  readonly audit: AuditStore
  readonly definitions: ServiceDesk
  readonly operations: ServiceOperations
  /** What happened lately. */
  readonly recent: Recent
  readonly settings: SettingsDesk
  readonly auditWatch: Pick<AuditWatch, 'fault'>
  readonly clockWatch: Pick<ClockWatch, 'jumpMs'>
  /** Absolute path. */
  readonly dataDir: string
  /** What on this machine could be a service. */
  candidates(): Promise<Candidate[]>
  /** Starts the built-in echo service and defines it. @throws ServiceRefusal, StoreError; Error when it can't listen */
  startEcho(by: By): Promise<void>
  readonly metrics: Metrics
  /** Names of what the gateway speaks, for `GET /capabilities`. */
  readonly catalogs: {
    readonly codecs: readonly string[]
    readonly views: readonly string[]
    readonly transports: readonly string[]
  }
  /** Names that the listener answers to besides loopback's. */
  readonly hosts: readonly string[]
  /**
   * What the policy says to a request for the admin listener (service `-/admin`); null when it is let in. Asked first
   * with no user, where `unauthenticated` means that some would be let in, then with whoever it turned out to be.
   */
  judgeAdmin(door: ConnectionRequest): GateError | null
  status(): StatusInfo
  /** Directory of the built page. */
  readonly webRoot: string
  readonly log: Pick<FastifyBaseLogger, 'error'>
  /** Defaults are for use; tests set shorter ones. */
  readonly limits?: Partial<ControlLimits>
}

/** Bounds of this listener. */
export interface ControlLimits extends FeedLimits {
  readonly bodyBytes: number
  /** Of a request with a policy document. */
  readonly documentBytes: number
  /** From the connection to the end of the request headers, in ms. */
  readonly headersTimeoutMs: number
  /** From the connection to the end of the request, in ms. */
  readonly requestTimeoutMs: number
  readonly heartbeatMs: number
  readonly maxSockets: number
  readonly maxWatchers: number
  /** Connections whose messages are read at a time. */
  readonly maxTaps: number
}

export const controlLimits: ControlLimits = {
  ...feedLimits,
  bodyBytes: 64 * 1024,
  documentBytes: 8 * 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  heartbeatMs: 15_000,
  maxSockets: 512,
  maxWatchers: 64,
  maxTaps: 8,
}
