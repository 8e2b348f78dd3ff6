import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { UseQueryResult } from '@tanstack/react-query'

import { getJson } from '../api/client.ts'
import { followHits } from './hits.ts'
import type { HitCourse, HitsAnswer } from './hits.ts'

/** The gateway is asked so often while the page is in sight, in ms. */
const EVERY_MS = 5000
const KEY = ['/policy/hits', 'course']

/** Hits by id, those of rules and of defaults, with their course since the page was opened. */
export function useHits(): UseQueryResult<ReadonlyMap<string, HitCourse>> {
  const client = useQueryClient()
  return useQuery({
    queryKey: KEY,
    queryFn: async () => followHits(client.getQueryData(KEY), await getJson<HitsAnswer>('/policy/hits')),
    refetchInterval: EVERY_MS,
    structuralSharing: false,
  })
}
