import { filterWords } from '../../shared/connection-filter.ts'

/** One part of a filter, as a chip shows it. */
export interface Chip {
  /** As it was written. */
  readonly word: string
  /** The filter without it. */
  readonly without: string
}

/** The parts of a filter; none while a quote is open. */
export function chipsOf(filter: string): readonly Chip[] {
  try {
    return filterWords(filter).map(({ from, to }) => ({
      word: filter.slice(from, to),
      without: `${filter.slice(0, from).trimEnd()} ${filter.slice(to).trimStart()}`.trim(),
    }))
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

/** A filter with one more word; the same when it is there already. */
export function withWord(filter: string, word: string): string {
  if (chipsOf(filter).some((chip) => chip.word === word)) return filter
  return `${filter.trim()} ${word}`.trim()
}
