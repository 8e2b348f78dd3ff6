import { Card, Title } from '@mantine/core'
import { ArrowLeftRight, CirclePause, CirclePlay, DoorOpen, PlugZap, ShieldCheck, Square } from 'lucide-react'
import { useId } from 'react'

import type { ConnectionDetail, TimelineEntry } from '../../../shared/dashboard.ts'
import { formatLatency } from '../../../shared/units.ts'
import { clock } from '../../conversation/times.ts'
import { text as messages } from '../../messages/connection.ts'
import { Answer } from '../../ui/answer.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { useZone } from '../../ui/use-zone.ts'

import styles from './connection.module.css'

const text = messages.timeline

const icons: Readonly<Record<TimelineEntry['kind'], typeof DoorOpen>> = {
  accepted: DoorOpen,
  decided: ShieldCheck,
  redirected: ArrowLeftRight,
  connected: PlugZap,
  'first-byte': CirclePlay,
  paused: CirclePause,
  ended: Square,
}

interface TimelineProps {
  readonly of: {
    readonly data: ConnectionDetail | undefined
    readonly error: Error | null
    readonly refetch: () => unknown
  }
}

/** What happened to a connection, in order. */
export function Timeline({ of }: TimelineProps) {
  const heading = useId()
  return (
    <Card component="section" aria-labelledby={heading}>
      <Title order={2} id={heading}>
        {text.title}
      </Title>
      <Answer of={of}>{({ timeline }) => <Entries entries={timeline} />}</Answer>
    </Card>
  )
}

function Entries({ entries }: { entries: readonly TimelineEntry[] }) {
  const zone = useZone()
  const begin = entries[0]?.at ?? 0
  if (entries.length === 0) return <p className={styles.nothing}>{text.none}</p>
  return (
    <ol className={styles.timeline}>
      {entries.map(({ at, kind, text: sentence }, index) => {
        const Icon = icons[kind] ?? CirclePlay
        return (
          // Entries are only ever added behind.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} data-kind={kind}>
            <span className={styles.dot}>
              <Icon size={14} aria-hidden="true" />
            </span>
            <span className={styles.event}>{oneLine(sentence.slice(0, 1).toUpperCase() + sentence.slice(1))}</span>
            <span className={styles.moment}>
              <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()}>
                {clock(at, zone)}
              </time>
              {index > 0 && ` ${text.since(formatLatency(at - begin))}`}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
