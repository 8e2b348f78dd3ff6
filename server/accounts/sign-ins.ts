import type { SessionRecord, UserRecord } from '../store/store.ts'
import { Backoff } from './backoff.ts'
import { AccountError } from './desk.ts'
import type { By, OpenSession } from './desk.ts'
import { checkPassword } from './names.ts'
import type { Parts } from './parts.ts'
import { SetupToken } from './setup.ts'
import { canSignIn } from './user-table.ts'
import { blankUser, checkNewUser } from './users.ts'

/** Sign-ins that are read from the audit log at start, to know from where people sign in. */
const SIGN_INS_READ = 1000

/** The same whatever is wrong: who guesses learns nothing. */
const WRONG = 'the name or the password is wrong'

/** The ways in with a name and a password: the first admin's, and everybody's. */
export class SignIns {
  readonly #parts: Parts
  readonly #setup: SetupToken
  /** Setups that came too late: anybody can send them, so the audit log gets only some. */
  readonly #late: Backoff

  /** @throws StoreError */
  constructor(parts: Parts) {
    this.#parts = parts
    this.#setup = new SetupToken(parts.clocks.monotonic)
    this.#late = new Backoff(parts.clocks.monotonic)
    this.#remember()
  }

  get needsSetup(): boolean {
    return !this.#parts.users.hasAdmin()
  }

  setupToken(): string | null {
    return this.needsSetup ? this.#setup.current() : null
  }

  async setUp(
    { token, name, password }: { token: string; name: string; password: string },
    by: By,
  ): Promise<OpenSession> {
    const { passwords, guesses } = this.#parts
    if (!this.needsSetup) throw this.#tooLate(by)
    passwords.admit()
    const attempt = guesses.attempt(null, by.from)
    if (!this.#setup.fits(token)) throw this.#wrongToken(by)
    attempt.succeeded()
    checkNewUser(this.#parts, name, {})
    checkPassword(password)
    const passwordHash = await passwords.hash(password)
    if (!this.needsSetup) throw this.#tooLate(by) // meanwhile somebody was quicker
    checkNewUser(this.#parts, name, {})
    return this.#makeFirst({ ...blankUser(this.#parts, name, 'admin'), passwordHash }, by)
  }

  /** In one turn, so that there is one winner. */
  #makeFirst(user: UserRecord, by: By): OpenSession {
    const { store, users, sessions, guesses, note } = this.#parts
    const { record, cookie } = sessions.make(user.name, by.from)
    store.transaction(() => {
      store.accounts.saveUser(user)
      store.accounts.saveSession(record)
      note({ ...by, name: user.name }, 'setup.done', `user ${user.name}`, 'the first admin')
      note({ ...by, name: user.name }, 'session.open', `session ${record.id}`, `role ${user.role}`)
    })
    this.#setup.burn()
    users.put(user)
    guesses.remember(user.name, by.from)
    return this.#opened(record, user, cookie)
  }

  async signIn({ name, password }: { name: string; password: string }, by: By): Promise<OpenSession> {
    const { users, passwords, guesses } = this.#parts
    passwords.admit()
    const attempt = guesses.attempt(name, by.from)
    const before = users.get(name)
    const hash = before && canSignIn(before) ? before.passwordHash : null
    const right = await passwords.verify(hash, password)
    const user = users.get(name) // as it is by now
    if (!right || !user || !canSignIn(user) || user.passwordHash !== hash) throw this.#wrongPassword(before, by)
    attempt.succeeded()
    return this.#open(user, by)
  }

  #open(user: UserRecord, by: By): OpenSession {
    const { store, sessions, listeners, note } = this.#parts
    const { record, cookie } = sessions.make(user.name, by.from)
    const surplus = sessions.surplus(user.name)
    store.transaction(() => {
      store.accounts.saveSession(record)
      note({ ...by, name: user.name }, 'session.open', `session ${record.id}`, `role ${user.role}`)
      for (const { id } of surplus) {
        store.accounts.deleteSession(id)
        note({ ...by, name: user.name }, 'session.close', `session ${id}`, `of ${user.name}: too many at once`)
      }
    })
    sessions.drop(surplus)
    listeners.tell({ sessions: surplus.map(({ id }) => id) })
    return this.#opened(record, user, cookie)
  }

  #opened(record: SessionRecord, user: UserRecord, cookie: string): OpenSession {
    const expiresAt = this.#parts.sessions.add(record)
    return { session: { id: record.id, user: user.name, role: user.role, by: 'session', expiresAt }, cookie }
  }

  #tooLate(by: By): AccountError {
    if (this.#late.waitMs('') === 0) {
      this.#late.add('')
      this.#noteRefusal(by, 'setup.refused', 'setup', 'there is an admin already')
    }
    return new AccountError('setup-over', 'the gateway is set up already; sign in')
  }

  #wrongToken(by: By): AccountError {
    this.#noteRefusal(by, 'setup.refused', 'setup', 'the token is wrong or too old')
    return new AccountError(
      'setup-wrong',
      'the setup token is wrong or too old: it is good once, for 15 minutes; restart the gateway for a new one',
    )
  }

  /** A name that nobody has is not written down: it may be a password in the wrong field. */
  #wrongPassword(user: UserRecord | null, by: By): AccountError {
    const detail = user && !canSignIn(user) ? 'this account may not sign in' : 'wrong name or password'
    this.#noteRefusal(by, 'session.refused', user ? `user ${user.name}` : 'unknown user', detail)
    return new AccountError('wrong-credentials', WRONG)
  }

  #noteRefusal(by: By, action: string, object: string, detail: string): void {
    this.#parts.note({ ...by, name: '-' }, action, object, detail, 'refused')
  }

  #remember(): void {
    const { store, users, guesses } = this.#parts
    const entries = store.audit.list({ before: null, limit: SIGN_INS_READ, q: 'session.open' })
    for (const { action, actor, from, at } of entries.toReversed()) {
      const user = action === 'session.open' ? users.get(actor) : null
      if (user && user.createdAt <= at) guesses.remember(actor, from)
    }
  }
}
