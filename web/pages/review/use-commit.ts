import { useNavigate, useRouter } from '@tanstack/react-router'
import { useState } from 'react'

import type { PolicyState } from '../../../shared/api.ts'
import { ApiFailure, request } from '../../api/client.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/review.ts'
import { cameFrom } from '../../policy/came-from.ts'
import { useDraft, useDraftStore } from '../../policy/use-draft.ts'
import { clearToasts, toast, toastLog } from '../../toasts/toasts.tsx'
import { blockedBy, faultsOf, optionsOf, outlookOf } from './commit-choices.ts'
import type { Blocked, Choices, Faults, Outlook } from './commit-choices.ts'

interface Commit {
  readonly outlook: Outlook
  readonly blocked: Blocked | null
  readonly busy: boolean
  readonly error: Error | null
  readonly faults: Faults
  readonly commit: () => Promise<void>
}

/** Brings the draft into force as it was chosen, and goes back to where it was made. */
export function useCommit(choices: Choices): Commit {
  const draft = useDraft()
  const pending = useLive().policy?.pending ?? null
  const store = useDraftStore()
  const navigate = useNavigate()
  const { history } = useRouter()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const [faults, setFaults] = useState<Faults>({})
  const outlook = outlookOf(draft, choices)
  const blocked = blockedBy(draft, pending)
  const commit = async () => {
    if (busy || blocked !== null) return
    const found = faultsOf(choices, outlook)
    setFaults(found)
    setError(null)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      tell(await store.commit(optionsOf(choices, outlook)))
      history.push(cameFrom())
    } catch (failure) {
      // Somebody was faster: what they did is settled there, and nothing of either is lost.
      if (failure instanceof ApiFailure && failure.problem.status === 412) await navigate({ to: '/rules/conflict' })
      setError(failure as Error)
    } finally {
      setBusy(false)
    }
  }
  return { outlook, blocked, busy, error, faults, commit }
}

/** With the way back on a click. A commit that waits says so on every page, with its own way back. */
function tell({ current: { version }, pending }: PolicyState): void {
  clearToasts() // the edits of the draft can't be undone one by one any more
  if (pending !== null) toastLog.add(text.waiting(version))
  else toast(text.committed(version), { undo: () => void takeBack(version) })
}

/** Only that version: a later one is somebody else's, and the gateway refuses. */
async function takeBack(version: number): Promise<void> {
  try {
    await undo(version, {}).catch((failure: unknown) => {
      // The rules of before may fail their tests as well: they were in force all the same.
      if (!(failure instanceof ApiFailure) || failure.problem.code !== 'tests-failed') throw failure
      return undo(version, { override: text.undoOverride(version) })
    })
    toast(text.undone(version))
  } catch (failure) {
    // There is no other place left where this could stand.
    toast(failure instanceof ApiFailure ? messages.sentence(failure.problem.detail) : messages.noAnswer)
  }
}

function undo(version: number, how: { readonly override?: string }): Promise<Response> {
  return request('/policy/undo', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
    body: JSON.stringify(how),
    signal: AbortSignal.timeout(10_000),
  })
}
