import { useCallback, useState } from 'react'

/** Text that lives in the address bar under `?name=`, so that a copied link shows the same thing. Empty is left out. */
export function useSearchParam(name: string): readonly [string, (value: string) => void] {
  const [value, setValue] = useState(() => new URLSearchParams(window.location.search).get(name) ?? '')
  const change = useCallback(
    (next: string) => {
      const url = new URL(window.location.href)
      if (next === '') url.searchParams.delete(name)
      else url.searchParams.set(name, next)
      window.history.replaceState(null, '', url)
      setValue(next)
    },
    [name],
  )
  return [value, change]
}
