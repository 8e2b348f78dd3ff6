import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useRef } from 'react'

import type { Row } from '../../live/live-store.ts'
import type { Column } from './columns.tsx'
import { useAttention } from './use-attention.ts'

/** Every row is this high, in pixels: thousands of rows can be laid out without measuring one. */
const ROW_HEIGHT = 52

interface TableProps {
  readonly label: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly now: number
  /** True when somebody points at it, has the focus in it or has scrolled down: rows should keep still. */
  readonly onAttention: (attention: boolean) => void
}

/** A real table of which only the visible rows exist; two empty rows stand for those above and below. */
export function ConnectionTable({ label, columns, rows, now, onAttention }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => rows[index]!.info.id,
  })
  const visible = virtual.getVirtualItems()
  useAttention(scroller, onAttention)
  return (
    <div ref={scroller} className="table-box" tabIndex={0} role="region" aria-label={label}>
      <table aria-label={label} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map(({ header, width }) => (
            <col key={header} style={width === null ? undefined : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ header, hint, end }) => (
              <th key={header} scope="col" className={end ? 'end' : undefined} title={hint}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={visible[0]?.start ?? 0} />
          {visible.map(({ index, key }) => (
            <ConnectionRow key={key} row={rows[index]!} columns={columns} index={index} now={now} />
          ))}
          <Gap height={virtual.getTotalSize() - (visible.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly row: Row
  readonly columns: readonly Column[]
  readonly index: number
  readonly now: number
}

const ConnectionRow = memo(function ConnectionRow({ row, columns, index, now }: RowProps) {
  return (
    <tr aria-rowindex={index + 2} data-state={row.info.state} data-id={row.info.id}>
      {columns.map(({ header, end, cell }) => (
        <td key={header} className={end ? 'end num' : undefined}>
          {cell(row, now)}
        </td>
      ))}
    </tr>
  )
})

function Gap({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" className="gap" style={{ height }} /> : null
}
