import { useState } from 'react'

interface Task {
  readonly busy: boolean
  /** What the last run failed with. */
  readonly error: Error | null
  /** Does it, unless it is being done; never throws. @returns whether it was done */
  readonly run: (work: () => Promise<void>) => Promise<boolean>
  readonly clear: () => void
}

/** One thing that a button does, which takes a while and may fail. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setError(null)
    try {
      await work()
      return true
    } catch (thrown) {
      setError(thrown as Error)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, run, clear: () => setError(null) }
}
