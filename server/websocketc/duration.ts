import { parseDuration } from '../../shared/units.ts'

/** Longest time a timer can wait, in ms. */
const MAX_MS = 2 ** 31 - 1

/** An option's duration in ms; null for `off`. @throws RangeError or UnitError with a sentence */
export function parseLimit(text: string): number | null {
  const ms = parseDuration(text)
  if (ms > MAX_MS) throw new RangeError(`"${text}" is too long; write at most 596h, or off`)
  return ms === 0 ? null : ms
}
