import type { Condition, Term } from '../condition.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const GRAMMAR = /^(?:([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))?\/)?(\d\d):(\d\d)-(\d\d):(\d\d)(?:\/(.+))?$/
const EXAMPLE = 'time:Mon-Fri/08:00-18:00/Europe/Berlin'

/**
 * `time:08:00-18:00`, `time:Mon-Fri/08:00-18:00`, `time:Sat/22:00-06:00/Europe/Berlin`: days of the week and a span of the
 * day, in UTC unless a zone is named; a span over midnight belongs to the day on which it begins.
 */
export const time: Condition = {
  name: 'time',
  summary: 'Days and hours, in UTC unless a time zone is named',
  example: EXAMPLE,
  parse: (text) => (text.startsWith('time:') ? window(text) : null),
}

function window(text: string): Term {
  const match = GRAMMAR.exec(text.slice('time:'.length))
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is no time window: write it as ${EXAMPLE}`)
  const [, first, last, ...rest] = match
  const [fromHour, fromMinute, toHour, toMinute] = rest.slice(0, 4).map(Number) as [number, number, number, number]
  const from = minuteOf(fromHour, fromMinute)
  const to = minuteOf(toHour, toMinute)
  const days = daysOf(first, last)
  const zone = rest[4] ?? 'UTC'
  const clock = clockOf(zone)
  return {
    kind: 'time',
    text,
    test: ({ now }) => {
      const { day, minute } = clock(now)
      if (from < to) return days[day]! && minute >= from && minute < to
      return (days[day]! && minute >= from) || (days[(day + 6) % 7]! && minute < to)
    },
    covers: (other) => other.text === text,
    sentence: `the time is within ${text.slice('time:'.length)}`,
    seen: ({ now }) => {
      const { day, minute } = clock(now)
      const two = (value: number) => String(value).padStart(2, '0')
      return `the time is ${DAYS[day]} ${two(Math.floor(minute / 60))}:${two(minute % 60)} (${zone})`
    },
  }
}

function minuteOf(hour: number, minute: number): number {
  if (hour < 24 && minute < 60) return hour * 60 + minute
  if (hour === 24 && minute === 0) return 24 * 60
  throw new RangeError(`${hour}:${minute} is no time of day`)
}

function daysOf(first: string | undefined, last: string | undefined): readonly boolean[] {
  if (first === undefined) return DAYS.map(() => true)
  const from = DAYS.indexOf(first)
  const to = last === undefined ? from : DAYS.indexOf(last)
  if (from < 0 || to < 0) throw new RangeError(`days are written ${DAYS.join(', ')}`)
  return DAYS.map((_, day) => (from <= to ? day >= from && day <= to : day >= from || day <= to))
}

/** Tells day (0 is Monday) and minute of the day in a zone. The zone's distance to UTC is asked for once in a quarter of an hour. */
function clockOf(zone: string): (now: number) => { day: number; minute: number } {
  const format = formatOf(zone)
  const STEP = 15 * 60_000 // zones change their distance at quarters of an hour
  let step = NaN
  let offset = 0
  return (now) => {
    const current = Math.floor(now / STEP)
    if (current !== step) {
      step = current
      const parts = Object.fromEntries(
        format.formatToParts(current * STEP).map(({ type, value }) => [type, Number(value)]),
      )
      const local = Date.UTC(parts['year']!, parts['month']! - 1, parts['day']!, parts['hour']!, parts['minute']!)
      offset = local - current * STEP
    }
    const minutes = Math.floor((now + offset) / 60_000)
    const days = Math.floor(minutes / 1440)
    return { day: (((days + 3) % 7) + 7) % 7, minute: minutes - days * 1440 } // 1970 began on a Thursday
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  } catch {
    throw new RangeError(`${JSON.stringify(zone)} is no time zone: write UTC, or a name such as Europe/Berlin`)
  }
}
