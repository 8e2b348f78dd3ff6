import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

import { useKey, useKeyStore } from '../keys/use-key.ts'
import type { Page } from '../pages/page.ts'
import { useSearchParam } from '../ui/use-search-param.ts'

/** Keys that act on every page: those of pages, help, search, why. */
export function useFrameKeys(pages: readonly Page[]) {
  const store = useKeyStore()
  const navigate = useNavigate()
  const [listed, setListed] = useState(false)
  const [searching, setSearching] = useState(false)
  const [, explain] = useSearchParam('explain')
  useEffect(() => {
    const stops = pages.flatMap(({ path, title, nav }) =>
      nav?.key === undefined ? [] : [store.onPage({ key: nav.key, title, go: () => void navigate({ to: path }) })],
    )
    return () => {
      for (const stop of stops) stop()
    }
  }, [store, pages, navigate])
  useKey('help', () => setListed(true))
  useKey('search', () => setSearching(true))
  useKey('palette', () => setSearching(true))
  useKey('why', () => explain('new'), true, { last: true })
  return {
    listed,
    unlist: () => setListed(false),
    searching,
    search: () => setSearching(true),
    found: () => setSearching(false),
  }
}
