import { useCallback, useMemo, useState } from 'react'

import type { Row } from '../../live/live-store.ts'

interface HeldRows {
  /** In an order that doesn't change while held; each as it is now. */
  readonly shown: readonly Row[]
  /** Rows that came since. */
  readonly waiting: readonly Row[]
  readonly held: boolean
  readonly hold: () => void
  readonly release: () => void
  /** Takes the new ones in without letting go. */
  readonly renew: () => void
}

/**
 * Keeps a live list still while somebody points at it or reads it: no row moves under the pointer, new ones wait.
 * @param find a row's present state wherever it is now; one that is forgotten stays as it was
 */
export function useHeldRows(rows: readonly Row[], find: (id: string) => Row | undefined): HeldRows {
  const [frozen, setFrozen] = useState<readonly Row[] | null>(null)
  const shown = useMemo(
    // `rows` changes whenever anything does, and so says when to look again.
    () => (frozen === null ? rows : frozen.map((row) => find(row.info.id) ?? row)),
    [frozen, rows, find],
  )
  const waiting = useMemo(() => {
    if (frozen === null) return []
    const there = new Set(frozen.map((row) => row.info.id))
    return rows.filter((row) => !there.has(row.info.id))
  }, [frozen, rows])
  const hold = useCallback(() => setFrozen((before) => before ?? rows), [rows])
  const renew = useCallback(() => setFrozen(rows), [rows])
  const release = useCallback(() => setFrozen(null), [])
  return { shown, waiting, held: frozen !== null, hold, release, renew }
}
