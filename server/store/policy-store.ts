import { createHash } from 'node:crypto'

import type { Statement } from 'better-sqlite3'

import type { PolicyVersion, RuleHits } from '../../shared/api.ts'
import { readDocument } from '../../shared/policy/document.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Database } from './database.ts'
import { StoreError, VersionConflict } from './store.ts'
import type { PendingCommit, PolicyStore, VersionRecord } from './store.ts'

/** Older versions are forgotten, and so are those beyond this much of documents. */
const VERSIONS_MAX = 1000
const DOCUMENTS_BYTES_MAX = 1024 * 1024 * 1024
/** Of rules that are long gone, too; those hit last are kept. */
const HITS_MAX = 50_000

interface Row extends PolicyVersion {
  readonly hash: Buffer
  readonly document: string
}

const VERSION = 'version, at, author, comment, kind'

/** Versions of the policy, the one that waits for its confirmation, and hit counters. */
export class SqlitePolicy implements PolicyStore {
  readonly #database: Database
  readonly #current: Statement<[], number>
  readonly #get: Statement<[number], Row>
  readonly #list: Statement<[{ before: number; limit: number }], PolicyVersion>
  readonly #insert: Statement<[Row & { bytes: number }]>
  readonly #forget: Statement<[{ versions: number; bytes: number }]>
  readonly #pending: Statement<[], PendingCommit>
  readonly #wait: Statement<[PendingCommit]>
  readonly #confirm: Statement<[]>
  readonly #hits: Statement<[], RuleHits & { rule: string }>
  readonly #saveHits: Statement<[RuleHits & { rule: string }]>
  readonly #hitRules: Statement<[], number>
  readonly #forgetHits: Statement<[number]>

  constructor(database: Database) {
    const { sqlite } = database
    this.#database = database
    this.#current = sqlite.prepare<[], number>('SELECT coalesce(max(version), 0) FROM policy_version').pluck()
    this.#get = sqlite.prepare(`SELECT ${VERSION}, hash, document FROM policy_version WHERE version = ?`)
    this.#list = sqlite.prepare(
      `SELECT ${VERSION} FROM policy_version WHERE version < @before ORDER BY version DESC LIMIT @limit`,
    )
    this.#insert = sqlite.prepare(
      'INSERT INTO policy_version VALUES (@version, @at, @author, @comment, @kind, @hash, @bytes, @document)',
    )
    this.#forget = sqlite.prepare(`
      DELETE FROM policy_version WHERE version IN (
        SELECT version FROM (
          SELECT version, row_number() OVER newest AS place, sum(bytes) OVER newest AS total FROM policy_version
          WINDOW newest AS (ORDER BY version DESC)
        ) WHERE place > 1 AND (place > @versions OR total > @bytes)
      ) AND version NOT IN (SELECT revert_to FROM policy_pending)`)
    this.#pending = sqlite.prepare(`
      SELECT version, revert_to AS revertTo, deadline, window_ms AS windowMs, existing, drain_ms AS drainMs
      FROM policy_pending`)
    this.#wait = sqlite.prepare(
      'INSERT INTO policy_pending VALUES (1, @version, @revertTo, @deadline, @windowMs, @existing, @drainMs)',
    )
    this.#confirm = sqlite.prepare('DELETE FROM policy_pending')
    this.#hits = sqlite.prepare('SELECT rule, hits, last_at AS lastAt FROM rule_hits')
    this.#saveHits = sqlite.prepare(`
      INSERT INTO rule_hits VALUES (@rule, @hits, @lastAt)
      ON CONFLICT DO UPDATE SET hits = excluded.hits, last_at = excluded.last_at`)
    this.#hitRules = sqlite.prepare<[], number>('SELECT count(*) FROM rule_hits').pluck()
    this.#forgetHits = sqlite.prepare(`
      DELETE FROM rule_hits WHERE rule IN (
        SELECT rule FROM rule_hits ORDER BY coalesce(last_at, 0) DESC LIMIT -1 OFFSET ?
      )`)
  }

  /** Reads and checks the whole document: for the start, not for every request. */
  latest(): VersionRecord | null {
    const record = this.get(this.#database.guard(() => this.#current.get()!))
    return record && { ...record, document: checked(record) }
  }

  get(version: number): VersionRecord | null {
    const row = this.#database.guard(() => this.#get.get(version))
    return row ? recordOf(row) : null
  }

  list({ before, limit }: { before: number | null; limit: number }): PolicyVersion[] {
    return this.#database.guard(() => this.#list.all({ before: before ?? Number.MAX_SAFE_INTEGER, limit }))
  }

  /** @throws RangeError when the first version is to wait: there is nothing to go back to */
  save(
    expected: number,
    record: Omit<VersionRecord, 'version'>,
    pending: Omit<PendingCommit, 'version' | 'revertTo'> | null,
  ): VersionRecord {
    if (pending !== null && expected === 0) throw new RangeError('the first version has none before it to go back to')
    const { at, author, comment, kind } = record
    const document = canonicalJson(record.document)
    const bytes = Buffer.byteLength(document)
    const version = expected + 1
    return this.#database.transaction(() => {
      const current = this.#database.guard(() => this.#current.get()!)
      if (current !== expected) throw new VersionConflict(current)
      // On top of a version that nobody has confirmed yet, going back means behind that one as well.
      const revertTo = this.pending()?.revertTo ?? expected
      this.#database.guard(() => {
        this.#insert.run({ version, at, author, comment, kind, hash: sha256(document), bytes, document })
        this.#confirm.run()
        if (pending !== null) this.#wait.run({ ...pending, version, revertTo })
        this.#forget.run({ versions: VERSIONS_MAX, bytes: DOCUMENTS_BYTES_MAX })
      })
      return { ...record, version }
    })
  }

  pending(): PendingCommit | null {
    return this.#database.guard(() => this.#pending.get()) ?? null
  }

  confirm(): void {
    this.#database.guard(() => this.#confirm.run())
  }

  hits(): Map<string, RuleHits> {
    const rows = this.#database.guard(() => this.#hits.all())
    return new Map(rows.map(({ rule, ...hits }) => [rule, hits]))
  }

  saveHits(hits: ReadonlyMap<string, RuleHits>): void {
    if (hits.size === 0) return
    this.#database.transaction(() =>
      this.#database.guard(() => {
        for (const [rule, { hits: count, lastAt }] of hits) this.#saveHits.run({ rule, hits: count, lastAt })
        if (this.#hitRules.get()! > HITS_MAX) this.#forgetHits.run(HITS_MAX)
      }),
    )
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** @throws StoreError when the document is not the one that was saved */
function recordOf({ hash, document, ...version }: Row): VersionRecord {
  if (!sha256(document).equals(hash)) throw damaged(version.version, 'it is not what was saved')
  return { ...version, document: JSON.parse(document) as PolicyDocument }
}

/** @throws StoreError when it is no document that this version of sockgate understands */
function checked({ version, document }: VersionRecord): PolicyDocument {
  try {
    return readDocument(document, () => '')
  } catch (error) {
    throw damaged(version, (error as Error).message, error)
  }
}

function damaged(version: number, why: string, cause?: unknown): StoreError {
  const message = `version ${version} of the policy in sockgate.db can't be used: ${why}; put back a backup of the data directory`
  return new StoreError(message, { cause })
}
