import type { OverviewAnswer } from '../../../shared/dashboard.ts'
import { formatBytes, formatCount } from '../../../shared/units.ts'
import type { LiveState } from '../../live/live-store.ts'
import { useLive } from '../../live/use-live.ts'
import { text } from '../../messages/overview.ts'
import { connectionsPath } from '../../ui/app-link.tsx'
import { mean, Sparkline } from '../../ui/sparkline.tsx'
import { useNow } from '../../ui/use-now.ts'
import { When } from '../../ui/when.tsx'
import { continued } from './history.ts'
import { NumberCard } from './number-card.tsx'
import { ServiceBar } from './service-bar.tsx'

import styles from './overview.module.css'

/** Rates shown are the mean of this many seconds. */
const SMOOTH_S = 5
const HOUR_MS = 3600_000

/** The numbers for a glance; each leads to what it counts. */
export function Numbers({ answer }: { answer: OverviewAnswer | undefined }) {
  const live = useLive()
  const now = useNow()
  const courses = coursesOf(answer, live, now)
  const { loaded, open, closed, policy, history } = live
  const refused = refusedOf(answer, live, now)
  const latest = live.refused[0]?.info.openedAt
  const bytes = formatBytes(mean(history.bytes.slice(-SMOOTH_S)))
  return (
    <section aria-label={text.numbers} className={styles.numbers}>
      <NumberCard
        label={text.open}
        value={loaded ? formatCount(open.length) : null}
        note={text.openNote(closed.length)}
        to={connectionsPath('')}
      >
        <Sparkline values={courses.open} color="var(--mantine-color-indigo-5)" />
      </NumberCard>
      <NumberCard
        label={text.refused}
        value={loaded ? formatCount(refused) : null}
        note={latest === undefined || refused === 0 ? text.refusedNone : text.refusedLast(now - latest)}
        to={connectionsPath('', 'refused')}
      >
        <Sparkline values={courses.refused} color="var(--mantine-color-orange-6)" />
      </NumberCard>
      <NumberCard
        label={text.messages}
        value={loaded ? rate(mean(history.messages.slice(-SMOOTH_S))) : null}
        note={text.bytesNote(bytes)}
        to={connectionsPath('messages>0')}
      >
        <Sparkline values={courses.messages} color="var(--mantine-color-teal-6)" />
      </NumberCard>
      <NumberCard
        label={text.memory}
        value={answer === undefined ? null : formatBytes(answer.rssBytes)}
        note={answer === undefined ? '' : text.buffered(formatBytes(answer.bufferedBytes))}
        to={connectionsPath('queued>0')}
      />
      <ServiceNumber live={live} />
      <NumberCard
        label={text.commit}
        value={policy === null ? null : text.version(policy.current.version)}
        tone={policy?.pending ? 'warning' : undefined}
        note={policy?.pending ? text.commitPending : policy && text.commitBy(policy.current.author)}
        to="/history"
      >
        <span className={styles.when}>{policy !== null && <When at={policy.current.at} />}</span>
      </NumberCard>
    </section>
  )
}

function ServiceNumber({ live: { loaded, services } }: { live: LiveState }) {
  const count = (state: string) => services.filter((service) => service.state === state).length
  const [up, down, disabled, unasked] = [count('up'), count('down'), count('disabled'), count('unknown')]
  return (
    <NumberCard
      label={text.services}
      value={loaded ? formatCount(services.length) : null}
      note={loaded ? servicesNote(up, down, disabled, unasked) : ''}
      tone={down > 0 ? 'error' : undefined}
      to={down > 0 ? '/services?show=down' : '/services'}
    >
      <ServiceBar up={up} down={down} unasked={unasked} disabled={disabled} />
    </NumberCard>
  )
}

/** The worst of it. */
function servicesNote(up: number, down: number, disabled: number, unasked: number): string {
  if (down > 0) return text.servicesDown(up, down)
  if (disabled > 0) return text.servicesDisabled(up, disabled)
  if (unasked > 0) return text.servicesUnasked(up, unasked)
  return up === 0 ? text.servicesNone : text.servicesUp(up)
}

/** The gateway's 15 minutes with the live feed's last seconds; the latter alone while there is no answer. */
function coursesOf(answer: OverviewAnswer | undefined, { history }: LiveState, now: number) {
  if (answer === undefined) return history
  const { stepMs, at, open, refused, messages } = answer.history
  return {
    open: continued({ points: open, stepMs, at }, history.open, now, 'last'),
    refused: continued({ points: refused, stepMs, at }, history.refused, now, 'sum'),
    messages: continued({ points: messages, stepMs, at }, history.messages, now, 'sum'),
  }
}

/** The gateway's count, or what is remembered here of that hour when that is more: it is newer, but may not be all. */
function refusedOf(answer: OverviewAnswer | undefined, live: LiveState, now: number): number {
  const known = live.refused.filter(({ info }) => info.openedAt > now - HOUR_MS).length
  return Math.max(answer?.refusedLastHour ?? 0, known)
}

/** Small rates with a digit more. */
function rate(value: number): string {
  return value > 0 && value < 10 ? value.toFixed(1) : formatCount(value)
}
