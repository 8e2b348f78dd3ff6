import { useCallback, useEffect, useState } from 'react'

import type { PolicyState, PolicyVersion } from '../../shared/api.ts'

/** How a commit that waited for its confirmation ended. */
export interface Outcome {
  readonly type: 'kept' | 'rolled-back'
  /** The version in force since. */
  readonly version: number
}

/** The outcome stays this long, in ms. */
const SHOWN_MS = 12_000

/** Notices when the pending commit of `policy` is not pending any more, and says for a moment what became of it. */
export function useOutcome(policy: PolicyState | null): { outcome: Outcome | null; dismiss: () => void } {
  const pending = policy?.pending ?? null
  const [before, setBefore] = useState<PolicyState['pending']>(pending)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  if (pending?.version !== before?.version) {
    setBefore(pending)
    setOutcome(policy === null || pending !== null || before === null ? null : outcomeOf(policy.current, before))
  }
  const dismiss = useCallback(() => setOutcome(null), [])
  useEffect(() => {
    if (outcome === null) return undefined
    const timer = setTimeout(dismiss, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [outcome, dismiss])
  return { outcome, dismiss }
}

/** Null when something else has come in between. */
function outcomeOf(current: PolicyVersion, before: NonNullable<PolicyState['pending']>): Outcome | null {
  const { version, kind } = current
  if (version === before.version) return { type: 'kept', version }
  return kind === 'rollback' || version === before.revertTo ? { type: 'rolled-back', version } : null
}
