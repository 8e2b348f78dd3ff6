import type { AuditEntry, AuditVerdict, PolicyVersion, RuleHits, Role, TokenScope } from '../../shared/api.ts'
import type { Draft, DraftNote, Preferences } from '../../shared/dashboard.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import type { ServiceEntry } from '../services/service.ts'

/**
 * What the gateway keeps. All methods but `verify` are synchronous, and each is atomic: after a crash or a full disk it has happened or
 * it has not. What belongs together goes into one `transaction`, the audit entry of a change into that of the change.
 * Every method throws StoreError when nothing could be written or read.
 */
export interface Store {
  readonly policy: PolicyStore
  readonly audit: AuditStore
  readonly accounts: AccountStore
  readonly services: ServiceStore
  readonly drafts: DraftStore
  readonly preferences: PreferenceStore
  /** All or nothing; what `work` throws is thrown on. Nests: an inner one is part of the outer. */
  transaction<T>(work: () => T): T
  /** Writes a consistent copy of everything to a new file, while work goes on. @throws StoreError */
  backup(path: string): Promise<void>
  /** Ends it; owned by `app.ts`. */
  close(): void
}

/** The disk is full, not writable or broken: nothing was changed. The message is a sentence. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}

/** Somebody else has saved a version meanwhile. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict'
  readonly current: number

  constructor(current: number) {
    super(`the policy is at version ${current} by now`)
    this.current = current
  }
}

/** A commit that goes back by itself unless somebody confirms it. */
export interface PendingCommit {
  /** The version that waits. */
  readonly version: number
  /** The version whose document returns. */
  readonly revertTo: number
  /** Wall clock, milliseconds since 1970. */
  readonly deadline: number
  /** How long the window was, in milliseconds: no clock that jumps can make it longer. */
  readonly windowMs: number
  /** What happens to connections that lose their right, also when it goes back. */
  readonly existing: 'keep' | 'close' | 'drain'
  readonly drainMs: number
}

/** A version with its document. */
export interface VersionRecord extends PolicyVersion {
  readonly document: PolicyDocument
}

export interface PolicyStore {
  /** Null in a new data dir. */
  latest(): VersionRecord | null
  get(version: number): VersionRecord | null
  /** Newest first, at most `limit`, older than `before`. */
  list(page: { readonly before: number | null; readonly limit: number }): PolicyVersion[]
  /**
   * Saves the next version, which is `expected` + 1.
   * @param pending replaces the one that waits; null: nothing waits from now on
   * @throws VersionConflict when the latest version is not `expected` (0: there is none yet)
   */
  save(
    expected: number,
    record: Omit<VersionRecord, 'version'>,
    pending: Omit<PendingCommit, 'version' | 'revertTo'> | null,
  ): VersionRecord
  pending(): PendingCommit | null
  /** Nothing waits from now on. */
  confirm(): void
  hits(): Map<string, RuleHits>
  /** Replaces the counters of these rules. */
  saveHits(hits: ReadonlyMap<string, RuleHits>): void
}

export interface AuditStore {
  /** Adds an entry to the chain. */
  append(entry: Omit<AuditEntry, 'seq' | 'at' | 'hash'>): AuditEntry
  /** Newest first, at most `limit`, older than entry `before`; `q` is looked for in actor, action and object. */
  list(page: { readonly before: number | null; readonly limit: number; readonly q: string }): AuditEntry[]
  /** Reads the whole chain, with pauses: it may be long, and traffic goes on. Not for within a transaction. */
  verify(): Promise<AuditVerdict>
}

/** Services that were defined by the dashboard. */
export interface ServiceStore {
  list(): ReadonlyMap<string, ServiceEntry>
  /** Adds or replaces. */
  save(name: string, entry: ServiceEntry): void
  delete(name: string): void
  /** Services that are switched off, discovered ones among them, and since when. */
  disabled(): ReadonlyMap<string, number>
  /** Null: it is switched on again. */
  saveDisabled(name: string, at: number | null): void
}

/** Rules that somebody has begun to change, one for each name. */
export interface DraftStore {
  /** Without their documents, by name. */
  list(): DraftNote[]
  get(user: string): Draft | null
  /** Adds or replaces. */
  save(user: string, draft: Draft): void
  delete(user: string): void
}

/** What people have set for their own pages: JSON by name and key. */
export interface PreferenceStore {
  of(user: string): Preferences
  /** Adds or replaces. */
  save(user: string, key: string, value: unknown): void
  delete(user: string, key: string): void
}

/** An account, of an administrator or of a client. */
export interface UserRecord {
  readonly name: string
  readonly role: Role
  readonly groups: readonly string[]
  readonly enabled: boolean
  /** argon2id, as a PHC string; null: no password, tokens only. */
  readonly passwordHash: string | null
  /** Subject of a client certificate that proves this user (`CN=anna`), or null. */
  readonly certificate: string | null
  readonly createdAt: number
}

export interface TokenRecord {
  readonly id: string
  readonly name: string
  readonly user: string
  readonly scope: TokenScope
  /** SHA-256 of the token; the token itself is nowhere. */
  readonly hash: Uint8Array
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

export interface SessionRecord {
  /** Shown in lists. */
  readonly id: string
  /** SHA-256 of the cookie's value. */
  readonly hash: Uint8Array
  readonly user: string
  readonly createdAt: number
  readonly seenAt: number
  /** Where it was opened from. */
  readonly from: string
}

export interface AccountStore {
  users(): UserRecord[]
  user(name: string): UserRecord | null
  /** Adds or replaces. */
  saveUser(user: UserRecord): void
  /** With its tokens, sessions, draft and preferences. */
  deleteUser(name: string): void
  tokens(): TokenRecord[]
  saveToken(token: TokenRecord): void
  deleteToken(id: string): void
  tokenUsed(id: string, at: number): void
  sessions(): SessionRecord[]
  sessionByHash(hash: Uint8Array): SessionRecord | null
  saveSession(session: SessionRecord): void
  sessionSeen(id: string, at: number): void
  deleteSession(id: string): void
  /** Forgets those last seen before `seenAt` or opened before `createdAt`. */
  deleteOldSessions(limits: { readonly seenAt: number; readonly createdAt: number }): void
}
