import type { UseQueryResult } from '@tanstack/react-query'

import type { StatusInfo } from '../../shared/connection.ts'
import { useGet } from '../data/use-get.ts'
import { reachableListener } from '../ui/service-url.ts'

/** What is not in the live feed changes rarely: a drain, a warning, another listener. */
const PERIOD_MS = 10_000

/** The gateway's facts, asked for again from time to time. */
export function useStatus(): UseQueryResult<StatusInfo> {
  return useGet<StatusInfo>('/status', { everyMs: PERIOD_MS })
}

/** Base URL of the listener that this browser can reach; null when there is none, undefined while nobody knows. */
export function useBase(): string | null | undefined {
  const { data } = useStatus()
  return data === undefined ? undefined : reachableListener(data.listeners)
}
