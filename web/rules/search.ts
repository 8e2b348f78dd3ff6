import type { Check } from './checks.ts'
import { lineOf } from './entry.ts'
import type { Entry } from './entry.ts'
import type { Mark } from './marks.ts'

/** Whether all words of a query stand somewhere in an entry: its line, caption, id, checks or mark. Null: no query. */
export function matcher(
  query: string,
  marks: ReadonlyMap<string, Mark>,
  checks: ReadonlyMap<string, readonly Check[]>,
  checkWord: (kind: Check['kind']) => string,
): ((entry: Entry) => boolean) | null {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return null
  return (entry) => {
    const found = (checks.get(entry.id) ?? []).map(({ kind }) => checkWord(kind))
    const text = [lineOf(entry), entry.caption, entry.id, entry.enabled ? 'on' : 'off', marks.get(entry.id), ...found]
    const all = text.join('\n').toLowerCase()
    return words.every((word) => all.includes(word))
  }
}
