import { isPseudo, pseudo } from './pseudo.ts'

type Entry = string | readonly Entry[] | ((...values: never[]) => unknown) | { readonly [name: string]: Entry }

/**
 * One part of the message catalog: every string that people read is in one of these, by an id that stays. Sentences
 * with values are functions that return whole sentences, never pieces to be joined. In the pseudo-language of the tests
 * all of them come back longer, with accents.
 */
export function catalog<const T extends { readonly [name: string]: Entry }>(entries: T): T {
  return isPseudo() ? (translated(entries) as T) : entries
}

function translated(entry: unknown): unknown {
  if (typeof entry === 'string') return pseudo(entry)
  if (Array.isArray(entry)) return entry.map(translated)
  if (typeof entry === 'function')
    return (...values: unknown[]) => translated((entry as (...v: unknown[]) => unknown)(...values))
  if (typeof entry !== 'object' || entry === null) return entry
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, translated(value)]))
}
