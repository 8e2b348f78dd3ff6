import { Card } from '@mantine/core'
import { useMemo } from 'react'

import type { ConnectionInfo } from '../../../shared/connection.ts'
import type { Point } from '../../charts/course.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { text } from '../../messages/connection.ts'
import { Facts } from './facts.tsx'
import { Timeline } from './timeline.tsx'
import type { useConnection } from './use-connection.ts'

import styles from './connection.module.css'

interface SummaryProps {
  readonly info: ConnectionInfo
  readonly detail: ReturnType<typeof useConnection>['detail']
  readonly points: readonly Point[]
}

/** Facts and timeline beside how it goes. */
export function Summary({ info, detail, points }: SummaryProps) {
  return (
    <div className={styles.summary}>
      <div className={styles.column}>
        <Facts info={info} />
      </div>
      <div className={styles.column}>
        {points.length > 0 || info.ending === null ? (
          <Charts points={points} />
        ) : (
          info.state !== 'refused' && (
            <Card>
              <p className={styles.nothing}>{text.ended}</p>
            </Card>
          )
        )}
        <Timeline of={detail} />
      </div>
    </div>
  )
}

function Charts({ points }: { points: readonly Point[] }) {
  const { times, up, down, toClient, toService } = useMemo(
    () => ({
      times: points.map(({ at }) => at),
      up: { label: text.rates.up, values: points.map((point) => point.up) },
      down: { label: text.rates.down, values: points.map((point) => point.down) },
      toClient: { label: text.queue.toClient, values: points.map((point) => point.toClient) },
      toService: { label: text.queue.toService, values: points.map((point) => point.toService) },
    }),
    [points],
  )
  return (
    <>
      <TimeChart
        title={text.rates.title}
        hint={text.rates.hint}
        times={times}
        lines={[up, down]}
        format={text.rates.perSecond}
      />
      <TimeChart
        title={text.queue.title}
        hint={text.queue.hint}
        times={times}
        lines={[toClient, toService]}
        format={text.queue.bytes}
      />
    </>
  )
}
