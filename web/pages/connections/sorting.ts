import type { Row } from '../../live/live-store.ts'
import { columnsOf } from './columns.tsx'
import type { CellContext, Column } from './columns.tsx'

/** An order by one column. */
export interface Sorting {
  readonly column: Column
  readonly descending: boolean
}

/** `-queue` is the largest queue first, `age` the youngest; null for the newest first, also when it is not understood. */
export function parseSorting(text: string): Sorting | null {
  const descending = text.startsWith('-')
  const [column] = columnsOf([descending ? text.slice(1) : text])
  return column === undefined ? null : { column, descending }
}

export function formatSorting(sorting: Sorting | null): string {
  return sorting === null ? '' : `${sorting.descending ? '-' : ''}${sorting.column.id}`
}

/** What a click on a head does: numbers from the largest, words from the first letter, then the other way, then as before. */
export function nextSorting(before: Sorting | null, column: Column): Sorting | null {
  const first = column.end === true || column.id === 'queue'
  if (before?.column.id !== column.id) return { column, descending: first }
  return before.descending === first ? { column, descending: !first } : null
}

/** The rows in that order; equal ones stay as they were, those without a value come last. */
export function sortRows(rows: readonly Row[], sorting: Sorting, now: number, context: CellContext): readonly Row[] {
  const { column, descending } = sorting
  // Each value once, not at every comparison.
  const keyed = rows.map((row) => ({ row, key: column.sort(row, now, context) }))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.key === b.key) return 0
    if (a.key === null) return 1
    if (b.key === null) return -1
    return a.key < b.key ? -sign : sign
  })
  return keyed.map(({ row }) => row)
}
