import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What `backupPath` makes, with what SQLite puts beside it. */
const COPY = /^backup-[0-9a-f]{12}\.db(?:-journal|-wal|-shm)?$/

/** Where a copy of the database may lie until it is handed out. @param dataDir absolute path */
export function backupPath(dataDir: string): string {
  return join(dataDir, `backup-${randomBytes(6).toString('hex')}.db`)
}

/** Removes the copies of a gateway that was killed while it handed them out. Called at start, with the data dir locked. */
export function removeBackups(dataDir: string): void {
  for (const name of readdirSync(dataDir)) if (COPY.test(name)) rmSync(join(dataDir, name), { force: true })
}
