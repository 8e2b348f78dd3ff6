import { useNavigate } from '@tanstack/react-router'

import { useKey } from '../keys/use-key.ts'
import type { Row } from './rows.ts'
import type { RowActions } from './rule-row.tsx'

interface TableKeys {
  readonly rows: readonly Row[]
  readonly selected: string | null
  readonly editable: boolean
  readonly actions: RowActions
  readonly onCreate: () => void
  readonly onCaption: (id: string) => void
}

/** Keys of the table; those that change something act on the selected row. */
export function useTableKeys({ rows, selected, editable, actions, onCreate, onCaption }: TableKeys): void {
  const navigate = useNavigate()
  const at = rows.findIndex(({ key }) => key === selected)
  const row = rows[at]
  const entry = row?.kind === 'entry' ? row.entry : null
  const go = (to: Row | undefined) => to !== undefined && actions.focus(to.key)
  const change = editable && entry !== null
  useKey('next', () => go(rows[at + 1]), rows.length > 0)
  useKey('previous', () => go(rows[Math.max(0, at - 1)]), rows.length > 0)
  useKey('open', () => openRow(row, actions), row !== undefined)
  useKey('create', onCreate, editable)
  useKey('edit', () => actions.open(entry!.id), change)
  useKey('edit', () => row?.kind === 'section' && onCaption(row.id), editable && row?.kind === 'section')
  useKey('clone', () => actions.clone(entry!.id), change)
  useKey('switch', () => actions.switch(entry!.id), change)
  useKey('remove', () => actions.remove(entry!.id), change)
  useKey('moveUp', () => actions.move(entry!.id, 'up'), change)
  useKey('moveDown', () => actions.move(entry!.id, 'down'), change)
  useKey('undo', actions.undo, editable)
  useKey('redo', actions.redo, editable)
  useKey('review', () => void navigate({ to: '/rules/review' }), editable)
}

function openRow(row: Row | undefined, actions: RowActions): void {
  if (row?.kind === 'section' || row?.kind === 'fixed-head') actions.fold(row.key)
  if (row?.kind === 'entry' || row?.kind === 'fixed') actions.open(row.entry.id)
}
