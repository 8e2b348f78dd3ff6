import { colorful } from './shell.ts'
import type { Shell } from './shell.ts'
import { renderTable } from './table.ts'
import type { Column } from './table.ts'

/** Prints a table as wide as the terminal; elsewhere uncut and without colour, for other programs. */
export function printTable<Row>(shell: Shell, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const width = shell.stdout.isTTY === true ? (shell.stdout.columns ?? 80) : Infinity
  const lines = renderTable(columns, rows, { width, color: colorful(shell.stdout, shell.env) })
  shell.stdout.write(`${lines.join('\n')}\n`)
}

export function printJson(shell: Shell, value: unknown): void {
  shell.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
