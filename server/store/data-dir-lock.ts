import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

import Sqlite from 'better-sqlite3'

import { StoreError } from './store.ts'
import { databaseError, fileError } from './trouble.ts'

/** How long to wait for a gateway that is just ending: a restart is quicker than that, a person does not notice. */
const WAIT_MS = 500

/**
 * Makes this process the only one that uses a data directory. The lock is a record lock on `sockgate.lock`, taken by
 * SQLite because Node has no call for it: it ends with the process, however that ends. The file stays, it is empty.
 * @returns gives the directory free
 * @throws StoreError when another gateway has it, or the file can't be made
 */
export function lockDataDir(dataDir: string): () => void {
  const file = join(dataDir, 'sockgate.lock')
  createPrivate(file)
  let lock: Sqlite.Database | null = null
  try {
    lock = new Sqlite(file, { timeout: WAIT_MS })
    lock.pragma('journal_mode = MEMORY') // nothing is ever written: no second file
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_BUSY') {
      const message = `another gateway uses the data directory ${dataDir}: stop it or choose another with --data`
      throw new StoreError(message, { cause: error })
    }
    throw databaseError(error, file)
  }
  return () => lock.close()
}

/**
 * Makes a file that only its owner may read, unless it is there. What is there is not opened: closing it again would give
 * up the locks that this process has on it (fcntl(2)).
 * @throws StoreError
 */
export function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(error, file)
  }
}
