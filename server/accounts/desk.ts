import type { NewToken, Role, SessionInfo, TokenInfo, TokenScope, UserInfo } from '../../shared/api.ts'

/** Somebody who may use the admin side, as one request found out. */
export interface Identity extends SessionInfo {
  /** Of the session or token; null for `local`. */
  readonly id: string | null
}

/** What a client shows at the gateway's door. */
export interface Credential {
  readonly kind: 'bearer' | 'cookie' | 'protocol' | 'certificate'
  /** The token, or the certificate's subject (`CN=anna,O=example`), verified by TLS already. */
  readonly value: string
}

export interface ClientIdentity {
  readonly user: string
  readonly groups: readonly string[]
  /** Null for a certificate. */
  readonly tokenId: string | null
}

/** A sign-in or a change of accounts that is refused. The message is a sentence that tells no more than it must. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
  readonly code:
    | 'wrong-credentials'
    | 'slow-down'
    | 'setup-over'
    | 'setup-wrong'
    | 'invalid'
    | 'exists'
    | 'unknown'
    | 'last-admin'
    | 'forbidden'
  /** With `slow-down`: seconds until the next try. */
  readonly retryAfterS: number | null

  constructor(code: AccountError['code'], message: string, retryAfterS: number | null = null) {
    super(message)
    this.code = code
    this.retryAfterS = retryAfterS
  }
}

/** What ended: sessions and tokens by id, and client users, each because of a removal, a change of rights or the clock. */
export interface Ended {
  readonly sessions: readonly string[]
  readonly tokens: readonly string[]
  /** Users whose certificate no longer lets them in. */
  readonly users: readonly string[]
}

export interface UserChanges {
  readonly role?: Role
  readonly groups?: readonly string[]
  readonly enabled?: boolean
  /** Null removes it. */
  readonly password?: string | null
  readonly certificate?: string | null
}

/** Who did it, for the audit log. */
export interface By {
  readonly name: string
  readonly from: string
  readonly requestId: string
}

/**
 * What the admin side and the gateway's door can do with accounts. `Accounts` is it. Every change is in the audit log, in
 * the same transaction; every method may throw StoreError.
 */
export interface AccountsDesk {
  /** True until there is an enabled account with the role admin and a password. */
  readonly needsSetup: boolean
  /** The one-time token for `/setup`, 15 minutes good; made anew when it is over. Null once there is an admin. */
  setupToken(): string | null
  /** Makes the first admin. Exactly one caller wins. @throws AccountError setup-over, setup-wrong, slow-down, invalid, exists */
  setUp(input: { token: string; name: string; password: string }, by: By): Promise<OpenSession>
  /** @throws AccountError wrong-credentials, slow-down */
  signIn(input: { name: string; password: string }, by: By): Promise<OpenSession>
  /** By the cookie's value; prolongs it. Null when there is no such session (any more). */
  bySession(cookie: string): Identity | null
  /** By a token with an admin scope. Null when it is not valid. */
  byToken(token: string): Identity | null
  signOut(sessionId: string, by: By): void
  sessions(): readonly { id: string; user: string; from: string; createdAt: number; seenAt: number }[]

  users(): UserInfo[]
  /** @throws AccountError exists, invalid, slow-down (passwords are hashed a few at a time) */
  addUser(name: string, changes: UserChanges & { readonly role: Role }, by: By): Promise<UserInfo>
  /** @throws AccountError unknown, invalid, last-admin, slow-down */
  changeUser(name: string, changes: UserChanges, by: By): Promise<UserInfo>
  /** @throws AccountError unknown, last-admin */
  removeUser(name: string, by: By): void
  tokens(): TokenInfo[]
  /** @throws AccountError unknown (user), invalid, forbidden (more than the user's role) */
  addToken(input: { name: string; user: string; scope: TokenScope; expiresAt: number | null }, by: By): NewToken
  /** @throws AccountError unknown */
  removeToken(id: string, by: By): void

  /**
   * Who a client of the gateway is. Synchronous and quick: called for each connection that shows a credential.
   * @throws GateError unauthenticated
   */
  client(credential: Credential): ClientIdentity
  /** Calls back in the turn in which something ends, also by the clock (within a second). @returns stops that */
  onEnded(ended: (what: Ended) => void): () => void
}

export interface OpenSession {
  readonly session: Identity
  /** Value for the cookie. */
  readonly cookie: string
}
