import { formatAge } from '../../shared/units.ts'

/** `14:03:22.481`, in the zone that is shown. @param at milliseconds since 1970 */
export function clock(at: number, zone: string | undefined): string {
  const date = new Date(at)
  const time = date.toLocaleTimeString('en-GB', zone === undefined ? {} : { timeZone: zone })
  return `${time}.${String(Math.floor(date.getMilliseconds())).padStart(3, '0')}`
}

/** Time since the message above: `+0 ms`, `+481 ms`, `+1.20 s`, `+75.0 s`, `+3m 12s`. Clocks may be set back: `−20 ms`. */
export function difference(ms: number): string {
  const sign = ms < 0 ? '−' : '+'
  const size = Math.abs(ms)
  if (size < 1000) return `${sign}${Math.round(size)} ms`
  if (size < 10_000) return `${sign}${(size / 1000).toFixed(2)} s`
  return size < 100_000 ? `${sign}${(size / 1000).toFixed(1)} s` : `${sign}${formatAge(size)}`
}
