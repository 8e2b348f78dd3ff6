import type { Statement } from 'better-sqlite3'

import type { Database } from './database.ts'
import type { AccountStore, SessionRecord, TokenRecord, UserRecord } from './store.ts'

/** As SQLite keeps them: no booleans, no lists. */
type UserRow = Omit<UserRecord, 'groups' | 'enabled'> & { readonly groups: string; readonly enabled: number }

/** Users with their tokens and sessions. */
export class SqliteAccounts implements AccountStore {
  readonly #database: Database
  readonly #users: Statement<[], UserRow>
  readonly #user: Statement<[string], UserRow>
  readonly #saveUser: Statement<[UserRow]>
  readonly #deleteUser: Statement<[string]>
  readonly #tokens: Statement<[], TokenRecord>
  readonly #saveToken: Statement<[TokenRecord]>
  readonly #deleteToken: Statement<[string]>
  readonly #tokenUsed: Statement<[{ id: string; at: number }]>
  readonly #sessions: Statement<[], SessionRecord>
  readonly #sessionByHash: Statement<[Uint8Array], SessionRecord>
  readonly #saveSession: Statement<[SessionRecord]>
  readonly #sessionSeen: Statement<[{ id: string; at: number }]>
  readonly #deleteSession: Statement<[string]>
  readonly #deleteOldSessions: Statement<[{ seenAt: number; createdAt: number }]>

  constructor(database: Database) {
    const { sqlite } = database
    const user = `SELECT name, role, groups, enabled, password_hash AS passwordHash, certificate, created_at AS createdAt
      FROM user`
    const session = 'SELECT id, hash, user, created_at AS createdAt, seen_at AS seenAt, origin AS "from" FROM session'
    this.#database = database
    this.#users = sqlite.prepare(`${user} ORDER BY name`)
    this.#user = sqlite.prepare(`${user} WHERE name = ?`)
    // Not INSERT OR REPLACE: that deletes the row first, and its tokens and sessions with it.
    this.#saveUser = sqlite.prepare(`
      INSERT INTO user VALUES (@name, @role, @groups, @enabled, @passwordHash, @certificate, @createdAt)
      ON CONFLICT (name) DO UPDATE SET role = excluded.role, groups = excluded.groups, enabled = excluded.enabled,
        password_hash = excluded.password_hash, certificate = excluded.certificate, created_at = excluded.created_at`)
    this.#deleteUser = sqlite.prepare('DELETE FROM user WHERE name = ?')
    this.#tokens = sqlite.prepare(`
      SELECT id, name, user, scope, hash, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt
      FROM token ORDER BY created_at, id`)
    this.#saveToken = sqlite.prepare(`
      INSERT INTO token VALUES (@id, @name, @user, @scope, @hash, @createdAt, @expiresAt, @lastUsedAt)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, user = excluded.user, scope = excluded.scope,
        hash = excluded.hash, created_at = excluded.created_at, expires_at = excluded.expires_at,
        last_used_at = excluded.last_used_at`)
    this.#deleteToken = sqlite.prepare('DELETE FROM token WHERE id = ?')
    this.#tokenUsed = sqlite.prepare('UPDATE token SET last_used_at = @at WHERE id = @id')
    this.#sessions = sqlite.prepare(`${session} ORDER BY created_at, id`)
    this.#sessionByHash = sqlite.prepare(`${session} WHERE hash = ?`)
    this.#saveSession = sqlite.prepare(`
      INSERT INTO session VALUES (@id, @hash, @user, @createdAt, @seenAt, @from)
      ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, user = excluded.user, created_at = excluded.created_at,
        seen_at = excluded.seen_at, origin = excluded.origin`)
    this.#sessionSeen = sqlite.prepare('UPDATE session SET seen_at = @at WHERE id = @id')
    this.#deleteSession = sqlite.prepare('DELETE FROM session WHERE id = ?')
    this.#deleteOldSessions = sqlite.prepare('DELETE FROM session WHERE seen_at < @seenAt OR created_at < @createdAt')
  }

  users(): UserRecord[] {
    return this.#database.guard(() => this.#users.all()).map(userOf)
  }

  user(name: string): UserRecord | null {
    const row = this.#database.guard(() => this.#user.get(name))
    return row ? userOf(row) : null
  }

  saveUser(user: UserRecord): void {
    const row = { ...user, groups: JSON.stringify(user.groups), enabled: user.enabled ? 1 : 0 }
    this.#database.guard(() => this.#saveUser.run(row))
  }

  deleteUser(name: string): void {
    this.#database.guard(() => this.#deleteUser.run(name))
  }

  tokens(): TokenRecord[] {
    return this.#database.guard(() => this.#tokens.all()).map(withBytes)
  }

  saveToken(token: TokenRecord): void {
    this.#database.guard(() => this.#saveToken.run(token))
  }

  deleteToken(id: string): void {
    this.#database.guard(() => this.#deleteToken.run(id))
  }

  tokenUsed(id: string, at: number): void {
    this.#database.guard(() => this.#tokenUsed.run({ id, at }))
  }

  sessions(): SessionRecord[] {
    return this.#database.guard(() => this.#sessions.all()).map(withBytes)
  }

  sessionByHash(hash: Uint8Array): SessionRecord | null {
    const row = this.#database.guard(() => this.#sessionByHash.get(hash))
    return row ? withBytes(row) : null
  }

  saveSession(session: SessionRecord): void {
    this.#database.guard(() => this.#saveSession.run(session))
  }

  sessionSeen(id: string, at: number): void {
    this.#database.guard(() => this.#sessionSeen.run({ id, at }))
  }

  deleteSession(id: string): void {
    this.#database.guard(() => this.#deleteSession.run(id))
  }

  deleteOldSessions(limits: { readonly seenAt: number; readonly createdAt: number }): void {
    this.#database.guard(() => this.#deleteOldSessions.run(limits))
  }
}

function userOf({ groups, enabled, ...user }: UserRow): UserRecord {
  return { ...user, groups: JSON.parse(groups) as string[], enabled: enabled === 1 }
}

/** Plain bytes instead of a Buffer, which compares and prints differently. */
function withBytes<T extends { readonly hash: Uint8Array }>(row: T): T {
  return { ...row, hash: new Uint8Array(row.hash) }
}
