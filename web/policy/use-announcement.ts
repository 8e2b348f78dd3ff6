import { useState } from 'react'

import { messages } from '../messages.ts'
import { announcedAt } from './countdown.ts'

/** What a screen reader hears of a countdown: how long it is at first, then a few moments before its end. */
export function useAnnouncement(version: number | null, seconds: number): string {
  const moment = version === null ? null : announcedAt(seconds)
  const [said, setSaid] = useState<{ moment: number | null; text: string }>({ moment: null, text: '' })
  if (moment !== said.moment) {
    const text = version === null || moment === null ? '' : messages.confirm.announce(version, seconds)
    setSaid({ moment, text })
  }
  return said.text
}
