import { Button, Progress } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import type { CloseJob } from '../../shared/dashboard.ts'
import { send } from '../api/client.ts'
import { useGet } from '../data/use-get.ts'
import { text as all } from '../messages/close.ts'
import { useMayChange } from '../session/use-session.ts'
import { toast } from '../toasts/toasts.tsx'
import { Failure } from '../ui/answer.tsx'
import { oneLine } from '../ui/one-line.ts'
import { useSecondsLeft } from '../ui/use-seconds-left.ts'

import styles from './close.module.css'

const text = all.running

/** Where closings that are under way are listed; to be asked again after one was begun. */
export const CLOSES = '/connections/closes'
/** How often, in ms, while one is under way, and while none is: somebody else may begin one. */
const BUSY_MS = 1000
const QUIET_MS = 10_000

/** Closings of many connections that are under way, with a way to stop each. Nothing while there is none. */
export function RunningCloses() {
  const [busy, setBusy] = useState(false)
  const { data } = useGet<{ readonly closes: readonly CloseJob[] }>(CLOSES, { everyMs: busy ? BUSY_MS : QUIET_MS })
  const closes = data?.closes ?? []
  if (busy !== closes.length > 0) setBusy(!busy)
  if (closes.length === 0) return null
  return (
    <ul className={styles.running} aria-label={text.label}>
      {closes.map((job) => (
        <Running key={job.id} job={job} />
      ))}
    </ul>
  )
}

function Running({ job }: { job: CloseJob }) {
  const { id, by, total, done, endsAt } = job
  const mayChange = useMayChange()
  const queries = useQueryClient()
  const seconds = useSecondsLeft(endsAt)
  const [error, setError] = useState<Error | null>(null)
  const stop = async () => {
    setError(null)
    try {
      await send('DELETE', `${CLOSES}/${encodeURIComponent(id)}`)
      toast(text.stopped(total - done))
    } catch (failure) {
      setError(failure as Error)
    }
    await queries.invalidateQueries({ queryKey: [CLOSES] })
  }
  const title = text.title(done, total, oneLine(by))
  return (
    <li>
      <div className={styles.job}>
        <span className="strong num">{title}</span>
        <span className="dim num">{text.left(seconds)}</span>
        <Progress value={(done / total) * 100} className={styles.progress} aria-label={title} />
        {mayChange && (
          <Button size="xs" variant="default" aria-label={text.stopLabel(oneLine(by))} onClick={() => void stop()}>
            {text.stop}
          </Button>
        )}
      </div>
      {error !== null && <Failure error={error} />}
    </li>
  )
}
