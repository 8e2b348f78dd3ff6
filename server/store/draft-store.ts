import type { Statement } from 'better-sqlite3'

import type { Draft, DraftNote } from '../../shared/dashboard.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import type { Database } from './database.ts'
import type { DraftStore } from './store.ts'

type Row = DraftNote & { readonly document: string }

/** Drafts of the policy, their documents as JSON. */
export class SqliteDrafts implements DraftStore {
  readonly #database: Database
  readonly #list: Statement<[], DraftNote>
  readonly #get: Statement<[string], Omit<Row, 'user'>>
  readonly #save: Statement<[Row]>
  readonly #delete: Statement<[string]>

  constructor(database: Database) {
    const { sqlite } = database
    this.#database = database
    this.#list = sqlite.prepare('SELECT user, base, saved_at AS savedAt FROM draft ORDER BY user')
    this.#get = sqlite.prepare('SELECT base, saved_at AS savedAt, document FROM draft WHERE user = ?')
    this.#save = sqlite.prepare(`
      INSERT INTO draft VALUES (@user, @base, @savedAt, @document)
      ON CONFLICT (user) DO UPDATE SET base = excluded.base, saved_at = excluded.saved_at, document = excluded.document`)
    this.#delete = sqlite.prepare('DELETE FROM draft WHERE user = ?')
  }

  list(): DraftNote[] {
    return this.#database.guard(() => this.#list.all())
  }

  get(user: string): Draft | null {
    const row = this.#database.guard(() => this.#get.get(user))
    return row ? { ...row, document: JSON.parse(row.document) as PolicyDocument } : null
  }

  save(user: string, { base, savedAt, document }: Draft): void {
    this.#database.guard(() => this.#save.run({ user, base, savedAt, document: JSON.stringify(document) }))
  }

  delete(user: string): void {
    this.#database.guard(() => this.#delete.run(user))
  }
}
