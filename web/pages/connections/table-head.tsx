import { ArrowDown, ArrowUp } from 'lucide-react'
import { useRef } from 'react'

import { text } from '../../messages/connections.ts'
import type { Column } from './columns.tsx'
import type { Sorting } from './sorting.ts'

import styles from './connections.module.css'

export const WIDTH_MIN = 56
export const WIDTH_MAX = 640
const STEP = 16

interface HeadCellProps {
  readonly column: Column
  readonly sorting: Sorting | null
  readonly onSort: (column: Column) => void
  readonly onResize: (column: Column, width: number) => void
}

/** Head of one column: a button that sorts by it, and its right edge, which can be dragged or moved by the arrow keys. */
export function HeadCell({ column, sorting, onSort, onResize }: HeadCellProps) {
  const sorted = sorting?.column.id === column.id ? (sorting.descending ? 'descending' : 'ascending') : undefined
  const Arrow = sorted === 'ascending' ? ArrowUp : ArrowDown
  const cell = useRef<HTMLTableCellElement>(null)
  return (
    <th ref={cell} scope="col" className={column.end ? styles.end : undefined} aria-sort={sorted} title={column.hint}>
      <div className={styles.headCell}>
        <button type="button" className={styles.sort} onClick={() => onSort(column)}>
          <span>{column.header}</span>
          {sorted !== undefined && <Arrow size={13} aria-hidden="true" />}
        </button>
      </div>
      <Edge
        label={text.resize(column.header)}
        width={column.width}
        widthNow={() => cell.current?.offsetWidth ?? column.width}
        onChange={(width) => onResize(column, width)}
      />
    </th>
  )
}

interface EdgeProps {
  readonly label: string
  readonly width: number
  /** As it is on the screen: a column may have taken what was left. */
  readonly widthNow: () => number
  readonly onChange: (width: number) => void
}

function Edge({ label, width, widthNow, onChange }: EdgeProps) {
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null)
  const set = (wanted: number) => onChange(Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, wanted))))
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={WIDTH_MIN}
      aria-valuemax={WIDTH_MAX}
      aria-valuetext={text.resizeValue(width)}
      tabIndex={0}
      className={styles.edge}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
        event.preventDefault()
        event.stopPropagation()
        set(widthNow() + (event.key === 'ArrowRight' ? STEP : -STEP))
      }}
      onPointerDown={(event) => {
        start.current = { x: event.clientX, width: widthNow() }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.width + event.clientX - start.current.x)
      }}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
    />
  )
}
