import type { SessionInfo } from '../../shared/api.ts'

/** Why somebody has to sign in. `none`: they were not here before. */
export type Why = 'none' | 'expired' | 'restarted' | 'ended' | 'signed-out'

/** What this tab remembers of the session it had, also over a reload: never a secret, the cookie is out of reach. */
export interface LastSession {
  readonly user: string
  /** Milliseconds since 1970; null when it does not end by the clock. */
  readonly expiresAt: number | null
  /** Ended by signing out here. */
  readonly out: boolean
}

const KEY = 'sockgate-last-session'

export function lastSession(): LastSession | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as LastSession | null
  } catch {
    return null // storage is switched off, or holds what another version wrote
  }
}

/** It is good now. */
export function rememberSession({ user, expiresAt }: SessionInfo): void {
  remember({ user, expiresAt, out: false })
}

/** It was ended here, on purpose; whose it was is nobody's business any more. */
export function rememberSignOut(): void {
  remember({ user: '', expiresAt: null, out: true })
}

function remember(session: LastSession): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(session))
  } catch {
    // Storage is switched off: after a reload nobody is told why a session is over.
  }
}

/**
 * Why a session that was good a while ago is not any more; the gateway itself tells nobody.
 * @param away whether the gateway was out of reach since it was last known to be good
 * @param now milliseconds since 1970
 */
export function whyOver(last: LastSession | null, away: boolean, now: number): Why {
  if (last === null) return 'none'
  if (last.out) return 'signed-out'
  if (last.expiresAt !== null && now >= last.expiresAt) return 'expired'
  return away ? 'restarted' : 'ended'
}
