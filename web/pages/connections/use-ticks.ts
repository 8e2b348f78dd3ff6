import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import type { Row } from '../../live/live-store.ts'

export interface Ticks {
  readonly ids: ReadonlySet<string>
  /** @param range all from the last one ticked up to this one */
  readonly toggle: (id: string, range: boolean) => void
  /** Ticks all of them, or none when all are. */
  readonly toggleAll: (rows: readonly Row[]) => void
  readonly clear: () => void
}

const NONE: ReadonlySet<string> = new Set()

/** Which rows are ticked. Those that are over drop out. @param rows in the order in which they are shown */
export function useTicks(rows: readonly Row[]): Ticks {
  const [ids, setIds] = useState(NONE)
  const anchor = useRef<string | null>(null)
  const latest = useRef(rows)
  useEffect(() => {
    latest.current = rows
  })

  const toggle = useCallback((id: string, range: boolean) => {
    const from = anchor.current
    anchor.current = id
    setIds((before) => (range && from !== null ? withRange(before, latest.current, from, id) : toggled(before, id)))
  }, [])
  const toggleAll = useCallback((some: readonly Row[]) => {
    setIds((before) => {
      const each = some.map(({ info }) => info.id)
      return each.every((id) => before.has(id)) ? NONE : new Set([...before, ...each])
    })
  }, [])
  const clear = useCallback(() => setIds(NONE), [])

  const left = useMemo(() => stillOpen(ids, rows), [ids, rows])
  return useMemo(() => ({ ids: left, toggle, toggleAll, clear }), [left, toggle, toggleAll, clear])
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before)
  if (!after.delete(id)) after.add(id)
  return after
}

function withRange(before: ReadonlySet<string>, rows: readonly Row[], from: string, to: string): ReadonlySet<string> {
  const [a, b] = [rows.findIndex(({ info }) => info.id === from), rows.findIndex(({ info }) => info.id === to)]
  if (a === -1 || b === -1) return toggled(before, to)
  const between = rows.slice(Math.min(a, b), Math.max(a, b) + 1).map(({ info }) => info.id)
  return new Set([...before, ...between])
}

/** Without those of which the list shows that they have ended; the same set when there are none. */
function stillOpen(ids: ReadonlySet<string>, rows: readonly Row[]): ReadonlySet<string> {
  if (ids.size === 0) return ids
  const over = rows.filter(({ info }) => info.state !== 'open' && ids.has(info.id))
  if (over.length === 0) return ids
  const left = new Set(ids)
  for (const { info } of over) left.delete(info.id)
  return left
}
