import { useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

/**
 * Text that lives in the address bar under `?name=`, so that a copied link shows the same thing. Empty is left out.
 * A change replaces the entry of the browser's history; with `push` going back undoes it.
 */
export function useSearchParam(
  name: string,
  { push = false }: { readonly push?: boolean } = {},
): readonly [string, (value: string) => void] {
  const navigate = useNavigate()
  const value = useLocation({ select: ({ search }) => (search as Readonly<Record<string, unknown>>)[name] })
  const change = useCallback(
    (next: string) => {
      const search = (now: Readonly<Record<string, unknown>>) => ({ ...now, [name]: next === '' ? undefined : next })
      // The router's types know no addresses: pages come from a catalog.
      void navigate({ to: '.', search: search as never, replace: !push, resetScroll: false })
    },
    [navigate, name, push],
  )
  return [typeof value === 'string' ? value : '', change]
}
