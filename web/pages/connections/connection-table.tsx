import { VisuallyHidden } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { Range } from '@tanstack/react-virtual'
import { defaultRangeExtractor } from '@tanstack/react-virtual'
import { useCallback, useEffect, useImperativeHandle, useRef } from 'react'
import type { Ref } from 'react'

import type { Row } from '../../live/live-store.ts'
import { text } from '../../messages/connections.ts'
import type { CellContext, Column } from './columns.tsx'
import { ConnectionRow, rowElementId } from './connection-row.tsx'
import type { RowActions } from './connection-row.tsx'
import type { Sorting } from './sorting.ts'
import { HeadCell } from './table-head.tsx'
import { useAttention } from './use-attention.ts'

import styles from './connections.module.css'

/** Every row is this high, in pixels: thousands of rows can be laid out without measuring one. */
const ROW_HEIGHT = 53
const LINES_HEIGHT = 67
const HEAD_HEIGHT = 36
const TICK_WIDTH = 40
const MENU_WIDTH = 44

/** What the page around the table can make it do. */
export interface TableHandle {
  /** Makes the row `by` further on the current one, and brings it and the focus there. */
  readonly move: (by: number) => void
  readonly toTop: () => void
}

export interface ConnectionTableProps {
  readonly ref?: Ref<TableHandle>
  readonly label: string
  /** Null: two lines in one cell. */
  readonly columns: readonly Column[] | null
  readonly rows: readonly Row[]
  readonly now: number
  readonly context: CellContext
  readonly actions: RowActions
  readonly ticked: ReadonlySet<string>
  readonly onTickAll: () => void
  readonly current: string | null
  readonly menuOf: string | null
  readonly sorting: Sorting | null
  readonly onSort: (column: Column) => void
  readonly onResize: (column: Column, width: number) => void
  readonly stale: boolean
  /** All rows exist, and not only those in sight. */
  readonly plain: boolean
  /** Number of the first row, and of all, when these are one page of them. */
  readonly first: number
  readonly count: number
  /** True when somebody points at it, has the focus in it or has scrolled down: rows should keep still. */
  readonly onAttention: (attention: boolean) => void
}

/** A real table. Unless it is plain only the rows in sight exist, and empty ones stand for those above and below. */
export function ConnectionTable(props: ConnectionTableProps) {
  const { ref, label, columns, rows, current, plain, first, count, ticked, stale, onAttention } = props
  const scroller = useRef<HTMLDivElement>(null)
  const wantsFocus = useRef(false)
  const height = columns === null ? LINES_HEIGHT : ROW_HEIGHT
  const at = current === null ? -1 : rows.findIndex(({ info }) => info.id === current)
  const virtual = useVirtualizer({
    count: plain ? 0 : rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    // The head covers the upper edge and takes room of its own at the top.
    scrollPaddingEnd: HEAD_HEIGHT,
    getItemKey: (index) => rows[index]!.info.id,
    // The row with the focus stays, wherever it is scrolled to: without it the focus would be lost.
    rangeExtractor: useCallback(
      (range: Range) => {
        const inSight = defaultRangeExtractor(range)
        return at === -1 || inSight.includes(at) ? inSight : [...inSight, at].toSorted((a, b) => a - b)
      },
      [at],
    ),
  })
  useAttention(scroller, onAttention)

  const move = (by: number) => {
    if (rows.length === 0) return
    const next = at === -1 ? (by < 0 ? rows.length - 1 : 0) : Math.min(rows.length - 1, Math.max(0, at + by))
    wantsFocus.current = true
    if (!plain) virtual.scrollToIndex(next)
    props.actions.onCurrent(rows[next]!.info.id)
    if (next === at) focusRow(rows[next]!.info.id)
  }
  useImperativeHandle(ref, () => ({ move, toTop: () => scroller.current?.scrollTo({ top: 0 }) }))
  useEffect(() => {
    if (!wantsFocus.current || current === null) return
    wantsFocus.current = false
    focusRow(current)
  }, [current])

  const visible = plain
    ? rows.map((row, index) => ({ index, start: 0, end: 0, key: row.info.id }))
    : virtual.getVirtualItems()
  const reachable = at === -1 ? (visible[0]?.index ?? 0) : at
  const ticks = props.actions.onTick !== null
  const fixed = (ticks ? TICK_WIDTH : 0) + MENU_WIDTH
  const total = columns === null ? 0 : fixed + columns.reduce((sum, { width }) => sum + width, 0)
  return (
    <div ref={scroller} className={styles.box} data-stale={stale || undefined}>
      <table className={styles.table} aria-label={label} aria-rowcount={count + 1} style={{ minWidth: total }}>
        <colgroup>
          {ticks && <col style={{ width: TICK_WIDTH }} />}
          {columns === null ? (
            <col />
          ) : (
            columns.map(({ id, width, grows }) => <col key={id} style={grows === true ? undefined : { width }} />)
          )}
          <col style={{ width: MENU_WIDTH }} />
        </colgroup>
        <thead>
          <Head {...props} ticks={ticks} all={rows.length > 0 && rows.every(({ info }) => ticked.has(info.id))} />
        </thead>
        <tbody>
          {visible.map(({ index, start }, i) => (
            <RowAt
              key={rows[index]!.info.id}
              {...props}
              index={index}
              number={first + index}
              gap={plain ? 0 : start - (visible[i - 1]?.end ?? 0)}
              reachable={index === reachable}
            />
          ))}
          {!plain && <Gap height={virtual.getTotalSize() - (visible.at(-1)?.end ?? 0)} />}
        </tbody>
      </table>
    </div>
  )
}

interface RowAtProps extends ConnectionTableProps {
  readonly index: number
  readonly number: number
  /** Height of the rows left out before it. */
  readonly gap: number
  readonly reachable: boolean
}

function RowAt({ index, number, gap, reachable, ...table }: RowAtProps) {
  const row = table.rows[index]!
  const { id } = row.info
  return (
    <>
      <Gap height={gap} />
      <ConnectionRow
        row={row}
        columns={table.columns}
        index={number}
        now={table.now}
        context={table.context}
        actions={table.actions}
        ticked={table.ticked.has(id)}
        current={id === table.current}
        reachable={reachable}
        menuOpen={id === table.menuOf}
      />
    </>
  )
}

interface HeadProps extends ConnectionTableProps {
  readonly ticks: boolean
  /** Whether all rows are ticked. */
  readonly all: boolean
}

function Head({ ticks, all, columns, label, ticked, sorting, onTickAll, onSort, onResize }: HeadProps) {
  return (
    <tr aria-rowindex={1}>
      {ticks && (
        <th scope="col" className={styles.tickCell}>
          <label className={styles.tick}>
            <input
              type="checkbox"
              aria-label={all ? text.untickAll : text.tickAll}
              checked={all}
              ref={(box) => {
                if (box !== null) box.indeterminate = !all && ticked.size > 0
              }}
              onChange={onTickAll}
            />
          </label>
        </th>
      )}
      {columns === null ? (
        <th scope="col" aria-label={label}>
          <div className={styles.label}>
            <span>{label}</span>
          </div>
        </th>
      ) : (
        columns.map((column) => (
          <HeadCell key={column.id} column={column} sorting={sorting} onSort={onSort} onResize={onResize} />
        ))
      )}
      <th scope="col" className={styles.menuCell}>
        <VisuallyHidden>{text.actions}</VisuallyHidden>
      </th>
    </tr>
  )
}

function Gap({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null
}

/** Puts the focus on a row, if it is there. */
export function focusRow(id: string): void {
  const row = document.getElementById(rowElementId(id))
  row?.focus({ preventScroll: true })
  row?.scrollIntoView({ block: 'nearest' })
}
