import { useEffect, useState } from 'react'

/** Whole seconds until `until` (milliseconds since 1970), counted down; 0 when it is over or null. */
export function useSecondsLeft(until: number | null): number {
  const [seconds, setSeconds] = useState(() => secondsLeft(until))
  useEffect(() => {
    const look = () => setSeconds(secondsLeft(until))
    look()
    if (until === null) return undefined
    const timer = setInterval(look, 250)
    return () => clearInterval(timer)
  }, [until])
  return seconds
}

function secondsLeft(until: number | null): number {
  return until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1000))
}
