import type { RuleHits } from '../../../shared/api.ts'
import { useGet } from '../../data/use-get.ts'
import { useLive } from '../../live/use-live.ts'

/** Whether there never was a connection here, as far as the gateway remembers; false while nobody knows. */
export function useNewcomer(): boolean {
  const { loaded, open, closed, refused } = useLive()
  const none = loaded && open.length === 0 && closed.length === 0 && refused.length === 0
  // What is remembered of connections ends with the gateway; when a rule decided last does not.
  const { data } = useGet<{ readonly hits: Readonly<Record<string, RuleHits>> }>('/policy/hits', { enabled: none })
  return none && data !== undefined && Object.values(data.hits).every(({ lastAt }) => lastAt === null)
}
