import type { Statement } from 'better-sqlite3'

import type { ServiceEntry } from '../services/service.ts'
import type { Database } from './database.ts'
import type { ServiceStore } from './store.ts'

/** Services that were defined by the dashboard, their entries as JSON. */
export class SqliteServices implements ServiceStore {
  readonly #database: Database
  readonly #list: Statement<[], { name: string; entry: string }>
  readonly #save: Statement<[{ name: string; entry: string }]>
  readonly #delete: Statement<[string]>
  readonly #disabled: Statement<[], { name: string; at: number }>
  readonly #disable: Statement<[string, number]>
  readonly #enable: Statement<[string]>

  constructor(database: Database) {
    const { sqlite } = database
    this.#database = database
    this.#list = sqlite.prepare('SELECT name, entry FROM service ORDER BY name')
    this.#save = sqlite.prepare(
      'INSERT INTO service VALUES (@name, @entry) ON CONFLICT (name) DO UPDATE SET entry = excluded.entry',
    )
    this.#delete = sqlite.prepare('DELETE FROM service WHERE name = ?')
    this.#disabled = sqlite.prepare('SELECT name, at FROM service_disabled ORDER BY name')
    this.#disable = sqlite.prepare('INSERT OR REPLACE INTO service_disabled VALUES (?, ?)')
    this.#enable = sqlite.prepare('DELETE FROM service_disabled WHERE name = ?')
  }

  list(): ReadonlyMap<string, ServiceEntry> {
    const rows = this.#database.guard(() => this.#list.all())
    return new Map(rows.map(({ name, entry }) => [name, JSON.parse(entry) as ServiceEntry]))
  }

  save(name: string, entry: ServiceEntry): void {
    this.#database.guard(() => this.#save.run({ name, entry: JSON.stringify(entry) }))
  }

  delete(name: string): void {
    this.#database.guard(() => this.#delete.run(name))
  }

  disabled(): ReadonlyMap<string, number> {
    return new Map(this.#database.guard(() => this.#disabled.all()).map(({ name, at }) => [name, at]))
  }

  saveDisabled(name: string, at: number | null): void {
    this.#database.guard(() => (at === null ? this.#enable.run(name) : this.#disable.run(name, at)))
  }
}
