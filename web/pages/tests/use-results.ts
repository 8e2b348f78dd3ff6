import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import type { TestResult } from '../../../shared/api.ts'
import { getJson } from '../../api/client.ts'
import { useDraft } from '../../policy/use-draft.ts'

interface Results {
  readonly byId: ReadonlyMap<string, TestResult>
  readonly passed: number
  readonly failed: number
  /** Of the draft, while there is one. */
  readonly drafted: boolean
  /** There are newer ones to come. */
  readonly running: boolean
  /** The draft can't be run. */
  readonly broken: boolean
  readonly error: Error | null
  readonly retry: () => void
}

/** What the tests say: of the draft while there is one, else of what is in force. */
export function useResults(refreshPreview: () => void): Results {
  const { base, changes, preview, previewing, previewError } = useDraft()
  const drafted = changes.length > 0
  const inForce = useQuery({
    queryKey: ['/policy/tests', base.version],
    queryFn: () => getJson<{ tests: readonly TestResult[] }>('/policy/tests'),
    enabled: !drafted && base.version > 0,
  })
  const tests = drafted ? preview?.tests : inForce.data?.tests
  const byId = useMemo(() => new Map((tests ?? []).map((result) => [result.id, result])), [tests])
  const passed = useMemo(() => (tests ?? []).filter(({ pass }) => pass).length, [tests])
  return {
    byId,
    passed,
    failed: byId.size - passed,
    drafted,
    running: drafted ? previewing : inForce.isFetching,
    broken: drafted && (preview?.problems.length ?? 0) > 0,
    error: drafted ? previewError : inForce.error,
    retry: drafted ? refreshPreview : () => void inForce.refetch(),
  }
}
