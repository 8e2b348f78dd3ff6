import { useState } from 'react'

interface Leave {
  /** Whether the question is shown. */
  readonly asking: boolean
  /** Does it at once, or asks first when there are changes. */
  readonly ask: (go: () => void) => void
  /** Yes: changes are lost. */
  readonly go: () => void
  /** No: nothing is done. */
  readonly stay: () => void
}

/** Nothing that was entered is lost without a question. */
export function useLeave(changed: boolean): Leave {
  const [waiting, setWaiting] = useState<(() => void) | null>(null)
  return {
    asking: waiting !== null,
    ask: (go) => (changed ? setWaiting(() => go) : go()),
    go: () => {
      setWaiting(null)
      waiting?.()
    },
    stay: () => setWaiting(null),
  }
}
