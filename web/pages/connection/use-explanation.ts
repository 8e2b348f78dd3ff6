import { useQuery } from '@tanstack/react-query'
import type { UseQueryResult } from '@tanstack/react-query'

import type { Explanation } from '../../../shared/api.ts'
import { send } from '../../api/client.ts'

/** The gateway's own account of how it judges a connection that it knows. */
export function useExplanation(requestId: string): UseQueryResult<Explanation> {
  return useQuery({
    queryKey: ['/explain', { requestId }],
    queryFn: async () => (await (await send('POST', '/explain', { requestId })).json()) as Explanation,
  })
}
