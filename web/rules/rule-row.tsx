import { EllipsisVertical, GripVertical, Pencil } from 'lucide-react'
import { memo } from 'react'
import type { MouseEvent, ReactNode } from 'react'

import { text } from '../messages/rules.ts'
import type { Check } from './checks.ts'
import { columns } from './columns.tsx'
import type { Entry, ListName } from './entry.ts'
import type { HitCourse } from './hits.ts'
import { Lock } from './labels.tsx'
import type { Mark } from './marks.ts'
import { SortableRow } from './sortable-table.tsx'
import type { Grip } from './sortable-table.tsx'
import type { Room } from './use-room.ts'
import type { RuleActions } from './use-rule-actions.ts'

import styles from './rules.module.css'

/** What the rows of a table call. */
export interface RowActions extends RuleActions {
  /** Opens the editor. */
  readonly open: (id: string) => void
  /** Asks where to move it. */
  readonly ask: (id: string, what: 'position' | 'section') => void
  readonly explain: (id: string) => void
  readonly fold: (key: string) => void
  /** Opens the menu of a row at a button. */
  readonly menu: (entry: Entry, opener: HTMLElement) => void
  /** Puts the focus on a row. */
  readonly focus: (key: string) => void
}

export interface RuleRowProps {
  readonly list: ListName
  readonly room: Room
  readonly entry: Entry
  /** Null: it is locked, and has no number. */
  readonly number: number | null
  readonly editable: boolean
  readonly draggable: boolean
  /** Whether Tab comes to this row. */
  readonly tabbable: boolean
  readonly menuOpen: boolean
  readonly edited: boolean
  readonly mark: Mark | undefined
  readonly hits: HitCourse | undefined
  readonly checks: readonly Check[]
  readonly index: number
  readonly measure: ((row: Element | null) => void) | undefined
  readonly actions: RowActions
}

/** One entry. Drawn anew only when something about it has changed. */
export const RuleRow = memo(function RuleRow(props: RuleRowProps) {
  const {
    list,
    room,
    entry,
    number,
    editable,
    draggable,
    tabbable,
    menuOpen,
    edited,
    mark,
    hits,
    checks,
    index,
    measure,
    actions,
  } = props
  const name = number === null ? text.fixedName(entry.id) : text.name(list, number)
  const facts = { entry, name, hits, fresh: mark === 'added', checks }
  const changeable = editable && number !== null
  const cells = (
    <>
      {room !== 'narrow' && <OnCell entry={entry} name={name} editable={changeable} actions={actions} />}
      {columns[list][room].map(({ key, end, cell }) => (
        <td key={key} className={end ? styles.end : undefined} data-column={key}>
          {cell(facts)}
        </td>
      ))}
      <td className={styles.tools}>
        <span>
          {room === 'narrow' && <OnSwitch entry={entry} name={name} editable={changeable} actions={actions} />}
          {changeable && room !== 'narrow' && (
            <button
              type="button"
              className={styles.tool}
              aria-label={text.row.edit(name)}
              onClick={() => actions.open(entry.id)}
            >
              <Pencil size={15} aria-hidden="true" />
            </button>
          )}
          <button
            type="button"
            className={styles.tool}
            aria-label={text.row.menu(name)}
            aria-haspopup="menu"
            aria-expanded={menuOpen}
            data-row-menu
            onClick={(event) => actions.menu(entry, event.currentTarget)}
          >
            <EllipsisVertical size={16} aria-hidden="true" />
          </button>
        </span>
      </td>
    </>
  )
  const row = {
    'data-key': entry.id,
    'data-index': index,
    'data-kind': 'entry',
    'data-off': !entry.enabled || undefined,
    'data-mark': mark,
    'data-edited': edited || undefined,
    'aria-rowindex': index + 2,
    tabIndex: tabbable ? 0 : -1,
    onDoubleClick: (event: MouseEvent) => opens(event) && actions.open(entry.id),
    onContextMenu: openMenu,
  }
  const first = (grip: Grip | null) => <NumberCell name={name} number={number} mark={mark} grip={grip} />
  if (draggable && number !== null) {
    return (
      <SortableRow rowKey={entry.id} movable {...row}>
        {(grip) => (
          <>
            {first(grip)}
            {cells}
          </>
        )}
      </SortableRow>
    )
  }
  return (
    <tr ref={measure} {...row}>
      {first(null)}
      {cells}
    </tr>
  )
})

/** Two clicks on a control are two clicks on it. */
function opens({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest('a, button, input, label') === null
}

/** A long press or the other mouse button opens the row's menu, but for links and selected text. */
function openMenu(event: MouseEvent<HTMLElement>): void {
  if (!opens(event) || String(window.getSelection()) !== '') return
  event.preventDefault()
  event.currentTarget.querySelector<HTMLElement>('[data-row-menu]')?.click()
}

interface NumberCellProps {
  readonly name: string
  readonly number: number | null
  readonly mark: Mark | undefined
  readonly grip: Grip | null
}

function NumberCell({ name, number, mark, grip }: NumberCellProps): ReactNode {
  return (
    <td className={styles.number}>
      <span>
        {grip !== null && (
          <button type="button" {...grip} className={styles.grip} aria-label={text.row.grip(name)}>
            <GripVertical size={15} aria-hidden="true" />
          </button>
        )}
        {number === null ? (
          <Lock hint={text.fixed.hint} />
        ) : (
          <span className={styles.place}>
            <span className="num">{number}</span>
            {mark !== undefined && (
              <span className={styles.mark} title={text.marks[mark]}>
                {text.marks[mark]}
              </span>
            )}
          </span>
        )}
      </span>
    </td>
  )
}

interface OnProps {
  readonly entry: Entry
  readonly name: string
  readonly editable: boolean
  readonly actions: RowActions
}

function OnCell(props: OnProps) {
  return (
    <td className={styles.on}>
      <OnSwitch {...props} />
    </td>
  )
}

function OnSwitch({ entry: { id, enabled }, name, editable, actions }: OnProps) {
  if (!editable) return <span className="dim">{enabled ? text.on : text.off}</span>
  return (
    <input
      type="checkbox"
      role="switch"
      checked={enabled}
      aria-checked={enabled}
      onChange={() => actions.switch(id)}
      aria-label={text.row.switch(name)}
      className={styles.switch}
    />
  )
}
