import { useCallback } from 'react'
import type { RefObject } from 'react'

import { useKey } from '../../keys/use-key.ts'
import type { TestActions } from './use-test-actions.ts'

interface RowKeys {
  readonly box: RefObject<HTMLElement | null>
  /** Null: for who may not change tests. */
  readonly actions: TestActions | null
  readonly onOpen: (id: string) => void
}

/** Keys that act on the row that has the focus, or on the first one. */
export function useRowKeys({ box, actions, onOpen }: RowKeys): void {
  const rows = () => [...(box.current?.querySelectorAll<HTMLElement>('[data-id]') ?? [])]
  const focused = () => document.activeElement?.closest<HTMLElement>('[data-id]') ?? null
  const withRow = (act: (id: string) => void) => () => {
    const id = focused()?.dataset['id']
    if (id !== undefined) act(id)
  }
  const step = (by: 1 | -1) => () => {
    const all = rows()
    const at = all.indexOf(focused()!)
    all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus()
  }
  const may = actions !== null
  useKey('next', step(1))
  useKey('previous', step(-1))
  useKey('open', withRow(onOpen))
  useKey('edit', withRow(onOpen))
  useKey(
    'clone',
    withRow((id) => actions?.clone(id)),
    may,
  )
  useKey(
    'remove',
    withRow((id) => actions?.remove(id)),
    may,
  )
  useKey(
    'moveUp',
    withRow((id) => actions?.move(id, 'up')),
    may,
  )
  useKey(
    'moveDown',
    withRow((id) => actions?.move(id, 'down')),
    may,
  )
  useKey('undo', () => actions?.undo(), may)
  useKey('redo', () => actions?.redo(), may)
}

/** Puts the focus on a row once it is drawn. */
export function useShowRow(box: RefObject<HTMLElement | null>): (id: string) => void {
  return useCallback(
    (id) => {
      requestAnimationFrame(() => {
        const row = box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)
        row?.focus({ preventScroll: true })
        row?.scrollIntoView({ block: 'nearest' })
      })
    },
    [box],
  )
}
