import { useCallback, useEffect, useRef, useState } from 'react'

/** How often and how many times something is sent. */
export interface Repetition {
  readonly everyS: number
  readonly times: number
}

export interface Repeat {
  /** Null when nothing is being repeated. */
  readonly running: { readonly done: number; readonly of: number } | null
  readonly start: (repetition: Repetition, act: () => void) => void
  readonly stop: () => void
}

export function isRepetition({ everyS, times }: Repetition): boolean {
  return everyS >= 0.05 && everyS <= 3600 && Number.isInteger(times) && times >= 1 && times <= 10_000
}

/** Does something at once and then again and again, until it was done often enough, somebody stops it, or `enabled` ends. */
export function useRepeat(enabled: boolean): Repeat {
  const [running, setRunning] = useState<Repeat['running']>(null)
  const timer = useRef<ReturnType<typeof setInterval> | undefined>(undefined)
  const stop = useCallback(() => {
    clearInterval(timer.current)
    setRunning(null)
  }, [])
  const start = useCallback(({ everyS, times }: Repetition, act: () => void) => {
    clearInterval(timer.current)
    let done = 0
    const once = () => {
      act()
      done++
      if (done >= times) clearInterval(timer.current)
      setRunning(done >= times ? null : { done, of: times })
    }
    timer.current = setInterval(once, everyS * 1000)
    once()
  }, [])
  useEffect(() => {
    if (!enabled) clearInterval(timer.current)
  }, [enabled])
  useEffect(() => () => clearInterval(timer.current), [])
  return { running: enabled ? running : null, start, stop }
}
