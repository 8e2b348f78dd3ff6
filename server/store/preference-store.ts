import type { Statement } from 'better-sqlite3'

import type { Preferences } from '../../shared/dashboard.ts'
import type { Database } from './database.ts'
import type { PreferenceStore } from './store.ts'

interface Row {
  readonly user: string
  readonly key: string
  readonly value: string
}

/** What people have set for their own pages, each value as JSON. */
export class SqlitePreferences implements PreferenceStore {
  readonly #database: Database
  readonly #of: Statement<[string], Omit<Row, 'user'>>
  readonly #save: Statement<[Row]>
  readonly #delete: Statement<[string, string]>

  constructor(database: Database) {
    const { sqlite } = database
    this.#database = database
    this.#of = sqlite.prepare('SELECT key, value FROM preference WHERE user = ? ORDER BY key')
    this.#save = sqlite.prepare(
      'INSERT INTO preference VALUES (@user, @key, @value) ON CONFLICT (user, key) DO UPDATE SET value = excluded.value',
    )
    this.#delete = sqlite.prepare('DELETE FROM preference WHERE user = ? AND key = ?')
  }

  of(user: string): Preferences {
    const rows = this.#database.guard(() => this.#of.all(user))
    return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]))
  }

  save(user: string, key: string, value: unknown): void {
    this.#database.guard(() => this.#save.run({ user, key, value: JSON.stringify(value) }))
  }

  delete(user: string, key: string): void {
    this.#database.guard(() => this.#delete.run(user, key))
  }
}
