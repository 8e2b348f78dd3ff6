import { ShieldX, Unplug } from 'lucide-react'

import { useLive } from '../live/use-live.ts'
import { messages } from '../messages.ts'
import { Notice } from './notice.tsx'
import { useNow } from './use-now.ts'

const text = messages.link

/** Says it when what is shown may be out of date, or when there is nothing to show; else nothing. */
export function LinkNotice() {
  const { link, loaded } = useLive()
  if (link.type === 'denied') {
    return (
      <Notice tone="error" icon={<ShieldX size={20} />} title={text.deniedTitle}>
        <p>{messages.sentence(link.problem.detail)}</p>
        {link.problem.requestId !== '' && <p className="dim">{text.requestId(link.problem.requestId)}</p>}
      </Notice>
    )
  }
  if (link.type !== 'lost') return null
  return (
    <Notice tone="warning" icon={<Unplug size={20} />} title={loaded ? text.lostTitle : text.neverHeard} sticky>
      {loaded ? <Age since={link.since} /> : <p>{text.lostFirst}</p>}
    </Notice>
  )
}

/** Counts on in silence: a screen reader has heard the title. */
function Age({ since }: { since: number }) {
  const now = useNow()
  return (
    <p className="num" aria-live="off">
      {text.lastUpdate(now - since)}
    </p>
  )
}
