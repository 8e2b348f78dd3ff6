import { createContext, use, useSyncExternalStore } from 'react'

import type { Link, LiveState, LiveStore } from './live-store.ts'

/** The page's one store; `main.tsx` sets it. */
export const LiveContext = createContext<LiveStore | null>(null)

export function useLiveStore(): LiveStore {
  const store = use(LiveContext)
  if (store === null) throw new Error('LiveContext is missing around this component')
  return store
}

/** Everything live; renders again at most four times a second. */
export function useLive(): LiveState {
  const store = useLiveStore()
  return useSyncExternalStore(store.subscribe, store.getState)
}

/** How we stand with the gateway; renders again only when that changes. */
export function useLink(): Link {
  const store = useLiveStore()
  return useSyncExternalStore(store.subscribe, () => store.getState().link)
}
