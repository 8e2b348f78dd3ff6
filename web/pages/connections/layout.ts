import { text } from '../../messages/connections.ts'
import { columnsOf, defaultColumns } from './columns.tsx'
import type { Column, ColumnId, Tab } from './columns.tsx'
import { WIDTH_MAX, WIDTH_MIN } from './table-head.tsx'

/** What an account has set about the table; kept as the preference `connections.columns`. */
export interface Layout {
  /** By list, in order; a list that is not named has those that fit. */
  readonly columns: Readonly<Partial<Record<Tab, readonly ColumnId[]>>>
  /** In pixels, by column. */
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>
  /** Pages of 100 rows that all exist, in place of a window of rows. */
  readonly plain: boolean
}

export const noLayout: Layout = { columns: {}, widths: {}, plain: false }

/** Takes what is kept as far as it makes sense. */
export function readLayout(kept: unknown): Layout | null {
  if (typeof kept !== 'object' || kept === null) return null
  const { columns, widths, plain } = kept as Readonly<Record<string, unknown>>
  return { columns: readColumns(columns), widths: readWidths(widths), plain: plain === true }
}

function readColumns(kept: unknown): Layout['columns'] {
  if (typeof kept !== 'object' || kept === null) return {}
  const lists = Object.entries(kept).flatMap(([tab, ids]) => {
    const known = Array.isArray(ids) ? columnsOf(ids.map(String)).map(({ id }) => id) : []
    return known.length === 0 ? [] : [[tab, known] as const]
  })
  return Object.fromEntries(lists)
}

function readWidths(kept: unknown): Layout['widths'] {
  if (typeof kept !== 'object' || kept === null) return {}
  const fit = Object.entries(kept).filter(
    ([id, width]) =>
      columnsOf([id]).length > 0 && typeof width === 'number' && width >= WIDTH_MIN && width <= WIDTH_MAX,
  )
  return Object.fromEntries(fit)
}

/**
 * The columns of a list as they are to be drawn.
 * @param asked ids from the address, with commas between; empty: as the account has set
 * @param room pixels there are
 */
export function shownColumns(layout: Layout, tab: Tab, asked: string, room: number): readonly Column[] {
  const fromAddress = columnsOf(asked.split(','))
  const chosen = fromAddress.length > 0 ? fromAddress : columnsOf(layout.columns[tab] ?? defaultColumns(tab, room))
  // One takes what is left: sentences before names.
  const growing = chosen.find(({ id }) => id === 'cause') ?? chosen.find(({ grows }) => grows === true)
  return chosen.map((column) => {
    const width = layout.widths[column.id]
    const header = column.id === 'ended' && tab === 'refused' ? text.refusedAt : column.header
    return { ...column, header, width: width ?? column.width, grows: column === growing && width === undefined }
  })
}
