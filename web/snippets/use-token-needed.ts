import { useQuery } from '@tanstack/react-query'

import type { Explanation } from '../../shared/api.ts'
import { send } from '../api/client.ts'

/** From where a newcomer tries it: this machine, without a name. */
const NOBODY = '127.0.0.1'

/** Whether the rules refuse a client on this machine that has no credential; undefined while nobody knows. */
export function useTokenNeeded(service: string): boolean | undefined {
  return useQuery({
    queryKey: ['/explain', service, NOBODY],
    queryFn: async () => {
      const response = await send('POST', '/explain', { direction: 'in', service, peer: NOBODY })
      return ((await response.json()) as Explanation).verdict === 'deny'
    },
  }).data
}
