import { useCallback, useEffect, useMemo, useState } from 'react'

import type { Row } from '../../live/live-store.ts'
import { useLiveStore } from '../../live/use-live.ts'
import type { CellContext, Tab } from './columns.tsx'
import { sortRows } from './sorting.ts'
import type { Sorting } from './sorting.ts'

/** A list sorted by what changes all the time is put in order again this often, in ms. */
const RESORT_MS = 2000

const NONE: readonly Row[] = []

interface Wanted {
  readonly tab: Tab
  /** Of that tab as they are now, newest first. */
  readonly rows: readonly Row[]
  readonly matches: (row: Row) => boolean
  /** Null: newest first. The same object until it changes. */
  readonly sorting: Sorting | null
  readonly context: CellContext
  /** Somebody points at the list or reads it: no row may move. */
  readonly still: boolean
  /** Nothing may change at all. */
  readonly paused: boolean
}

interface CalmRows {
  /** What is shown, filtered and in order; each row as it is now, or was when paused. */
  readonly shown: readonly Row[]
  /** How many there are with and without the filter, those that wait left out. */
  readonly total: number
  /** How many match that came since the list stands still. */
  readonly fresh: number
  /** Takes the new ones in, and puts all in order again. */
  readonly renew: () => void
}

/** An order that holds until it is renewed. */
interface Held {
  readonly rows: readonly Row[]
  readonly sorting: Sorting | null
  readonly paused: boolean
}

/**
 * The rows of a live list, calm enough to be read. While somebody is at it the order holds and new ones wait; a sorted
 * list is put in order each two seconds otherwise; paused, it stays as it was.
 */
export function useCalmRows({ tab, rows, matches, sorting, context, still, paused }: Wanted): CalmRows {
  const store = useLiveStore()
  const [held, setHeld] = useState<Held | null>(null)
  const take = useCallback(
    (from: readonly Row[]): Held => ({
      rows: sorting === null ? from : sortRows(from, sorting, Date.now(), context),
      sorting,
      paused,
    }),
    [sorting, context, paused],
  )
  const renew = useCallback(() => setHeld(take(store.getState()[tab])), [take, store, tab])

  const wanted = still || paused || sorting !== null
  let current = held
  if (!wanted) current = null
  else if (held === null || held.sorting !== sorting) current = take(rows)
  else if (held.paused !== paused) current = { ...held, rows: asTheyAre(held.rows, store.find), paused }
  if (current !== held) setHeld(current)

  useEffect(() => {
    if (still || paused || sorting === null) return undefined
    const timer = setInterval(renew, RESORT_MS)
    return () => clearInterval(timer)
  }, [still, paused, sorting, renew])

  const all = useMemo(() => {
    if (current === null) return rows
    // `rows` changes whenever anything does, and so says when to look again.
    return current.paused ? current.rows : asTheyAre(current.rows, store.find)
  }, [current, rows, store])
  const shown = useMemo(() => all.filter(matches), [all, matches])
  const order = current === null ? NONE : current.rows
  const ids = useMemo(() => new Set(order.map(({ info }) => info.id)), [order])
  const fresh = useMemo(
    () => (still || paused ? rows.filter((row) => !ids.has(row.info.id) && matches(row)).length : 0),
    [still, paused, rows, ids, matches],
  )
  return { shown, total: all.length, fresh, renew }
}

/** The same rows in the same order, each as it is now wherever it is; one that is forgotten stays as it was. */
function asTheyAre(rows: readonly Row[], find: (id: string) => Row | undefined): readonly Row[] {
  return rows.map((row) => find(row.info.id) ?? row)
}
