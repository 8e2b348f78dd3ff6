import { useQuery } from '@tanstack/react-query'
import type { UseQueryResult } from '@tanstack/react-query'

import { getJson } from '../api/client.ts'

interface GetOptions {
  /** Asks again each so many milliseconds while the page is visible. */
  readonly everyMs?: number
  /** False: not yet. */
  readonly enabled?: boolean
}

/**
 * What the admin API answers at `path`, kept while it is shown. The key is the path, so that
 * `queryClient.invalidateQueries({ queryKey: [path] })` asks again.
 */
export function useGet<T>(path: string, { everyMs, enabled = true }: GetOptions = {}): UseQueryResult<T> {
  return useQuery({
    queryKey: [path],
    queryFn: () => getJson<T>(path),
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  })
}
