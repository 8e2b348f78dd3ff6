import { createContext, use, useSyncExternalStore } from 'react'

import type { SessionInfo } from '../../shared/api.ts'
import type { SessionState, SessionStore } from './session-store.ts'

/** The page's one session store; `main.tsx` sets it. */
export const SessionContext = createContext<SessionStore | null>(null)

export function useSessionStore(): SessionStore {
  const store = use(SessionContext)
  if (store === null) throw new Error('SessionContext is missing around this component')
  return store
}

export function useSession(): SessionState {
  const store = useSessionStore()
  return useSyncExternalStore(store.subscribe, store.getState)
}

/** Who is signed in; for what is only shown then. */
export function useAccount(): SessionInfo {
  const state = useSession()
  if (state.type !== 'signed-in' && state.type !== 'interrupted') throw new Error('Nobody is signed in')
  return state.session
}

/** Whether the account may edit rules and close connections: otherwise the controls for that are left out. */
export function useMayChange(): boolean {
  const { role } = useAccount()
  return role === 'operator' || role === 'admin'
}
