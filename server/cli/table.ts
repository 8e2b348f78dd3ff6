import { createColors } from 'picocolors'

import { oneLine, textWidth, truncate } from './text.ts'

/** A column of a table of `Row`s. */
export interface Column<Row> {
  readonly title: string
  /** The cell; may hold anything, it is made safe here. */
  readonly value: (row: Row) => string
  readonly align?: 'right'
  /** Columns with the highest number are left out first when space is short; without one a column always stays. */
  readonly priority?: number
  /** How narrow it may be cut; without it the column is never cut. */
  readonly min?: number
  /** Left out when every cell is empty. */
  readonly optional?: boolean
  readonly color?: (row: Row) => Color | null
}

export type Color = 'dim' | 'red' | 'yellow' | 'green' | 'cyan'

export interface TableOptions {
  /** Of the terminal; Infinity cuts nothing. */
  readonly width: number
  readonly color: boolean
}

const GAP = '  '

/**
 * Lays rows out in columns, header first, one line each without a line end. Columns are dropped by priority, then cut,
 * until a line fits `width`; those of one priority stay or go together.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions,
): string[] {
  const laid = columns
    .map((column) => layOut(column, rows))
    .filter(({ column, cells }) => !column.optional || cells.some((cell) => cell !== ''))
  const fitted = squeeze(drop(laid, options.width), options.width)
  const colors = createColors(options.color)
  const line = (cell: (item: Laid<Row>) => string, paint: (text: string, item: Laid<Row>) => string) =>
    fitted
      .map((item, at) => {
        const text = truncate(cell(item), item.width)
        const space = ' '.repeat(item.width - textWidth(text))
        if (item.column.align === 'right') return space + paint(text, item)
        return paint(text, item) + (at === fitted.length - 1 ? '' : space)
      })
      .join(GAP)
      .trimEnd()
  const header = line(({ column }) => column.title, colors.dim)
  const body = rows.map((row, at) =>
    line(
      ({ cells }) => cells[at]!,
      (text, { column }) => {
        const color = column.color?.(row)
        return color && text !== '' ? colors[color](text) : text
      },
    ),
  )
  return [header, ...body]
}

interface Laid<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

function layOut<Row>(column: Column<Row>, rows: readonly Row[]): Laid<Row> {
  const cells = rows.map((row) => oneLine(column.value(row)))
  let width = textWidth(column.title)
  for (const cell of cells) width = Math.max(width, textWidth(cell))
  return { column, cells, width }
}

const least = ({ column, width }: Laid<never>) => Math.min(column.min ?? width, width)

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1)
}

/** The columns that always stay, and by priority each further group for which there still is room. */
function drop<Row>(laid: readonly Laid<Row>[], width: number): readonly Laid<Row>[] {
  const priority = ({ column }: Laid<Row>) => column.priority ?? 0
  let kept = laid.filter((item) => priority(item) === 0)
  for (const next of [...new Set(laid.map(priority))].toSorted((a, b) => a - b)) {
    const more = laid.filter((item) => kept.includes(item) || priority(item) === next)
    if (total(more.map(least)) <= width) kept = more
  }
  return kept
}

/** Takes from the widest column that can still give, until the line fits or none can. */
function squeeze<Row>(laid: readonly Laid<Row>[], width: number): readonly Laid<Row>[] {
  const widths = laid.map((item) => item.width)
  const floors = laid.map(least)
  for (let excess = total(widths) - width; excess > 0; excess--) {
    let widest = -1
    for (const [at, each] of widths.entries()) {
      if (each > floors[at]! && (widest < 0 || each > widths[widest]!)) widest = at
    }
    if (widest < 0) break
    widths[widest]!--
  }
  return laid.map((item, at) => ({ ...item, width: widths[at]! }))
}
