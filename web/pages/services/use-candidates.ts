import type { UseQueryResult } from '@tanstack/react-query'

import type { Candidate } from '../../../shared/dashboard.ts'
import { useGet } from '../../data/use-get.ts'

/** What is on this machine and could be a service, asked for when it is shown. */
export function useCandidates(): UseQueryResult<{ readonly candidates: readonly Candidate[] }> {
  return useGet('/services/candidates')
}
