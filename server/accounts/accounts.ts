import type { NewToken, Role, TokenInfo, TokenScope, UserInfo } from '../../shared/api.ts'
import { GateError } from '../../shared/causes.ts'
import type { SessionRecord } from '../store/store.ts'
import { AccountError } from './desk.ts'
import type { AccountsDesk, By, ClientIdentity, Credential, Ended, Identity, OpenSession, UserChanges } from './desk.ts'
import { checkLabel, invalid } from './names.ts'
import { COUNT_MAX, openParts } from './parts.ts'
import type { AccountsOptions, Parts } from './parts.ts'
import { SignIns } from './sign-ins.ts'
import { hashSecret, makeId, makeToken } from './tokens.ts'
import { atMost, canSignIn } from './user-table.ts'
import { addUser, changeUser, existingUser, removeUser } from './users.ts'

/** From the end of a token's or session's time to the end of what it let in. */
const TICK_MS = 500

/** The same whatever is wrong. */
const NOT_VALID = 'sign in first: the token or certificate that was shown is not valid'

/** Who did it, to the audit log, when it was the clock. */
const CLOCK: By = { name: 'gateway', from: 'local', requestId: '-' }

/**
 * Accounts, their tokens and sessions. All of them are in memory and nobody else writes them to the store, so whoever
 * connects is known without asking it. A change goes to the store first, together with its audit entry; when that fails,
 * nothing has changed. What ends by the clock or by a sign-out ends even if the store fails.
 */
export class Accounts implements AccountsDesk {
  readonly #parts: Parts
  readonly #signIns: SignIns
  readonly #timer: NodeJS.Timeout

  /** Starts its clock: call `close`. @throws StoreError */
  constructor(options: AccountsOptions) {
    this.#parts = openParts(options)
    this.#signIns = new SignIns(this.#parts)
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref()
  }

  /** Ends the clock and writes down which tokens were used. Before the store is closed. */
  close(): void {
    clearInterval(this.#timer)
    this.#saveUsed(true)
  }

  onEnded(ended: (what: Ended) => void): () => void {
    return this.#parts.listeners.add(ended)
  }

  get needsSetup(): boolean {
    return this.#signIns.needsSetup
  }

  setupToken(): string | null {
    return this.#signIns.setupToken()
  }

  setUp(input: { token: string; name: string; password: string }, by: By): Promise<OpenSession> {
    return this.#signIns.setUp(input, by)
  }

  signIn(input: { name: string; password: string }, by: By): Promise<OpenSession> {
    return this.#signIns.signIn(input, by)
  }

  bySession(cookie: string): Identity | null {
    const { sessions, users, store, clocks, quietly } = this.#parts
    const found = sessions.find(cookie)
    const user = found && users.get(found.record.user)
    if (!found || !user || !canSignIn(user)) return null
    const { id } = found.record
    if (found.save) quietly('a session', () => store.accounts.sessionSeen(id, clocks.now()))
    return { id, user: user.name, role: user.role, by: 'session', expiresAt: found.expiresAt }
  }

  /** Ends it even if that can't be written down (StoreError). One that is not open any more is no mistake. */
  signOut(sessionId: string, by: By): void {
    const { sessions, store, listeners, note } = this.#parts
    const record = sessions.byId(sessionId)
    if (!record) return
    sessions.drop([record])
    listeners.tell({ sessions: [record.id] })
    store.transaction(() => {
      store.accounts.deleteSession(record.id)
      note(by, 'session.close', `session ${record.id}`, `of ${record.user}`)
    })
  }

  sessions(): { id: string; user: string; from: string; createdAt: number; seenAt: number }[] {
    const all = this.#parts.sessions.list()
    return all.map(({ id, user, from, createdAt, seenAt }) => ({ id, user, from, createdAt, seenAt }))
  }

  users(): UserInfo[] {
    return this.#parts.users.list()
  }

  addUser(name: string, changes: UserChanges & { readonly role: Role }, by: By): Promise<UserInfo> {
    return addUser(this.#parts, name, changes, by)
  }

  changeUser(name: string, changes: UserChanges, by: By): Promise<UserInfo> {
    return changeUser(this.#parts, name, changes, by)
  }

  removeUser(name: string, by: By): void {
    removeUser(this.#parts, name, by)
  }

  tokens(): TokenInfo[] {
    return this.#parts.tokens.list()
  }

  addToken(input: { name: string; user: string; scope: TokenScope; expiresAt: number | null }, by: By): NewToken {
    const { store, tokens, clocks, note } = this.#parts
    const { name, scope, expiresAt } = input
    const user = existingUser(this.#parts, input.user)
    const now = clocks.now()
    checkLabel(name)
    if (expiresAt !== null && !(expiresAt > now)) throw invalid('the token would be over already; let it end later')
    if (tokens.size >= COUNT_MAX) throw invalid(`there are ${COUNT_MAX} tokens; remove some first`)
    if (scope !== 'connect' && atMost(user.role, scope) !== scope) {
      const why = `the role of ${user.name} is ${user.role}`
      throw new AccountError('forbidden', `the token can't have the scope ${scope}: ${why}`)
    }
    const token = makeToken()
    const info = { id: makeId(), name, user: user.name, scope, createdAt: now, expiresAt, lastUsedAt: null }
    const record = { ...info, hash: hashSecret(token) }
    const until = expiresAt === null ? 'without end' : `until ${new Date(expiresAt).toISOString()}`
    store.transaction(() => {
      store.accounts.saveToken(record)
      note(by, 'token.add', `token ${record.id}`, `${name}, for ${user.name}, scope ${scope}, ${until}`)
    })
    tokens.add(record)
    return { ...info, token }
  }

  removeToken(id: string, by: By): void {
    const { store, tokens, listeners, note } = this.#parts
    const record = tokens.byId(id)
    if (!record) throw new AccountError('unknown', 'there is no such token')
    store.transaction(() => {
      store.accounts.deleteToken(id)
      note(by, 'token.remove', `token ${id}`, `${record.name}, of ${record.user}, scope ${record.scope}`)
    })
    tokens.drop([id])
    listeners.tell({ tokens: [id] })
  }

  byToken(token: string): Identity | null {
    const { tokens, users } = this.#parts
    const record = tokens.find(token)
    const user = record && users.get(record.user)
    if (!record || record.scope === 'connect' || !user?.enabled || user.role === 'client') return null
    tokens.use(record.id)
    const role = atMost(user.role, record.scope)
    return { id: record.id, user: user.name, role, by: 'token', expiresAt: record.expiresAt }
  }

  client({ kind, value }: Credential): ClientIdentity {
    const { tokens, users } = this.#parts
    const record = kind === 'certificate' ? null : tokens.find(value)
    const user = kind === 'certificate' ? users.byCertificate(value) : record && users.get(record.user)
    if (!user?.enabled || (record && record.scope !== 'connect')) throw new GateError('unauthenticated', NOT_VALID)
    if (record) tokens.use(record.id)
    return { user: user.name, groups: user.groups, tokenId: record?.id ?? null }
  }

  #tick(): void {
    const { sessions, tokens, listeners, quietly } = this.#parts
    const over = sessions.dropExpired()
    listeners.tell({ sessions: over.map(({ id }) => id), tokens: tokens.expire() })
    if (over.length > 0) quietly('the end of a session', () => this.#forget(over))
    this.#saveUsed(false)
  }

  #forget(sessions: readonly SessionRecord[]): void {
    const { store, note } = this.#parts
    store.transaction(() => {
      for (const { id, user } of sessions) {
        store.accounts.deleteSession(id)
        note(CLOCK, 'session.close', `session ${id}`, `of ${user}: its time was over`)
      }
    })
  }

  #saveUsed(always: boolean): void {
    const { store, tokens, quietly } = this.#parts
    const save = (used: readonly { id: string; at: number }[]) =>
      store.transaction(() => {
        for (const { id, at } of used) store.accounts.tokenUsed(id, at)
      })
    quietly('the use of tokens', () => tokens.saveUsed(save, always))
  }
}
