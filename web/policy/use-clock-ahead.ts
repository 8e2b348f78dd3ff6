import { useEffect, useState } from 'react'

import { request } from '../api/client.ts'

/** The `Date` header tells whole seconds, and the way there takes its time: less is no difference, in ms. */
const NOTHING_MS = 2000

/**
 * How far this browser's clock is ahead of the gateway's, in ms: a time that the gateway has set comes so much later
 * here. Asked for when `version` appears; 0 until it is known, and when they differ by less than two seconds.
 */
export function useClockAhead(version: number | null): number {
  const [aheadMs, setAheadMs] = useState(0)
  useEffect(() => {
    if (version === null) return undefined
    let gone = false
    const sent = Date.now()
    const ask = async () => {
      const { headers } = await request('/policy/state', { signal: AbortSignal.timeout(10_000) })
      if (!gone) setAheadMs(clockAhead(headers.get('date'), sent, Date.now()))
    }
    ask().catch(() => undefined) // no answer: this clock has to do
    return () => {
      gone = true
    }
  }, [version])
  return version === null ? 0 : aheadMs
}

/**
 * From the `Date` of an answer, which is cut to the second.
 * @param sent when it was asked for, by this clock
 * @param came when it was there
 */
export function clockAhead(date: string | null, sent: number, came: number): number {
  const told = date === null ? NaN : Date.parse(date)
  const aheadMs = (sent + came) / 2 - (told + 500)
  return Number.isNaN(aheadMs) || Math.abs(aheadMs) < NOTHING_MS ? 0 : Math.round(aheadMs)
}
