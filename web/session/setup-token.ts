import { useEffect, useState } from 'react'

/**
 * Takes the one-time token out of the printed link (`/setup#token=…`) and out of the address bar, so that it is neither
 * in the history nor in a screenshot. Empty when there is none.
 */
export function takeSetupToken(): string {
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token === null) return ''
  window.history.replaceState(null, '', pathname + search)
  return token.trim()
}

/** The token field: what the link brought at first, also when the link is opened in a page that is already there. */
export function useSetupToken(first: string): readonly [string, (token: string) => void] {
  const [token, setToken] = useState(first)
  useEffect(() => {
    const onHash = () => {
      const brought = takeSetupToken()
      if (brought !== '') setToken(brought)
    }
    window.addEventListener('hashchange', onHash)
    return () => window.removeEventListener('hashchange', onHash)
  }, [])
  return [token, setToken]
}
