import type { FastifyReply } from 'fastify'

import type { SessionInfo } from '../../shared/api.ts'
import type { Identity, OpenSession } from '../accounts/desk.ts'
import { SESSION_COOKIE } from './identify.ts'

/** As the name's prefix demands, and kept from scripts and from other sites' requests (RFC 6265bis, 4.1.3.2 and 5.6.7). */
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const

/** Who asks, without what only the gateway needs. */
export function sessionInfo({ user, role, by, expiresAt }: Identity): SessionInfo {
  return { user, role, by, expiresAt }
}

/** Hands a session to the browser: it lives as long as the browser, or the gateway's limits. */
export function openedSession(reply: FastifyReply, { session, cookie }: OpenSession): SessionInfo {
  reply.setCookie(SESSION_COOKIE, cookie, attributes)
  return sessionInfo(session)
}

export function clearSession(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, attributes)
}
