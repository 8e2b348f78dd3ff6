import { SqliteAccounts } from './account-store.ts'
import { refuseLostLog, SqliteAudit } from './audit-store.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { Database } from './database.ts'
import { SqliteDrafts } from './draft-store.ts'
import { SqlitePolicy } from './policy-store.ts'
import { SqlitePreferences } from './preference-store.ts'
import { SqliteServices } from './service-store.ts'
import type { Store } from './store.ts'

/**
 * Opens what the gateway keeps in its data directory, which must exist: `sockgate.db` (SQLite), `audit.head`,
 * `sockgate.lock`, all for their owner only. Everything stays as it is when that fails. Called by `app.ts`, once.
 * @param options `now` is the clock of the audit log, in milliseconds since 1970
 * @throws StoreError with a sentence: another gateway is there, or what is wrong with which file and what to do
 */
export function openStore(dataDir: string, { now = Date.now }: { readonly now?: () => number } = {}): Store {
  const unlock = lockDataDir(dataDir)
  let database: Database | null = null
  try {
    database = new Database(dataDir, () => refuseLostLog(dataDir))
    return storeOn(database, dataDir, now, unlock)
  } catch (error) {
    database?.close()
    unlock()
    throw error
  }
}

function storeOn(database: Database, dataDir: string, now: () => number, unlock: () => void): Store {
  return {
    audit: new SqliteAudit(database, dataDir, now),
    policy: new SqlitePolicy(database),
    accounts: new SqliteAccounts(database),
    services: new SqliteServices(database),
    drafts: new SqliteDrafts(database),
    preferences: new SqlitePreferences(database),
    transaction: (work) => database.transaction(work),
    backup: (path) => database.backup(path),
    close() {
      database.close()
      unlock()
    },
  }
}
