import { useQueryClient } from '@tanstack/react-query'

import type { Preferences } from '../../../shared/dashboard.ts'
import { request } from '../../api/client.ts'
import { useGet } from '../../data/use-get.ts'
import type { Written } from './sent-history.ts'

/** A message that an account has saved under a name. */
export interface Saved extends Written {
  readonly name: string
}

const KEY = 'try.snippets'

/** The account's saved messages; the gateway keeps them. */
export function useSaved() {
  const queries = useQueryClient()
  const { data, error, refetch } = useGet<Preferences>('/preferences')
  const saved = readSaved(data?.[KEY])
  /** @throws ApiFailure when there is no room, or the gateway does not answer */
  const keep = async (value: readonly Saved[]) => {
    await request(`/preferences/${KEY}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ value }),
    })
    await queries.invalidateQueries({ queryKey: ['/preferences'] })
  }
  return { saved, error, refetch, keep }
}

/** Whatever another version of the page has written there. */
export function readSaved(value: unknown): readonly Saved[] {
  return Array.isArray(value) ? value.filter(isSaved) : []
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null) return false
  const { name, form, draft } = value as Record<string, unknown>
  return typeof name === 'string' && typeof draft === 'string' && ['text', 'json', 'hex'].includes(form as string)
}
