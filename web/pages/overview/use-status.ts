import { useEffect, useState } from 'react'

import type { StatusInfo } from '../../../shared/connection.ts'
import { getJson } from '../../api/client.ts'
import type { Link } from '../../live/live-store.ts'

/** What is not in the live feed changes rarely: a drain, a warning, another listener. */
const PERIOD_MS = 5000

/** The gateway's facts, asked for again from time to time while the link is live; null before the first answer. */
export function useStatus(link: Link['type']): StatusInfo | null {
  const [status, setStatus] = useState<StatusInfo | null>(null)
  useEffect(() => {
    if (link !== 'live') return undefined
    let current = true
    const ask = () => {
      if (document.visibilityState === 'hidden') return // nor does it keep a session alive that nobody uses
      void getJson<StatusInfo>('/status').then(
        (answer) => current && setStatus(answer),
        () => {}, // the live feed notices a lost gateway and says so
      )
    }
    ask()
    const timer = setInterval(ask, PERIOD_MS)
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [link])
  return status
}
