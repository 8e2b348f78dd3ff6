import { Button } from '@mantine/core'
import { ArrowUp, CircleDot, CirclePause, Pause, Play, Unplug } from 'lucide-react'

import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/connections.ts'
import { useZone } from '../../ui/use-zone.ts'
import { formatMoment } from '../../ui/when.tsx'

import styles from './connections.module.css'

interface StatusLineProps {
  readonly shown: number
  readonly total: number
  readonly fresh: number
  /** Rows stand still because somebody is at them. */
  readonly held: boolean
  /** When it was paused, in milliseconds since 1970; null when not. */
  readonly pausedAt: number | null
  readonly onPause: () => void
  readonly onFresh: () => void
}

/** How many of how many, how new that is, and what waits. */
export function StatusLine({ shown, total, fresh, held, pausedAt, onPause, onFresh }: StatusLineProps) {
  return (
    <div className={styles.status}>
      {total > 0 && <span className="num">{text.showing(shown, total)}</span>}
      <Freshness pausedAt={pausedAt} />
      {held && fresh === 0 && <span className={styles.held}>{text.held}</span>}
      {fresh > 0 && (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<ArrowUp size={12} />}
          aria-label={text.freshLabel(fresh)}
          onClick={onFresh}
        >
          {text.fresh(fresh)}
        </Button>
      )}
      <span className={styles.grow} />
      <Button
        size="compact-sm"
        variant={pausedAt === null ? 'subtle' : 'light'}
        color={pausedAt === null ? 'gray' : 'orange'}
        leftSection={pausedAt === null ? <Pause size={13} /> : <Play size={13} />}
        aria-keyshortcuts="p"
        onClick={onPause}
      >
        <span className={styles.pauseWord}>{pausedAt === null ? text.pause : text.goOn}</span>
      </Button>
    </div>
  )
}

function Freshness({ pausedAt }: { pausedAt: number | null }) {
  const { link } = useLive()
  const zone = useZone()
  const time = (at: number) => formatMoment(at, zone, at)
  if (pausedAt !== null) {
    return (
      <span className={styles.liveMark} data-paused>
        <CirclePause size={13} aria-hidden="true" />
        {text.pausedSince(time(pausedAt))}
      </span>
    )
  }
  if (link.type === 'lost') {
    return (
      <span className={styles.liveMark} data-stale>
        <Unplug size={13} aria-hidden="true" />
        {text.stale(time(link.since))}
      </span>
    )
  }
  if (link.type !== 'live') return null
  return (
    <span className={styles.liveMark} data-live>
      <CircleDot size={12} aria-hidden="true" />
      {text.live}
    </span>
  )
}
