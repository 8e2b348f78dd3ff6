import type {
  Existing,
  Explanation,
  Finding,
  PolicyChange,
  PolicyPreview,
  PolicyState,
  PolicyVersion,
  RuleHits,
  TestResult,
} from '../../shared/api.ts'
import type { MatchesAnswer } from '../../shared/dashboard.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import type { ConnectionRequest, Direction } from '../../shared/policy/request.ts'
import type { VersionRecord } from '../store/store.ts'
import type { MatchedEntry } from './matches.ts'

/** Who changes something; goes into the audit log with the change. */
export interface Actor {
  readonly name: string
  /** Address, or `local`. */
  readonly from: string
  readonly requestId: string
  /** The request as the rules for `-/admin` see it; null for who can't be locked out (the socket in the data dir). */
  readonly door: ConnectionRequest | null
}

export interface CommitOptions {
  /** Version that the change was made on (`If-Match`); null: whatever is in force. */
  readonly expected: number | null
  readonly comment: string
  readonly kind: PolicyVersion['kind']
  readonly existing: Existing
  readonly drainMs: number
  /** Goes back by itself unless it is confirmed within this time, in milliseconds; null: it stays. */
  readonly confirmWithinMs: number | null
  /** Why it is committed though its tests fail; null: then it is not. */
  readonly override: string | null
}

/** A change that is not made; nothing has been changed. The message is a sentence. */
export class PolicyRefusal extends Error {
  override readonly name = 'PolicyRefusal'
  readonly code:
    | 'pending'
    | 'nothing-pending'
    | 'managed'
    | 'lockout'
    | 'tests-failed'
    | 'no-version'
    | 'no-entry'
    | 'no-request'

  constructor(code: PolicyRefusal['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** What the admin side can do with the policy. `PolicyKeeper` is it. */
export interface PolicyDesk {
  /** The version in force, with its document. */
  current(): VersionRecord
  state(): PolicyState
  /** Calls back after every change of `state`. @returns stops that */
  onChange(changed: () => void): () => void

  /**
   * Makes a document the policy in force, and a new version of it.
   * @param input a whole document, unchecked
   * @throws PolicyError, VersionConflict, PolicyRefusal (pending, managed, lockout, tests-failed) or StoreError
   */
  commit(input: unknown, actor: Actor, options: CommitOptions): Promise<VersionRecord>
  /**
   * One edit: `change` gets the document in force and returns the next; called again when somebody else was faster.
   * @throws as `commit`
   */
  edit(change: (document: PolicyDocument) => unknown, actor: Actor, options: CommitOptions): Promise<VersionRecord>
  /** The commit that waits stays. @throws PolicyRefusal nothing-pending */
  confirm(actor: Actor): PolicyState
  /** The commit that waits goes back now. @throws PolicyRefusal nothing-pending */
  rollback(actor: Actor): VersionRecord
  /** What a draft would do; changes nothing. */
  preview(input: unknown, actor: Actor): Promise<PolicyPreview>

  versions(page: { readonly before: number | null; readonly limit: number }): PolicyVersion[]
  /** @throws PolicyRefusal no-version */
  version(version: number): VersionRecord
  /** From one version to another. @throws PolicyRefusal no-version */
  changes(from: number, to: number): PolicyChange[]

  hits(): ReadonlyMap<string, RuleHits>
  findings(): Finding[]
  tests(): TestResult[]

  /** Which connections, open or of late, one entry alone matches, behind the redirects in force if it is a rule. */
  matches(entry: MatchedEntry): Promise<MatchesAnswer>
  /** What the policy in force says to an invented connection. @throws RangeError when `peer` can't be read */
  explain(direction: Direction, service: string, peer: string): Explanation
  /** What was said to a real one, by the policy of that moment. @throws PolicyRefusal no-request */
  explainRequest(requestId: string): Explanation
}
