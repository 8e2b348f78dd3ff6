import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'

import Sqlite from 'better-sqlite3'

import { createPrivate } from './data-dir-lock.ts'
import { examine, migrate } from './migrations.ts'
import { StoreError } from './store.ts'
import { databaseError, fileError } from './trouble.ts'

/** Nobody but us writes; a backup tool that holds a lock for a moment is waited for, with all else at a halt. */
const BUSY_WAIT_MS = 500
/** What the write-ahead log is cut back to after it had to grow. */
const WAL_BYTES_MAX = 16 * 1024 * 1024

/** Something in memory that must go back with a transaction. */
interface Follower {
  /** Called before a transaction, inner ones too. @returns restores what was then */
  mark(): () => void
  /** The outermost transaction is on disk. Must not throw. */
  committed(): void
}

/** The open database with its transactions and errors, for the stores that share it. Owned by the store. */
export class Database {
  readonly sqlite: Sqlite.Database
  /** There was nothing in it before. */
  readonly fresh: boolean
  readonly #file: string
  readonly #begin: Sqlite.Statement
  readonly #commit: Sqlite.Statement
  readonly #rollback: Sqlite.Statement
  readonly #save: Sqlite.Statement
  readonly #release: Sqlite.Statement
  readonly #rollbackTo: Sqlite.Statement
  #depth = 0
  #follower: Follower | null = null

  /**
   * Opens `sockgate.db`, creates it where it is missing, brings it up to date.
   * @param beginning called before tables are made in an empty one; may throw a StoreError instead
   * @throws StoreError when it can't be used; the file is as it was
   */
  constructor(dataDir: string, beginning: () => void = () => {}) {
    this.#file = join(dataDir, 'sockgate.db')
    makePrivate(this.#file)
    this.sqlite = open(this.#file)
    try {
      this.fresh = this.#prepare(beginning)
      this.#begin = this.sqlite.prepare('BEGIN IMMEDIATE')
      this.#commit = this.sqlite.prepare('COMMIT')
      this.#rollback = this.sqlite.prepare('ROLLBACK')
      this.#save = this.sqlite.prepare('SAVEPOINT inner')
      this.#release = this.sqlite.prepare('RELEASE inner')
      this.#rollbackTo = this.sqlite.prepare('ROLLBACK TO inner')
    } catch (error) {
      this.sqlite.close()
      throw databaseError(error, this.#file)
    }
  }

  /** Copies all of it page by page, and lets others work in between. @throws StoreError */
  async backup(path: string): Promise<void> {
    try {
      createPrivate(path)
      await this.sqlite.backup(path)
    } catch (error) {
      throw databaseError(error, path)
    }
  }

  #prepare(beginning: () => void): boolean {
    this.sqlite.pragma('foreign_keys = ON')
    this.sqlite.pragma('trusted_schema = OFF')
    // A commit that was reported must survive a power cut, not only a crash of ours.
    this.sqlite.pragma('synchronous = FULL')
    const fresh = examine(this.sqlite, this.#file)
    if (fresh) beginning()
    migrate(this.sqlite)
    this.sqlite.pragma('journal_mode = WAL')
    this.sqlite.pragma(`journal_size_limit = ${WAL_BYTES_MAX}`)
    const problem = this.sqlite.pragma('quick_check(1)', { simple: true })
    if (problem !== 'ok') throw new Sqlite.SqliteError(String(problem), 'SQLITE_CORRUPT')
    return fresh
  }

  /** @param follower the only one; told of every transaction from now on */
  follow(follower: Follower): void {
    this.#follower = follower
  }

  /** Runs statements. @throws StoreError for what SQLite complains of; what else `work` throws as it is */
  guard<T>(work: () => T): T {
    if (!this.sqlite.open) throw new StoreError(`${this.#file} is closed already`)
    // On a full disk SQLite itself undoes the whole transaction: what follows would be outside of any.
    if (this.#depth > 0 && !this.sqlite.inTransaction)
      throw new StoreError(`${this.#file} has undone the change after an error: nothing was changed; try again`)
    try {
      return work()
    } catch (error) {
      throw databaseError(error, this.#file)
    }
  }

  /** All or nothing; see `Store.transaction`. @throws StoreError, and what `work` throws */
  transaction<T>(work: () => T): T {
    const inner = this.#depth > 0
    const restore = this.#follower?.mark()
    this.guard(() => (inner ? this.#save : this.#begin).run())
    this.#depth++
    let result: T
    try {
      result = work()
      if (result instanceof Promise)
        throw new TypeError('a transaction is over before a promise is: wait outside of it')
      this.guard(() => (inner ? this.#release : this.#commit).run())
    } catch (error) {
      this.#undo(inner)
      restore?.()
      throw error
    } finally {
      this.#depth--
    }
    if (!inner) this.#follower?.committed()
    return result
  }

  #undo(inner: boolean): void {
    if (!this.sqlite.inTransaction) return
    try {
      if (!inner) this.#rollback.run()
      else {
        this.#rollbackTo.run()
        this.#release.run()
      }
    } catch (error) {
      // An error that ends the transaction by itself comes first; there is nothing left to undo then.
      if (this.sqlite.inTransaction) throw databaseError(error, this.#file)
    }
  }

  close(): void {
    this.sqlite.close()
  }
}

/** SQLite gives the files that it makes beside a database the same mode. @throws StoreError */
function makePrivate(file: string): void {
  createPrivate(file)
  for (const each of [file, `${file}-wal`, `${file}-shm`]) {
    try {
      if (existsSync(each)) chmodSync(each, 0o600)
    } catch (error) {
      throw fileError(error, each)
    }
  }
}

/** @throws StoreError */
function open(file: string): Sqlite.Database {
  try {
    return new Sqlite(file, { timeout: BUSY_WAIT_MS })
  } catch (error) {
    throw databaseError(error, file)
  }
}
