import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { RefObject } from 'react'

import type { PolicyChange } from '../../../shared/api.ts'
import { getJson } from '../../api/client.ts'
import { useDraft } from '../../policy/use-draft.ts'

/** The answer holds the whole document: of large ones it would be too much for a number. */
const ENTRIES_MAX = 1000

/**
 * How many changes a version made, asked for once its row is in sight; null while that is not known, and where the
 * rules are many. Versions never change: what was told once holds.
 */
export function useChangeCount(version: number, row: RefObject<HTMLElement | null>): number | null {
  const { rules, redirects, tests } = useDraft().base.document
  const isSmall = rules.length + redirects.length + tests.length <= ENTRIES_MAX
  const isSeen = useSeen(row)
  const { data } = useQuery({
    queryKey: ['change-count', version],
    queryFn: async () => {
      const { changes } = await getJson<{ changes: readonly PolicyChange[] }>(`/policy/versions/${version}`)
      return changes.length
    },
    enabled: isSeen && isSmall && version > 1,
    staleTime: Infinity,
    retry: false,
  })
  return data ?? null
}

/** Whether it has been in sight. */
function useSeen(ref: RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (element === null || seen) return undefined
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref, seen])
  return seen
}
