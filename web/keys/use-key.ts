import { createContext, use, useEffect, useRef } from 'react'

import type { KeyActionName } from './actions.ts'
import type { KeyStore } from './key-store.ts'

/** The page's one key store; `main.tsx` sets it. */
export const KeyContext = createContext<KeyStore | null>(null)

export function useKeyStore(): KeyStore {
  const store = use(KeyContext)
  if (store === null) throw new Error('KeyContext is missing around this component')
  return store
}

/** Does this when the action's key is pressed, while the component is shown and `enabled`; with `last` only when no other wants it. */
export function useKey(
  action: KeyActionName,
  handler: (event: KeyboardEvent) => void,
  enabled = true,
  { last = false }: { readonly last?: boolean } = {},
): void {
  const store = useKeyStore()
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  useEffect(
    () => (enabled ? store.on(action, (event) => latest.current(event), last) : undefined),
    [store, action, enabled, last],
  )
}
