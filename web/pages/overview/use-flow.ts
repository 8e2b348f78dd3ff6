import { useEffect, useState } from 'react'

import type { LiveState } from '../../live/live-store.ts'
import { useLiveStore } from '../../live/use-live.ts'
import { flowOf } from './flow.ts'
import type { Flow } from './flow.ts'

/** Drawn anew at most so often, in ms: it is to be read, and thousands of connections are summed up. */
const PERIOD_MS = 1000
const HOUR_MS = 3600_000

/** Who reaches what, now and in the last hour; stands still while `held`. */
export function useFlow(held: boolean): Flow {
  const store = useLiveStore()
  const [flow, setFlow] = useState(() => current(store.getState()))
  useEffect(() => {
    if (held) return undefined
    let seen: LiveState | null = null
    const look = () => {
      const state = store.getState()
      if (state === seen || document.visibilityState === 'hidden') return
      seen = state
      setFlow(current(state))
    }
    look()
    const timer = setInterval(look, PERIOD_MS)
    return () => clearInterval(timer)
  }, [store, held])
  return flow
}

function current({ open, refused }: LiveState): Flow {
  const since = Date.now() - HOUR_MS
  return flowOf(
    open.map(({ info }) => info),
    refused.map(({ info }) => info).filter(({ openedAt }) => openedAt > since),
  )
}
