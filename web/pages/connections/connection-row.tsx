import { EllipsisVertical } from 'lucide-react'
import { memo } from 'react'
import type { KeyboardEvent, MouseEvent } from 'react'

import type { Row } from '../../live/live-store.ts'
import { text } from '../../messages/connections.ts'
import { oneLine } from '../../ui/one-line.ts'
import { clientName, LinesCell } from './cells.tsx'
import type { CellContext, Column } from './columns.tsx'

import styles from './connections.module.css'

/** What somebody can do with a row. The same object until something of it changes. */
export interface RowActions {
  readonly onCurrent: (id: string) => void
  readonly onOpen: (id: string) => void
  /** Null: there is nothing to be ticked for. */
  readonly onTick: ((id: string, range: boolean) => void) | null
  readonly onMenu: (id: string, x: number, y: number) => void
  readonly onWhy: (id: string) => void
  /** Shows it beside the list. */
  readonly onSelect: (id: string) => void
  /** Goes so many rows further on; Infinity: to the last. */
  readonly onStep: (by: number) => void
}

interface ConnectionRowProps {
  readonly row: Row
  /** Null: two lines instead. */
  readonly columns: readonly Column[] | null
  readonly index: number
  readonly now: number
  readonly context: CellContext
  readonly actions: RowActions
  readonly ticked: boolean
  /** The one that keys are about. */
  readonly current: boolean
  /** On the way of the Tab key: one row is. */
  readonly reachable: boolean
  readonly menuOpen: boolean
}

export const rowElementId = (id: string) => `connection-${id}`

/** One row. Plain elements, and drawn anew only when something of it changes: hundreds scroll by. */
export const ConnectionRow = memo(function ConnectionRow(props: ConnectionRowProps) {
  const { row, columns, index, now, context, actions, ticked, current, reachable, menuOpen } = props
  const { info } = row
  const tabIndex = reachable ? 0 : -1
  const { onTick } = actions
  return (
    <tr
      id={rowElementId(info.id)}
      className={styles.row}
      aria-rowindex={index + 2}
      aria-label={text.row(clientName(info), oneLine(info.service))}
      data-state={info.state}
      data-id={info.id}
      data-ticked={ticked || undefined}
      data-current={current || undefined}
      tabIndex={tabIndex}
      onFocus={() => actions.onCurrent(info.id)}
      onClick={(event) => click(event, actions)}
      onKeyDown={(event) => step(event, actions)}
      onDoubleClick={() => actions.onOpen(info.id)}
      onContextMenu={(event) => {
        event.preventDefault()
        actions.onMenu(info.id, event.clientX, event.clientY)
      }}
    >
      {onTick !== null && (
        <td className={styles.tickCell}>
          <label className={styles.tick}>
            <input
              type="checkbox"
              aria-label={text.tick(info.id)}
              checked={ticked}
              tabIndex={tabIndex}
              // A click tells whether Shift was held, a change does not.
              onClick={(event) => onTick(info.id, event.shiftKey)}
              onChange={() => undefined}
              onKeyDown={(event) => {
                if (event.key === ' ') event.stopPropagation() // it ticks by itself
              }}
            />
          </label>
        </td>
      )}
      {columns === null ? (
        <td className={styles.lines}>
          <LinesCell info={info} now={now} tabIndex={tabIndex} />
        </td>
      ) : (
        columns.map(({ id, end, cell }) => (
          <td key={id} className={end ? `${styles.end} num` : undefined}>
            {cell(row, now, context, tabIndex)}
          </td>
        ))
      )}
      <td className={styles.menuCell}>
        <button
          type="button"
          className={styles.kebab}
          aria-label={text.menu(info.id)}
          aria-haspopup="menu"
          aria-expanded={menuOpen}
          tabIndex={tabIndex}
          onClick={({ currentTarget }) => {
            const { right, bottom } = currentTarget.getBoundingClientRect()
            actions.onMenu(info.id, right, bottom)
          }}
        >
          <EllipsisVertical size={16} aria-hidden="true" />
        </button>
      </td>
    </tr>
  )
})

/**
 * Links of rows are plain, as there are so many of them: a click stays in this page unless it asks for another one.
 * Anywhere else in the row a click shows it beside the list, unless somebody has marked text.
 */
function click(event: MouseEvent<HTMLElement>, { onOpen, onWhy, onSelect }: RowActions): void {
  const id = event.currentTarget.dataset['id']
  const target = event.target as Element
  if (id === undefined || target.closest('button, label') !== null) return
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  const link = target.closest('a')
  if (link === null) {
    if (window.getSelection()?.isCollapsed !== false) onSelect(id)
    return
  }
  event.preventDefault()
  if (link.dataset['why'] === undefined) onOpen(id)
  else onWhy(id)
}

const PAGE_STEP = 10
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE_STEP,
  PageUp: -PAGE_STEP,
  Home: -Infinity,
  End: Infinity,
}

/** Arrows and their kin, while a row has the focus. */
function step(event: KeyboardEvent, { onStep }: RowActions): void {
  const by = STEPS[event.key]
  if (by === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  onStep(by)
}
