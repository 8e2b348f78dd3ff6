import { Autocomplete } from '@mantine/core'

import { formatDuration, parseDuration, UnitError } from '../../../shared/units.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/review.ts'

/** A range of durations in ms, and what people take most. */
export interface DurationRange {
  readonly minMs: number
  readonly maxMs: number
  readonly usual: readonly string[]
}

/** As the gateway takes them. */
export const confirmRange: DurationRange = {
  minMs: 5000,
  maxMs: 3_600_000,
  usual: ['30s', '60s', '5m', '15m', '1h'],
}
export const drainRange: DurationRange = { minMs: 1000, maxMs: 3_600_000, usual: ['30s', '5m', '15m', '1h'] }

/** What is wrong with a duration that somebody wrote, as a sentence; null: nothing. */
export function durationFault(written: string, { minMs, maxMs }: DurationRange): string | null {
  try {
    const ms = parseDuration(written.trim())
    return ms >= minMs && ms <= maxMs ? null : text.duration.range(formatDuration(minMs), formatDuration(maxMs))
  } catch (error) {
    if (error instanceof UnitError) return messages.sentence(error.message)
    throw error
  }
}

interface DurationFieldProps {
  readonly label: string
  readonly value: string
  readonly range: DurationRange
  readonly error: string | undefined
  readonly onChange: (value: string) => void
}

/** A duration as people write it (`90s`), with some to choose from. */
export function DurationField({ label, value, range, error, onChange }: DurationFieldProps) {
  return (
    <Autocomplete
      aria-label={label}
      size="xs"
      w={104}
      value={value}
      onChange={onChange}
      data={[...range.usual]}
      // All of them, whatever is written: they are few.
      filter={({ options }) => options}
      title={text.duration.hint(formatDuration(range.minMs), formatDuration(range.maxMs))}
      error={error !== undefined}
      maxLength={10}
    />
  )
}
