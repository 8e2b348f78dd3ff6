import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import type { Finding } from '../../shared/api.ts'
import { getJson } from '../api/client.ts'
import { useDraft } from '../policy/use-draft.ts'
import { checksOf } from './checks.ts'
import type { Check } from './checks.ts'

interface Checks {
  readonly byId: ReadonlyMap<string, readonly Check[]>
  /** Tests of the draft that fail. */
  readonly failing: number
  readonly error: Error | null
  readonly retry: () => void
}

/** What is to be said about the entries: of the draft while there is one, else of what is in force. */
export function useChecks(): Checks {
  const { base, document, changes, preview, previewError } = useDraft()
  const drafted = changes.length > 0
  const inForce = useQuery({
    queryKey: ['/policy/findings', base.version],
    queryFn: () => getJson<{ findings: readonly Finding[] }>('/policy/findings'),
    enabled: !drafted && base.version > 0,
    refetchInterval: 60_000,
  })
  const findings = drafted && preview !== null ? preview.findings : inForce.data?.findings
  const tests = drafted ? preview?.tests : undefined
  const byId = useMemo(() => checksOf(findings ?? [], document.tests, tests ?? []), [findings, document.tests, tests])
  return {
    byId,
    failing: tests?.filter(({ pass }) => !pass).length ?? 0,
    error: drafted ? previewError : inForce.error,
    retry: () => void inForce.refetch(),
  }
}
