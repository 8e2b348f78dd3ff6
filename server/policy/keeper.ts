import type {
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
import { diffDocuments } from '../../shared/policy/diff.ts'
import { readDocument } from '../../shared/policy/document.ts'
import type { FixedRules, PolicyDocument } from '../../shared/policy/document.ts'
import { explain } from '../../shared/policy/explain.ts'
import { parseFacts } from '../../shared/policy/facts.ts'
import { findings } from '../../shared/policy/findings.ts'
import { compile } from '../../shared/policy/policy.ts'
import type { Decision, Policy } from '../../shared/policy/policy.ts'
import type { ConnectionRequest, Direction } from '../../shared/policy/request.ts'
import { runTests } from '../../shared/policy/run-tests.ts'
import type { ConnectionFacts } from '../gateway/connection.ts'
import type { Manner } from '../gateway/rejudge.ts'
import { VersionConflict } from '../store/store.ts'
import type { PendingCommit, Store, VersionRecord } from '../store/store.ts'
import { ConfirmWindow } from './confirm-window.ts'
import type { Actor, CommitOptions, PolicyDesk } from './desk.ts'
import { PolicyRefusal } from './desk.ts'
import { checkDoor, checkTests, lockout, readDraft, tryRead } from './draft.ts'
import type { TargetKnowledge } from './draft.ts'
import type { Drafts } from './drafts.ts'
import { explainRefusal } from './explain-refusal.ts'
import { HitBook } from './hits.ts'
import { makeId } from './ids.ts'
import type { ManagedFile } from './managed-file.ts'
import { countMatches } from './matches.ts'
import type { MatchedEntry } from './matches.ts'
import { previewDraft } from './preview.ts'
import { seed } from './seed.ts'
import type { Witnesses } from './witnesses.ts'

export interface KeeperParts {
  readonly store: Store
  /** Who has begun changes: part of the state. */
  readonly drafts: Pick<Drafts, 'notes' | 'onChange'>
  /** Rules of command line and file. */
  readonly fixed: FixedRules
  /** The file that the policy comes from, if it does. */
  readonly managed: ManagedFile | null
  /** Holds the open connections against the policy that has just come into force. */
  readonly rejudge: (manner: Manner) => void
  /** Connections that a draft is tried on. */
  readonly witnesses: Witnesses
  /** What is known of a connection or refusal by its id; null when it is forgotten. */
  readonly facts: (
    id: string,
  ) => { readonly facts: ConnectionFacts; readonly ending: { code: string; detail: string } | null } | null
  readonly targets: TargetKnowledge
  /** Why a commit that waited could not go back yet, and the like. */
  readonly warn: (message: string, error: unknown) => void
}

const GATEWAY: Actor = { name: 'gateway', from: 'local', requestId: '', door: null }

/**
 * Keeps the policy: the version in force, compiled; every change of it; the way back when nobody confirms. A change is
 * saved first, with its audit entry, and then takes effect in one assignment: each connection is judged by exactly one
 * version. Owned by `app.ts`, which calls `close`.
 */
export class PolicyKeeper implements PolicyDesk {
  readonly #parts: KeeperParts
  readonly #hits: HitBook
  readonly #window: ConfirmWindow
  readonly #listeners = new Set<() => void>()
  #fixed: FixedRules
  #record: VersionRecord
  #policy: Policy
  #manner: Manner = { existing: 'keep', drainMs: 0 }

  /** @throws StoreError */
  constructor(parts: KeeperParts) {
    const { store, fixed, drafts } = parts
    this.#parts = parts
    this.#fixed = fixed
    this.#hits = new HitBook(store.policy)
    this.#window = new ConfirmWindow(() => this.#goBack())
    this.#record =
      store.policy.latest() ?? this.#save(0, readDocument(seed, makeId), GATEWAY, 'seed', 'the first policy', null)
    this.#policy = compile(this.#record.document, this.#record.version, fixed)
    const pending = store.policy.pending()
    if (pending !== null) this.#await(pending)
    drafts.onChange(() => this.#changed())
  }

  /**
   * Call once when everything it was handed works: reads the managed file; a window that ran out while nobody ran ends now.
   * @throws PolicyError when the managed file can't be used
   */
  start(): void {
    this.reloadFile()
    this.#window.start()
  }

  /** In force now; each connection is judged by one. */
  get policy(): Policy {
    return this.#policy
  }

  /** Counts a decision for its rules. */
  count({ rules }: Decision, at = Date.now()): void {
    this.#hits.count(rules, at)
  }

  current(): VersionRecord {
    return this.#record
  }

  state(): PolicyState {
    const { document: _, ...current } = this.#record
    const pending = this.#window.pending
    const { managed } = this.#parts
    return {
      current,
      pending: pending && { version: pending.version, revertTo: pending.revertTo, deadline: pending.deadline },
      fixed: this.#fixed,
      managed: managed && { path: managed.path, drift: managed.drift() },
      drafts: this.#parts.drafts.notes(),
    }
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => void this.#listeners.delete(changed)
  }

  commit(input: unknown, actor: Actor, options: CommitOptions): Promise<VersionRecord> {
    return this.edit(() => input, actor, options)
  }

  async edit(
    change: (document: PolicyDocument) => unknown,
    actor: Actor,
    options: CommitOptions,
  ): Promise<VersionRecord> {
    for (;;) {
      this.#checkOpen(options)
      const before = this.#policy
      const document = this.#read(change(before.document))
      await turn() // a large policy takes a while to check and to compile: the traffic flows in between
      if (this.#policy !== before) continue // somebody else was faster: once more, on theirs
      const policy = compile(document, this.#record.version + 1, this.#fixed)
      await turn()
      if (this.#policy !== before) continue
      this.#checkOpen(options)
      return this.#enact(policy, actor, options)
    }
  }

  confirm(actor: Actor): PolicyState {
    const pending = this.#pending()
    const { store } = this.#parts
    store.transaction(() => {
      store.policy.confirm()
      this.#audit(actor, 'policy.confirm', pending.version, '')
    })
    this.#window.close()
    this.#changed()
    return this.state()
  }

  rollback(actor: Actor): VersionRecord {
    return this.#revert(this.#pending(), actor, `version ${this.#pending().version} was rolled back`)
  }

  async preview(input: unknown, actor: Actor): Promise<PolicyPreview> {
    const before = this.#record.document
    const { problems, document } = tryRead(() => this.#read(input))
    const draft = document && compile(document, this.#record.version + 1, this.#fixed)
    return previewDraft({
      problems,
      before,
      draft,
      findings: draft === null ? [] : this.#findingsOf(draft.document),
      witnesses: this.#parts.witnesses,
      uriOf: (service) => this.#parts.targets.uriOf(service),
      lockout: draft && lockout(draft, actor),
    })
  }

  versions(page: { readonly before: number | null; readonly limit: number }): PolicyVersion[] {
    return this.#parts.store.policy.list(page)
  }

  version(version: number): VersionRecord {
    const record = this.#parts.store.policy.get(version)
    if (record === null)
      throw new PolicyRefusal('no-version', `there is no version ${version}, or it is too old to be kept`)
    return record
  }

  changes(from: number, to: number): PolicyChange[] {
    return diffDocuments(this.version(from).document, this.version(to).document)
  }

  hits(): ReadonlyMap<string, RuleHits> {
    return this.#hits.all()
  }

  findings(): Finding[] {
    return this.#findingsOf(this.#record.document)
  }

  tests(): TestResult[] {
    return runTests(this.#policy)
  }

  matches(entry: MatchedEntry): Promise<MatchesAnswer> {
    return countMatches(entry, this.#policy, this.#parts.witnesses)
  }

  explain(direction: Direction, service: string, peer: string): Explanation {
    const { request, now } = parseFacts(direction, service, peer)
    return this.#explained(this.#policy, request, now)
  }

  explainRequest(requestId: string): Explanation {
    const found = this.#parts.facts(requestId)
    if (found === null) {
      throw new PolicyRefusal('no-request', 'no connection or refusal has this id, or it was too long ago')
    }
    const { facts, ending } = found
    const { version } = facts.judgement
    const policy = version === this.#policy.version || version === 0 ? this.#policy : this.#policyOf(version)
    return explainRefusal(this.#explained(policy, facts.request), facts, ending)
  }

  /** What the rules for the gateway's own door (`-/admin`) say to somebody. */
  judge(door: ConnectionRequest): Decision {
    return this.#policy.decide(door)
  }

  /** Rules of command line and file have changed; open connections are not touched. */
  setFixed(fixed: FixedRules): void {
    this.#fixed = fixed
    this.#policy = compile(this.#record.document, this.#record.version, fixed)
    this.#parts.rejudge({ existing: 'keep', drainMs: 0 })
    this.#changed()
  }

  /** Reads the managed file again. @throws PolicyError and what reading throws; the old policy stays */
  reloadFile(): void {
    if (this.#parts.managed !== null) this.#takeFile(this.#parts.managed)
  }

  close(): void {
    this.#window.close()
    this.#hits.close()
    this.#listeners.clear()
  }

  // Changes.

  #enact(policy: Policy, actor: Actor, options: CommitOptions): VersionRecord {
    const { existing, drainMs, confirmWithinMs, kind, comment, override } = options
    checkTests(policy, options)
    if (confirmWithinMs === null) checkDoor(policy, actor)
    const pending =
      confirmWithinMs === null
        ? null
        : { deadline: Date.now() + confirmWithinMs, windowMs: confirmWithinMs, existing, drainMs }
    const why = override === null ? comment : `${comment} (its tests fail, overridden: ${override})`.trim()
    const record = this.#save(this.#record.version, policy.document, actor, kind, why, pending)
    this.#apply(record, policy, { existing, drainMs })
    return record
  }

  #checkOpen({ expected, kind }: CommitOptions): void {
    const { managed } = this.#parts
    if (managed !== null && kind !== 'file' && kind !== 'rollback') {
      throw new PolicyRefusal('managed', `the policy is kept in ${managed.path}: change it there and send SIGHUP`)
    }
    if (expected !== null && expected !== this.#record.version) throw new VersionConflict(this.#record.version)
    const { pending } = this.#window
    if (pending !== null && kind !== 'file') {
      throw new PolicyRefusal(
        'pending',
        `version ${pending.version} waits for its confirmation: confirm it or roll it back first`,
      )
    }
  }

  /** @throws PolicyError */
  #read(input: unknown): PolicyDocument {
    return readDraft(input, this.#fixed, this.#parts.targets)
  }

  #save(
    expected: number,
    document: PolicyDocument,
    actor: Actor,
    kind: PolicyVersion['kind'],
    comment: string,
    pending: Omit<PendingCommit, 'version' | 'revertTo'> | null,
  ): VersionRecord {
    const { store } = this.#parts
    return store.transaction(() => {
      const version = { at: Date.now(), author: actor.name, comment, kind, document }
      const saved = store.policy.save(expected, version, pending)
      const waits = pending === null ? '' : `; waits ${pending.windowMs / 1000} s for its confirmation`
      this.#audit(actor, `policy.${kind}`, saved.version, `${comment}${waits}`)
      return saved
    })
  }

  #audit(actor: Actor, action: string, version: number, detail: string): void {
    const { name, from, requestId } = actor
    const object = `version ${version}`
    this.#parts.store.audit.append({ actor: name, action, object, result: 'ok', from, requestId, detail })
  }

  #apply(record: VersionRecord, policy: Policy, manner: Manner): void {
    this.#record = record
    this.#policy = policy
    this.#manner = manner
    const pending = this.#parts.store.policy.pending()
    if (pending === null) this.#window.close()
    else {
      this.#await(pending)
      this.#window.start()
    }
    this.#parts.rejudge(manner)
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }

  // The confirm window.

  #await(pending: PendingCommit): void {
    this.#manner = { existing: pending.existing, drainMs: pending.drainMs }
    this.#window.open(pending)
  }

  #pending(): PendingCommit {
    const { pending } = this.#window
    if (pending === null) throw new PolicyRefusal('nothing-pending', 'no commit waits for a confirmation')
    return pending
  }

  #revert({ revertTo, version }: PendingCommit, actor: Actor, comment: string): VersionRecord {
    const { document } = this.version(revertTo)
    const policy = compile(document, version + 1, this.#fixed)
    const record = this.#save(version, document, actor, 'rollback', `${comment}; back to version ${revertTo}`, null)
    this.#apply(record, policy, this.#manner)
    return record
  }

  /** Nobody has confirmed in time. The old rules return even if that can't be written down: it is tried again later. */
  #goBack(): 'done' | 'again' {
    const pending = this.#pending()
    try {
      this.#revert(pending, GATEWAY, `nobody confirmed version ${pending.version} in time`)
      return 'done'
    } catch (error) {
      this.#parts.warn('the unconfirmed policy is no longer in force, but that could not be saved yet', error)
      if (this.#policy.version !== pending.revertTo) {
        this.#policy = compile(this.version(pending.revertTo).document, pending.revertTo, this.#fixed)
        this.#parts.rejudge(this.#manner)
      }
      return 'again'
    }
  }

  // What is known.

  #takeFile(managed: ManagedFile): void {
    const input = managed.read(this.#record.document)
    const document = this.#read(input)
    managed.taken()
    if (diffDocuments(this.#record.document, document).length === 0) return this.#changed()
    const options = {
      expected: null,
      comment: `read from ${managed.path}`,
      kind: 'file',
      existing: 'keep',
      drainMs: 0,
    } as const
    const policy = compile(document, this.#record.version + 1, this.#fixed)
    this.#enact(policy, { ...GATEWAY, name: 'file' }, { ...options, confirmWithinMs: null, override: null })
  }

  #policyOf(version: number): Policy {
    const record = this.#parts.store.policy.get(version)
    return record === null ? this.#policy : compile(record.document, version, this.#fixed)
  }

  #explained(policy: Policy, request: ConnectionRequest, now = Date.now()): Explanation {
    const explanation = explain(policy, request, now)
    if (explanation.target !== '') return explanation
    return { ...explanation, target: this.#parts.targets.uriOf(explanation.service) }
  }

  #findingsOf(document: PolicyDocument): Finding[] {
    const { targets } = this.#parts
    return findings(document, this.#fixed, {
      now: Date.now(),
      hits: this.#hits.all(),
      serviceExists: (name) => targets.exists(name),
      refusedTarget: (uri) => targets.refused(uri),
    })
  }
}

/** Lets everything else have its turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
