import { createHash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'

import type { FastifyRequest } from 'fastify'

import type { AccountsDesk, Identity } from '../accounts/desk.ts'

/** Bound to this host and to secure transport by its name (RFC 6265bis, 4.1.3.2). */
export const SESSION_COOKIE = '__Host-sockgate'

/** What tells who asks. */
export interface CredentialSources {
  readonly accounts: Pick<AccountsDesk, 'bySession' | 'byToken'>
  /** Token of `SOCKGATE_ADMIN_TOKEN`; null when none is set. */
  readonly adminToken: string | null
  /** Whether the process at the other end belongs to our user; asked once per connection to `admin.sock`. */
  credentials(socket: Socket): Promise<'local-user' | 'stranger'>
}

/** Whoever runs the gateway, by the socket in the data dir. */
const localUser: Identity = { user: 'local', role: 'admin', by: 'local', expiresAt: null, id: null }

/** Whoever knows the token in the environment. */
const environment: Identity = { user: 'env-token', role: 'admin', by: 'token', expiresAt: null, id: null }

/**
 * Makes the function that says who sends a request; null when nobody known does. A request that shows a token is judged
 * by the token alone: a wrong one never falls through to a cookie.
 * @param local whether it comes by the socket in the data dir
 */
export function identifier(
  sources: CredentialSources,
  local: boolean,
): (request: FastifyRequest) => Promise<Identity | null> {
  const peers = new WeakMap<Socket, Promise<'local-user' | 'stranger'>>()
  const expected = sources.adminToken === null ? null : digest(sources.adminToken)

  function peerOf(socket: Socket): Promise<'local-user' | 'stranger'> {
    const known = peers.get(socket) ?? sources.credentials(socket)
    peers.set(socket, known)
    return known
  }

  function byToken(header: string): Identity | null {
    const [, token] = /^Bearer ([!-~]+)$/i.exec(header) ?? []
    if (token === undefined) return null
    if (expected !== null && timingSafeEqual(digest(token), expected)) return environment
    return sources.accounts.byToken(token)
  }

  return async ({ socket, headers, cookies }) => {
    if (local && (await peerOf(socket)) === 'local-user') return localUser
    if (headers.authorization !== undefined) return byToken(headers.authorization)
    const cookie = cookies[SESSION_COOKIE]
    return cookie === undefined ? null : sources.accounts.bySession(cookie)
  }
}

/** Equal length for the constant-time comparison, whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
