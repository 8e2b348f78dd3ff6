import type { Finding, PolicyState, TestResult } from '../../../shared/api.ts'
import type { ServiceInfo } from '../../../shared/connection.ts'
import type { Attention, CertificateInfo } from '../../../shared/dashboard.ts'
import type { Life } from '../recent.ts'

/** What the list is made from, as of now. */
export interface AttentionSources {
  readonly now: number
  readonly services: readonly ServiceInfo[]
  readonly findings: readonly Finding[]
  readonly tests: readonly TestResult[]
  /** Ids of all redirects of the policy in force, fixed ones included. */
  readonly redirects: ReadonlySet<string>
  /** Ids of entries that are so old that they should have matched something by now. */
  readonly oldEntries: ReadonlySet<string>
  readonly policy: PolicyState
  readonly lives: readonly Life[]
  /** The ping period in ms; 0 when there are no pings. */
  readonly timerMs: number
  readonly certificate: CertificateInfo | null
  readonly disk: { readonly freeBytes: number; readonly share: number } | null
  /** What is wrong with the audit log, as a sentence; null when nothing is, as far as known. */
  readonly auditFault: string | null
  /** By how much the wall clock last jumped, in ms; 0 when it did not. */
  readonly clockJumpMs: number
  readonly warnings: readonly string[]
}

/** Looks for one kind of trouble; nothing when all is well. */
export type Look = (sources: AttentionSources) => readonly Attention[]
