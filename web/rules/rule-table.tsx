import type { Announcements } from '@dnd-kit/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffectEvent, useLayoutEffect, useRef } from 'react'
import type { FocusEvent, KeyboardEvent, ReactNode, RefObject } from 'react'

import type { PolicyDocument } from '../../shared/policy/document.ts'
import { text } from '../messages/rules.ts'
import type { Check } from './checks.ts'
import { columns } from './columns.tsx'
import type { ListName } from './entry.ts'
import type { HitCourse } from './hits.ts'
import { DefaultRow, StraightRow } from './last-rows.tsx'
import type { Mark } from './marks.ts'
import { movableKeys } from './rows.ts'
import type { Row } from './rows.ts'
import { RuleRow } from './rule-row.tsx'
import type { RowActions } from './rule-row.tsx'
import { FixedHead, SectionRow } from './section-rows.tsx'
import { SortableTable } from './sortable-table.tsx'
import { useRoom } from './use-room.ts'
import type { Room } from './use-room.ts'

import styles from './rules.module.css'

/** From so many rows on only those in sight exist; they are not dragged then. */
export const VIRTUAL_FROM = 200

/** Heights by which rows out of sight are laid out, in pixels. */
const HEIGHTS: Readonly<Record<Room, number>> = { broad: 46, wide: 46, medium: 48, narrow: 62 }

/** A row that does not come within so many frames is not waited for. */
const FRAMES_MAX = 10

const NONE: readonly Check[] = []

interface RuleTableProps {
  readonly label: string
  readonly list: ListName
  readonly document: PolicyDocument
  readonly rows: readonly Row[]
  readonly editable: boolean
  /** All movable rows are in sight, so that one can be dragged among them. */
  readonly draggable: boolean
  readonly marks: ReadonlyMap<string, Mark>
  readonly hits: ReadonlyMap<string, HitCourse> | undefined
  readonly checks: ReadonlyMap<string, readonly Check[]>
  readonly selected: string | null
  readonly onSelect: (key: string) => void
  /** A row to put the focus on; a new object for each time. */
  readonly wanted: { readonly key: string } | null
  readonly editing: string | null
  readonly onEditing: (id: string | null) => void
  /** Id of the entry whose menu is open. */
  readonly menuOf: string | null
  /** Id of the entry that is in the editor. */
  readonly edited: string
  readonly actions: RowActions
}

/** Entries in the order in which they are tried. */
export const RuleTable = memo(function RuleTable(props: RuleTableProps) {
  const { label, list, rows, editable, draggable, selected, onSelect, wanted, actions } = props
  const box = useRef<HTMLDivElement>(null)
  const room = useRoom(box)
  const isVirtual = rows.length >= VIRTUAL_FROM
  const virtual = useVirtualizer({
    count: rows.length,
    enabled: isVirtual,
    getScrollElement: () => box.current,
    estimateSize: () => HEIGHTS[room],
    overscan: 10,
    getItemKey: (index) => rows[index]!.key,
    scrollPaddingStart: 40,
  })
  useFocus(box, wanted, (key) => {
    const index = rows.findIndex((row) => row.key === key)
    if (isVirtual && index >= 0) virtual.scrollToIndex(index)
  })
  const items = isVirtual ? virtual.getVirtualItems() : null
  const shown =
    items === null
      ? rows.map((row, index) => ({ row, index }))
      : items.map(({ index }) => ({ row: rows[index]!, index }))
  const [first, last] = [items?.[0], items?.at(-1)]
  const current = rows.some(({ key }) => key === selected) ? selected : rows[0]?.key
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    if (!(event.target instanceof HTMLTableRowElement)) return
    const next =
      rows[
        step(
          rows.findIndex(({ key }) => key === current),
          rows.length,
        )
      ]
    event.preventDefault()
    if (next !== undefined) actions.focus(next.key)
  }
  const focused = ({ target }: FocusEvent) => {
    const key = target.closest('tr')?.dataset['key']
    if (key !== undefined && key !== selected) onSelect(key)
  }
  const canDrag = editable && draggable && !isVirtual && room !== 'narrow'
  const span = columns[list][room].length + (room === 'narrow' ? 2 : 3)
  const table = (
    <table aria-label={label} aria-rowcount={rows.length + 1} data-room={room} className={styles.table}>
      <Head list={list} room={room} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- for its rows, which have the focus */}
      <tbody onKeyDown={press} onFocus={focused}>
        <Gap height={first?.start ?? 0} />
        {shown.map(({ row, index }) => (
          <AnyRow
            key={row.key}
            {...props}
            row={row}
            index={index}
            room={room}
            span={span}
            canDrag={canDrag}
            tabbable={row.key === current}
            measure={isVirtual ? virtual.measureElement : undefined}
          />
        ))}
        <Gap height={last === undefined ? 0 : virtual.getTotalSize() - last.end} />
      </tbody>
    </table>
  )
  return (
    <div ref={box} className={styles.box} role="region" aria-label={label}>
      {canDrag ? <Draggable {...props}>{table}</Draggable> : table}
    </div>
  )
})

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** Puts the focus where it is wanted, once the row is there. */
function useFocus(box: RefObject<HTMLElement | null>, wanted: RuleTableProps['wanted'], reveal: (key: string) => void) {
  const onReveal = useEffectEvent(reveal)
  useLayoutEffect(() => {
    if (wanted === null) return undefined
    const find = () =>
      [...(box.current?.querySelectorAll<HTMLElement>('tr[data-key]') ?? [])].find(
        ({ dataset }) => dataset['key'] === wanted.key,
      )
    onReveal(wanted.key)
    find()?.focus()
    // Of many rows it comes with the next frames; and a dialog that has just closed puts the focus elsewhere first.
    let frames = 0
    const again = () => {
      const row = find()
      if (row !== undefined) row.focus()
      else if (frames++ < FRAMES_MAX) frame = requestAnimationFrame(again)
    }
    let frame = requestAnimationFrame(again)
    return () => cancelAnimationFrame(frame)
  }, [box, wanted])
}

function Draggable({ list, rows, document, actions, children }: RuleTableProps & { children: ReactNode }) {
  const keys = movableKeys(rows)
  const entries = document[list]
  const nameOf = (key: string | number) => text.name(list, entries.findIndex(({ id }) => id === key) + 1)
  const entryKeys = keys.filter((key) => entries.some(({ id }) => id === key))
  const placeOf = (key: string | number) => Math.max(1, entryKeys.indexOf(String(key)) + 1)
  const announcements: Announcements = {
    onDragStart: ({ active }) => text.drag.lifted(nameOf(active.id)),
    onDragOver: ({ active, over }) =>
      over === null ? undefined : text.drag.over(nameOf(active.id), placeOf(over.id), entryKeys.length),
    onDragEnd: ({ active, over }) =>
      over === null || over.id === active.id
        ? text.drag.stays(nameOf(active.id))
        : text.told.moved(nameOf(active.id), placeOf(over.id), entryKeys.length),
    onDragCancel: ({ active }) => text.drag.stays(nameOf(active.id)),
  }
  return (
    <SortableTable keys={keys} onMove={actions.drop} announcements={announcements}>
      {children}
    </SortableTable>
  )
}

function Head({ list, room }: { list: ListName; room: Room }) {
  const narrow = room === 'narrow'
  return (
    <>
      <colgroup>
        <col style={{ width: narrow ? 58 : 80 }} />
        {!narrow && <col style={{ width: 48 }} />}
        {columns[list][room].map(({ key, width }) => (
          <col key={key} style={width === null ? undefined : { width }} />
        ))}
        <col style={{ width: narrow ? 88 : 78 }} />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col" className={styles.numberHead} title={text.hints.number}>
            {narrow ? '#' : text.columns.number}
          </th>
          {!narrow && (
            <th scope="col" title={text.hints.on}>
              {text.columns.on}
            </th>
          )}
          {columns[list][room].map(({ key, header, hint, end }) => (
            <th key={key} scope="col" className={end ? styles.end : undefined} title={hint}>
              {header}
            </th>
          ))}
          <th scope="col">
            <span className={styles.unseen}>{text.columns.actions}</span>
          </th>
        </tr>
      </thead>
    </>
  )
}

interface AnyRowProps extends RuleTableProps {
  readonly row: Row
  readonly index: number
  readonly room: Room
  readonly span: number
  readonly canDrag: boolean
  readonly tabbable: boolean
  readonly measure: ((row: Element | null) => void) | undefined
}

function AnyRow(props: AnyRowProps) {
  const { row, list, document, room, editable, canDrag, marks, hits, checks, span, index, tabbable, measure, actions } =
    props
  const common = { span, index, tabbable, measure, actions }
  switch (row.kind) {
    case 'fixed-head':
      return <FixedHead list={list} row={row} {...common} />
    case 'section': {
      const { editing, onEditing } = props
      const isEditing = editing === row.id
      return <SectionRow {...common} {...{ list, row, editable, onEditing }} draggable={canDrag} editing={isEditing} />
    }
    case 'default': {
      const cols = columns[list][room]
      const at = cols.findIndex(({ key }) => key === 'hits')
      const before = at < 0 ? cols.length : at + 1
      const after = at < 0 ? 0 : cols.length - at - 1
      const verdict = document.defaults[row.direction]
      const mark = marks.get(row.key)
      return (
        <DefaultRow {...common} {...{ row, verdict, room, before, after, editable, mark }} hits={hits?.get(row.key)} />
      )
    }
    case 'straight':
      return <StraightRow row={row} {...common} />
    case 'fixed':
    case 'entry':
      return (
        <RuleRow
          {...{ list, room, editable, tabbable, index, measure, actions }}
          entry={row.entry}
          number={row.kind === 'fixed' ? null : row.number}
          draggable={canDrag}
          menuOpen={props.menuOf === row.key}
          edited={props.edited === row.key}
          mark={marks.get(row.key)}
          hits={hits?.get(row.key)}
          checks={checks.get(row.key) ?? NONE}
        />
      )
  }
}

/** Stands for rows that are out of sight. */
function Gap({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" className={styles.gap} style={{ height }} /> : null
}
