import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import type { PolicyPreview } from '../../shared/api.ts'
import type { MatchesAnswer } from '../../shared/dashboard.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { send } from '../api/client.ts'
import { isRule } from '../rules/entry.ts'
import type { Entry } from '../rules/entry.ts'

/** After the last change it is quiet for so long before the gateway is asked, in ms. */
const MATCHES_MS = 400
const PREVIEW_MS = 600

/** Which connections the entry matches by itself. @param entry null while it can't be asked about */
export function useMatches(entry: Entry | null) {
  const asked = useMemo(() => (entry === null ? null : JSON.stringify(bodyOf(entry))), [entry])
  const [body] = useDebouncedValue(asked, MATCHES_MS)
  const query = useQuery({
    queryKey: ['/policy/matches', body],
    queryFn: async () => (await (await send('POST', '/policy/matches', JSON.parse(body!))).json()) as MatchesAnswer,
    enabled: body !== null,
    retry: false,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  })
  return { ...query, old: body !== asked || query.isPlaceholderData }
}

function bodyOf(entry: Entry): object {
  const { id: _, caption: __, note: ___, ...asked } = entry
  return isRule(entry) ? { rule: asked } : { redirect: asked }
}

/** What the gateway says of the draft with the entry as it is being edited. @param document null while nothing differs */
export function useOutlook(document: PolicyDocument | null) {
  const [asked] = useDebouncedValue(document, PREVIEW_MS)
  const query = useQuery({
    queryKey: ['/policy/preview', asked],
    queryFn: async () => (await (await send('POST', '/policy/preview', { document: asked })).json()) as PolicyPreview,
    enabled: asked !== null && document !== null,
    retry: false,
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  return { ...query, old: asked !== document || query.isPlaceholderData }
}
