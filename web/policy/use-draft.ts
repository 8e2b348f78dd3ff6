import { createContext, use, useSyncExternalStore } from 'react'

import type { DraftState, DraftStore } from './draft-store.ts'

/** The page's one draft store; `main.tsx` sets it. */
export const DraftContext = createContext<DraftStore | null>(null)

export function useDraftStore(): DraftStore {
  const store = use(DraftContext)
  if (store === null) throw new Error('DraftContext is missing around this component')
  return store
}

/** The rules as they stand in this page. */
export function useDraft(): DraftState {
  const store = useDraftStore()
  return useSyncExternalStore(store.subscribe, store.getState)
}
