import { VisuallyHidden } from '@mantine/core'
import { useEffect, useState } from 'react'

import { text } from '../messages/connections.ts'
import { useLiveStore } from './use-live.ts'

/** A screen reader is told of what came at most this often, in ms. */
export const ANNOUNCE_MS = 10_000

/** The one voice of a live list, which itself is silent: how many came and were refused, now and then. */
export function Announcer() {
  const store = useLiveStore()
  const [said, setSaid] = useState('')
  useEffect(() => {
    let before = store.getState().news
    const timer = setInterval(() => {
      const { news } = store.getState()
      setSaid(text.announce(news.opened - before.opened, news.refused - before.refused))
      before = news
    }, ANNOUNCE_MS)
    return () => clearInterval(timer)
  }, [store])
  return <VisuallyHidden role="status">{said}</VisuallyHidden>
}
