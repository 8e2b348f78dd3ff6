import { messages } from '../messages.ts'
import { useTick } from './use-tick.ts'
import { useZone } from './use-zone.ts'

const HOUR_MS = 3600_000
/** The tick may be that much older than what is shown; clocks differ a little, too. */
const FRESH_MS = 15_000

interface WhenProps {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Always the time of day, never "3 min ago". */
  readonly exact?: boolean
}

/** A moment: "3 min ago" up to an hour, then date and time in the zone that is shown; exact in the tip, as ISO 8601. */
export function When({ at, exact = false }: WhenProps) {
  const now = useTick()
  const zone = useZone()
  const age = now - at
  const relative = !exact && age < HOUR_MS && age > -FRESH_MS
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()} className="num">
      {relative ? messages.ago(Math.max(0, age)) : formatMoment(at, zone, now)}
    </time>
  )
}

/** Date and time; of today only the time. */
export function formatMoment(at: number, zone: string | undefined, now: number): string {
  const timeZone = zone === undefined ? {} : { timeZone: zone }
  const day = (ms: number) => new Date(ms).toLocaleDateString(undefined, timeZone)
  const today = day(at) === day(now)
  return new Date(at).toLocaleString(undefined, {
    ...(today ? {} : { dateStyle: 'medium' }),
    timeStyle: 'medium',
    ...timeZone,
  })
}
