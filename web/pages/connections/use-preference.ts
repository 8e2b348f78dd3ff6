import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useSyncExternalStore } from 'react'

import type { Preferences } from '../../../shared/dashboard.ts'
import { request } from '../../api/client.ts'
import { useGet } from '../../data/use-get.ts'

const PATH = '/preferences'
const listeners = new Set<() => void>()

interface Preference<T> {
  /** What `read` made of it; null while nothing is set. */
  readonly value: T | null
  /** Null forgets it. */
  readonly change: (value: T | null) => void
}

/**
 * Something that an account has set for its own pages, kept by the gateway; as long as that does not answer, by this
 * browser.
 * @param read the same function always; makes sense of what is kept, which an older or newer page may have written; null when it can't
 */
export function usePreference<T>(key: string, read: (kept: unknown) => T | null): Preference<T> {
  const queries = useQueryClient()
  const { data } = useGet<Preferences>(PATH)
  const local = useSyncExternalStore(subscribe, () => readLocal(key))
  const kept = useMemo(() => (data === undefined ? parse(local) : data[key]), [data, local, key])
  const change = useCallback(
    (value: T | null) => {
      writeLocal(key, value)
      const before = queries.getQueryData<Preferences>([PATH])
      // Shown at once. If the gateway does not take it this page goes on with it, and this browser keeps it.
      if (before !== undefined) queries.setQueryData<Preferences>([PATH], { ...before, [key]: value })
      void request(`${PATH}/${key}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value }),
      }).catch(() => undefined)
    },
    [queries, key],
  )
  const value = useMemo(() => (kept === undefined || kept === null ? null : read(kept)), [kept, read])
  return { value, change }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const storageKey = (key: string) => `sockgate-${key}`

function readLocal(key: string): string | null {
  try {
    return localStorage.getItem(storageKey(key))
  } catch {
    return null
  }
}

function writeLocal(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(storageKey(key))
    else localStorage.setItem(storageKey(key), JSON.stringify(value))
  } catch {
    // Storage is switched off: the gateway keeps it.
  }
  for (const listener of listeners) listener()
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
