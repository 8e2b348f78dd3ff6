import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'

import type { Statement } from 'better-sqlite3'

import type { AuditEntry, AuditVerdict } from '../../shared/api.ts'
import { readAnchor, writeAnchor } from './audit-anchor.ts'
import { beginning, ChainCheck, entryHash } from './audit-chain.ts'
import type { ChainHead } from './audit-chain.ts'
import type { Database } from './database.ts'
import { StoreError } from './store.ts'
import type { AuditStore } from './store.ts'

const FIELDS = 'seq, at, actor, action, object, result, origin AS "from", request_id AS requestId, detail, hash'

/** Entries that are checked at a time: a few milliseconds. */
const CHECKED_AT_ONCE = 200

type Page = { before: number; limit: number; q: string }

/**
 * The audit log: a chain of hashes in the database, whose last link is also kept in `audit.head` beside it. That file may
 * be behind the log after a crash, never ahead: whoever cuts entries off must also forge it.
 */
export class SqliteAudit implements AuditStore {
  readonly #database: Database
  readonly #now: () => number
  readonly #anchor: string
  readonly #genesis: ChainHead
  readonly #insert: Statement<[AuditEntry]>
  readonly #list: Statement<[Page], AuditEntry>
  readonly #after: Statement<[number], AuditEntry>
  /** The entry that the next one follows. Not read from the log again: it would follow what somebody else put there. */
  #head: ChainHead
  /** What `audit.head` holds. */
  #anchored: ChainHead | null = null
  /** An anchor that the log denies: kept, so that `verify` says so from now on. */
  #denied: ChainHead | null = null

  /** @throws StoreError when log or anchor can't be read */
  constructor(database: Database, dataDir: string, now: () => number) {
    const { sqlite } = database
    this.#database = database
    this.#now = now
    this.#anchor = anchorIn(dataDir)
    this.#insert = sqlite.prepare(
      'INSERT INTO audit VALUES (@seq, @at, @actor, @action, @object, @result, @from, @requestId, @detail, @hash)',
    )
    this.#list = sqlite.prepare(`
      SELECT ${FIELDS} FROM audit
      WHERE seq < @before AND (@q = '' OR instr(lower(actor || char(10) || action || char(10) || object), lower(@q)))
      ORDER BY seq DESC LIMIT @limit`)
    this.#after = sqlite.prepare(`SELECT ${FIELDS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ${CHECKED_AT_ONCE}`)
    const instance = sqlite.prepare<[], { id: Buffer }>('SELECT id FROM instance').get()
    this.#genesis = beginning(instance?.id ?? new Uint8Array())
    this.#head = sqlite.prepare<[], ChainHead>('SELECT seq, hash FROM audit ORDER BY seq DESC').get() ?? this.#genesis
    this.#findAnchor()
    database.follow(this)
    this.committed()
  }

  #findAnchor(): void {
    const anchor = readAnchor(this.#anchor)
    if (typeof anchor === 'string') {
      if (this.#head.seq > 0) this.#reportAnchor(anchor)
      return
    }
    if (this.#database.fresh) return
    this.#anchored = anchor
    const { sqlite } = this.#database
    const hash = sqlite.prepare<[number], string>('SELECT hash FROM audit WHERE seq = ?').pluck()
    // The log is shorter than it was: going on behind the gap keeps it visible.
    if (anchor.seq > this.#head.seq) this.#head = anchor
    else if (anchor.hash !== (anchor.seq === 0 ? this.#genesis.hash : hash.get(anchor.seq))) this.#denied = anchor
  }

  #reportAnchor(problem: 'missing' | 'unreadable'): void {
    const detail = `audit.head was ${problem} at the start: nobody can tell whether entries after ${this.#head.seq} were cut off`
    this.append({
      actor: 'gateway',
      action: 'audit.anchor',
      object: 'audit.head',
      result: 'failed',
      from: 'local',
      requestId: '-',
      detail,
    })
  }

  append(entry: Omit<AuditEntry, 'seq' | 'at' | 'hash'>): AuditEntry {
    return this.#database.transaction(() => {
      const plain = {
        seq: this.#head.seq + 1,
        at: this.#now(),
        actor: wellFormed(entry.actor),
        action: wellFormed(entry.action),
        object: wellFormed(entry.object),
        result: entry.result,
        from: wellFormed(entry.from),
        requestId: wellFormed(entry.requestId),
        detail: wellFormed(entry.detail),
      }
      const whole = { ...plain, hash: entryHash(this.#head.hash, plain) }
      this.#database.guard(() => this.#insert.run(whole))
      this.#head = { seq: whole.seq, hash: whole.hash }
      return whole
    })
  }

  list({ before, limit, q }: { before: number | null; limit: number; q: string }): AuditEntry[] {
    return this.#database.guard(() => this.#list.all({ before: before ?? Number.MAX_SAFE_INTEGER, limit, q }))
  }

  async verify(): Promise<AuditVerdict> {
    const check = new ChainCheck(this.#genesis)
    for (let after = 0; ; await setImmediate()) {
      const entries = this.#database.guard(() => this.#after.all(after))
      const bad = check.add(entries, this.#head)
      if (bad !== null) return bad
      if (entries.length < CHECKED_AT_ONCE) return check.end(this.#head, this.#denied)
      after = entries.at(-1)!.seq
    }
  }

  /** Called by the database only. */
  mark(): () => void {
    const head = this.#head
    return () => {
      this.#head = head
    }
  }

  /** Called by the database only. */
  committed(): void {
    if (this.#denied !== null || this.#anchored?.hash === this.#head.hash) return
    if (writeAnchor(this.#anchor, this.#head)) this.#anchored = this.#head
  }
}

/** Half of a surrogate pair becomes U+FFFD, as SQLite would store it: what is hashed is what is read again. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

/**
 * An empty database beside an anchor that tells of entries was not always empty: it is not begun anew.
 * @throws StoreError when it is so
 */
export function refuseLostLog(dataDir: string): void {
  const anchor = readAnchor(anchorIn(dataDir))
  if (typeof anchor === 'string' || anchor.seq === 0) return
  throw new StoreError(
    `${join(dataDir, 'sockgate.db')} is empty or gone, but audit.head beside it tells of ${anchor.seq} entries in its ` +
      'audit log: put back a backup of the database, or remove audit.head as well to begin anew',
  )
}

function anchorIn(dataDir: string): string {
  return join(dataDir, 'audit.head')
}
