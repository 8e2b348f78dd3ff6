import type { AuditEntry } from '../../shared/api.ts'
import type { AuditStore } from '../store/store.ts'

/** Entries read at a time, so that an export of a long log keeps nobody waiting. */
const PAGE = 500

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const columns = ['seq', 'at', 'actor', 'action', 'object', 'result', 'from', 'requestId', 'detail', 'hash'] as const

/** The whole log as text, newest first, a page at a time. What is added meanwhile is not in it. */
export async function* exportAudit(audit: Pick<AuditStore, 'list'>, format: ExportFormat): AsyncGenerator<string> {
  if (format === 'csv') yield `${columns.join(',')}\r\n`
  const line = format === 'csv' ? csvLine : jsonLine
  let before: number | null = null
  for (;;) {
    const entries: AuditEntry[] = audit.list({ before, limit: PAGE, q: '' })
    if (entries.length === 0) return
    yield entries.map(line).join('')
    before = entries.at(-1)!.seq
    await new Promise((resolve) => setImmediate(resolve)) // others get their turn
  }
}

/** One line of CSV (RFC 4180), safe to open in a spreadsheet. */
function csvLine(entry: AuditEntry): string {
  const cells = columns.map((name) => (name === 'at' ? new Date(entry.at).toISOString() : String(entry[name])))
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * A cell that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front, which
 * spreadsheets take for "this is text".
 */
function csvCell(text: string): string {
  const plain = escapeControls(text)
  const cell = /^\s*[=+\-@]/.test(plain) ? `'${plain}` : plain
  return /^[\w.:/ -]*$/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`
}

function jsonLine(entry: AuditEntry): string {
  return `${escapeControls(JSON.stringify(entry))}\n`
}

/** Line breaks, escape codes of terminals, and marks that turn text round, as `\u001b`; JSON reads that back. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) =>
    Array.from(char, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  )
}
