import type { ProblemBody, SessionInfo } from '../../shared/api.ts'
import { ApiFailure, getJson, onUnauthenticated, send } from '../api/client.ts'
import { lastSession, rememberSession, rememberSignOut, whyOver } from './last-session.ts'
import type { Why } from './last-session.ts'

/** Who is here, as far as the gateway has told. */
export type SessionState =
  /** Before the first answer. */
  | { readonly type: 'asking' }
  | { readonly type: 'unreachable' }
  /** Not with this account, not from there, or not now: the problem says. */
  | { readonly type: 'refused'; readonly problem: ProblemBody }
  /** There is no admin yet. */
  | { readonly type: 'setup' }
  | { readonly type: 'signed-out'; readonly why: Why; readonly user: string }
  | { readonly type: 'signed-in'; readonly session: SessionInfo }
  /** It ended in use: the page stays as it is, and waits beneath the sign-in. */
  | { readonly type: 'interrupted'; readonly session: SessionInfo; readonly why: Why }

/** Asked again this often, in ms: so that we know when it would end, and notice that it has. */
const RENEW_MS = 5 * 60_000
const RETRY_MS = 3000

/** Addresses that have served once somebody is signed in. */
const ENTRANCES: readonly string[] = ['/setup', '/login']
/** Where the first admin goes on: to a service, and a first connection. */
const WELCOME = '/welcome'

/**
 * The page's one knowledge of who is signed in. It asks the gateway first, asks again when any answer says that nobody
 * is, and when the tab comes back into sight (somebody may have signed in next door).
 */
export class SessionStore {
  #state: SessionState = { type: 'asking' }
  /** Counts changes: an answer to a question from before one is out of date. */
  #round = 0
  #asking: Promise<void> | null = null
  /** Out of reach since the session was last known to be good. */
  #away = false
  #leaving = false
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #leave: () => void
  readonly #listeners = new Set<() => void>()

  /** @param leave forgets everything that the page holds, by loading it anew at `/login` */
  constructor(leave: () => void = () => window.location.assign('/login')) {
    this.#leave = leave
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): SessionState => this.#state

  /** Asks now and whenever there is a reason to. @returns stops that */
  start(): () => void {
    const onRefused = () => {
      if (this.#state.type === 'signed-in' && !this.#leaving) void this.check()
    }
    const onSight = () => {
      if (this.#state.type !== 'signed-in' && document.visibilityState === 'visible') void this.check()
    }
    const stop = onUnauthenticated(onRefused)
    window.addEventListener('focus', onSight)
    document.addEventListener('visibilitychange', onSight)
    void this.check()
    return () => {
      stop()
      clearTimeout(this.#timer)
      window.removeEventListener('focus', onSight)
      document.removeEventListener('visibilitychange', onSight)
    }
  }

  /** Asks who we are; never throws. What is shown stays when nothing answers, unless nothing is shown yet. */
  check(): Promise<void> {
    if (this.#asking !== null) return this.#asking
    const asking = this.#ask().finally(() => {
      if (this.#asking === asking) this.#asking = null
      this.#plan()
    })
    this.#asking = asking
    return asking
  }

  /** Asks anew, though an answer may still be under way: that one counts no more. */
  retry(): Promise<void> {
    this.#round++
    this.#asking = null
    return this.check()
  }

  /** @throws ApiFailure wrong-credentials, slow-down; like `getJson` when nothing answers */
  async signIn(name: string, password: string): Promise<void> {
    const response = await send('POST', '/session', { name, password })
    this.#enter((await response.json()) as SessionInfo)
  }

  /** Makes the first admin and leads to the welcome page. @throws ApiFailure setup-over, setup-wrong, slow-down, invalid-account; like `getJson` when nothing answers */
  async setUp(token: string, name: string, password: string): Promise<void> {
    const response = await send('POST', '/setup', { token, name, password })
    this.#enter((await response.json()) as SessionInfo, WELCOME)
  }

  /** Ends the session and leaves the page. @throws like `getJson`: then we are still signed in */
  async signOut(): Promise<void> {
    this.#leaving = true // the 401s that follow are no news
    try {
      await send('DELETE', '/session')
    } catch (error) {
      this.#leaving = error instanceof ApiFailure && error.problem.status === 401
      if (!this.#leaving) throw error
    }
    rememberSignOut()
    this.#leave()
  }

  /** The gateway, which may have been out of reach, is back with the session still good. */
  setBack(): void {
    this.#away = false
  }

  async #ask(): Promise<void> {
    const round = this.#round
    try {
      const session = await getJson<SessionInfo>('/session')
      if (round === this.#round) this.#enter(session)
    } catch (error) {
      if (round === this.#round) this.#refuse(error)
    }
  }

  /** @param home where to go from an address that has served */
  #enter(session: SessionInfo, home = '/'): void {
    this.#away = false
    rememberSession(session)
    if (ENTRANCES.includes(window.location.pathname)) window.history.replaceState(null, '', home)
    this.#set({ type: 'signed-in', session })
  }

  #refuse(error: unknown): void {
    const { type } = this.#state
    if (!(error instanceof ApiFailure)) this.#away = true
    if (error instanceof ApiFailure && error.problem.status === 401) {
      if (error.problem.code === 'setup-needed') this.#set({ type: 'setup' })
      else this.#ended()
    } else if (['asking', 'unreachable', 'refused'].includes(type)) {
      this.#set(error instanceof ApiFailure ? { type: 'refused', problem: error.problem } : { type: 'unreachable' })
    }
  }

  #ended(): void {
    const last = lastSession()
    const why = whyOver(last, this.#away, Date.now())
    if (this.#state.type === 'signed-in') this.#set({ type: 'interrupted', session: this.#state.session, why })
    else if (this.#state.type !== 'signed-out' && this.#state.type !== 'interrupted')
      this.#set({ type: 'signed-out', why, user: last?.user ?? '' })
  }

  #set(state: SessionState): void {
    this.#round++
    this.#state = state
    this.#plan()
    for (const listener of this.#listeners) listener()
  }

  #plan(): void {
    clearTimeout(this.#timer)
    const { type } = this.#state
    if (type === 'signed-in') this.#timer = setTimeout(() => this.#renew(), RENEW_MS)
    if (type === 'unreachable' || type === 'refused') this.#timer = setTimeout(() => void this.check(), RETRY_MS)
  }

  /** A page that nobody sees does not keep its session alive. */
  #renew(): void {
    if (document.visibilityState === 'visible') void this.check()
    else this.#plan()
  }
}
