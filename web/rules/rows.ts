import type { Entry } from './entry.ts'
import { isRule } from './entry.ts'
import { sectionKey, sectionsOf } from './outline.ts'
import type { RowKey } from './outline.ts'

/** Which rules the firewall's table shows. */
export type DirectionTab = 'in' | 'out' | 'all'

export type Row =
  | { readonly kind: 'fixed-head'; readonly key: typeof FIXED; readonly count: number; readonly folded: boolean }
  | { readonly kind: 'fixed'; readonly key: RowKey; readonly entry: Entry }
  | {
      readonly kind: 'section'
      readonly key: RowKey
      /** Of its first entry, which holds the caption. */
      readonly id: string
      readonly caption: string
      /** Entries in it, and how many of them are in sight while it is unfolded. */
      readonly count: number
      readonly shown: number
      readonly folded: boolean
    }
  | { readonly kind: 'entry'; readonly key: RowKey; readonly entry: Entry; readonly number: number }
  | { readonly kind: 'default'; readonly key: RowKey; readonly direction: 'in' | 'out' }
  /** Of redirection: what no entry matches goes where it asks to go. */
  | { readonly kind: 'straight'; readonly key: RowKey }

/** Key of the head of the locked rules. */
export const FIXED = 'fixed'

interface RowsOf {
  readonly entries: readonly Entry[]
  readonly fixed: readonly Entry[]
  readonly redirects: boolean
  readonly direction: DirectionTab
  /** Keys of folded sections. */
  readonly folded: ReadonlySet<string>
  /** Null: there is no filter. While there is one, nothing is folded. */
  readonly matches: ((entry: Entry) => boolean) | null
}

/** What the table shows, in the order of evaluation. */
export function rowsOf({ entries, fixed, redirects, direction, folded, matches }: RowsOf): readonly Row[] {
  const visible = (entry: Entry) =>
    (direction === 'all' || !isRule(entry) || entry.direction === direction) && (matches === null || matches(entry))
  const isFolded = (key: string) => matches === null && folded.has(key)
  const numbers = new Map(entries.map(({ id }, at) => [id, at + 1]))
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  return [
    ...fixedRows(fixed.filter(visible), isFolded(FIXED)),
    ...sectionsOf(entries).flatMap(({ key, caption, ids }): Row[] => {
      const shown = ids.map((id) => byId.get(id)!).filter(visible)
      const rows = shown.map((entry): Row => ({ kind: 'entry', key: entry.id, entry, number: numbers.get(entry.id)! }))
      if (key === null || caption === null) return rows
      if (shown.length === 0) return []
      const head: Row = {
        kind: 'section',
        key,
        id: ids[0]!,
        caption,
        count: ids.length,
        shown: shown.length,
        folded: isFolded(key),
      }
      return head.folded ? [head] : [head, ...rows]
    }),
    ...(matches === null ? lastRows(redirects, direction) : []),
  ]
}

function fixedRows(fixed: readonly Entry[], folded: boolean): Row[] {
  if (fixed.length === 0) return []
  const head: Row = { kind: 'fixed-head', key: FIXED, count: fixed.length, folded }
  return folded ? [head] : [head, ...fixed.map((entry): Row => ({ kind: 'fixed', key: entry.id, entry }))]
}

function lastRows(redirects: boolean, direction: DirectionTab): Row[] {
  if (redirects) return [{ kind: 'straight', key: 'straight' }]
  const both = direction === 'all' ? (['in', 'out'] as const) : [direction]
  return both.map((each): Row => ({ kind: 'default', key: `default-${each}`, direction: each }))
}

/** Rows that an entry can be moved to, in order. */
export function movableKeys(rows: readonly Row[]): readonly RowKey[] {
  return rows.flatMap(({ kind, key }) => (kind === 'entry' || kind === 'section' ? [key] : []))
}

/** Key of the section that an entry is in; null above the first one. */
export function sectionOf(entries: readonly Entry[], id: string): RowKey | null {
  for (let at = entries.findIndex((entry) => entry.id === id); at >= 0; at--) {
    if (entries[at]!.caption !== undefined) return sectionKey(entries[at]!.id)
  }
  return null
}
