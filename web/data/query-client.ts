import { QueryClient } from '@tanstack/react-query'

import { ApiFailure } from '../api/client.ts'

/** The page's one cache of answers. What the gateway refused is not asked again by itself; what got lost is, twice. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => !(error instanceof ApiFailure) && failures < 2,
        staleTime: 5000,
        refetchOnWindowFocus: true,
      },
    },
  })
}
