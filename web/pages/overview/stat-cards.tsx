import { Card } from '@mantine/core'

import { formatBytes, formatCount } from '../../../shared/units.ts'
import { useLive } from '../../live/use-live.ts'
import { messages } from '../../messages.ts'
import { mean, Sparkline } from '../../ui/sparkline.tsx'
import { useNow } from '../../ui/use-now.ts'

/** Rates shown are the mean of this many seconds. */
const SMOOTH_S = 5

/** The four numbers for a glance. */
export function StatCards() {
  const { loaded, open, closed, refused, history } = useLive()
  const now = useNow()
  const text = messages.overview
  const latest = refused[0]
  const messageRate = mean(history.messages.slice(-SMOOTH_S))
  return (
    <div className="stats">
      <Stat
        label={text.openConnections}
        value={loaded ? formatCount(open.length) : null}
        note={text.closedNote(closed.length)}
        values={history.open}
        color="var(--mantine-color-indigo-5)"
      />
      <Stat
        label={text.messageRate}
        value={loaded ? rate(messageRate) : null}
        note={text.lastPoints}
        values={history.messages}
        color="var(--mantine-color-teal-6)"
      />
      <Stat
        label={text.byteRate}
        value={loaded ? messages.connections.rate(formatBytes(mean(history.bytes.slice(-SMOOTH_S)))) : null}
        note={text.lastPoints}
        values={history.bytes}
        color="var(--mantine-color-violet-5)"
      />
      <Stat
        label={text.refused}
        value={loaded ? formatCount(refused.length) : null}
        note={latest === undefined ? text.noneRefused : text.lastRefused(now - latest.info.openedAt)}
        values={history.refused}
        color="var(--mantine-color-orange-6)"
      />
    </div>
  )
}

/** Small rates with a digit more. */
function rate(value: number): string {
  return value > 0 && value < 10 ? value.toFixed(1) : formatCount(value)
}

interface StatProps {
  readonly label: string
  /** Null while unknown. */
  readonly value: string | null
  readonly note: string
  readonly values: readonly number[]
  readonly color: string
}

function Stat({ label, value, note, values, color }: StatProps) {
  return (
    <Card className="stat" padding={0}>
      <div className="stat-text">
        <span className="stat-label">{label}</span>
        <span className="stat-value num">{value ?? messages.unknown}</span>
        <span className="stat-note num">{note}</span>
      </div>
      <Sparkline values={values} color={color} />
    </Card>
  )
}
