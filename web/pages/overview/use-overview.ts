import type { UseQueryResult } from '@tanstack/react-query'

import type { OverviewAnswer } from '../../../shared/dashboard.ts'
import { useGet } from '../../data/use-get.ts'

/** The live feed goes on from each answer. */
const PERIOD_MS = 15_000

/** What the first page shows besides the live feed. */
export function useOverview(): UseQueryResult<OverviewAnswer> {
  return useGet<OverviewAnswer>('/overview', { everyMs: PERIOD_MS })
}
