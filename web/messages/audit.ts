import { catalog } from './catalog.ts'
import { plural } from './words.ts'

export const text = catalog({
  purpose: 'Everything that anybody changed, and every refusal. Nothing here can be edited or deleted.',
  filter: 'Filter by actor, action or object',
  clear: 'Clear filter',
  verify: 'Verify chain',
  verifying: 'Reading the whole chain…',
  export: 'Export',
  exportAs: { jsonl: 'JSON lines', csv: 'CSV' },
  exportHint: 'That it was taken is an entry itself.',
  columns: {
    time: 'Time',
    actor: 'Actor',
    action: 'Action',
    object: 'Object',
    result: 'Result',
    from: 'From',
    detail: 'Particulars',
    seq: 'No.',
  },
  results: { ok: 'ok', refused: 'refused', failed: 'failed' },
  table: 'Audit entries, newest first',
  shown: (count: number) => `${plural(count, 'entry', 'entries')} shown, newest first`,
  older: 'Show older entries',
  loading: 'Asking…',
  whole: (entries: number, head: string) => `${plural(entries, 'entry', 'entries')}, unbroken. Last digest ${head}.`,
  broken: (seq: number) => `The chain is broken at entry ${seq}: it or one before it was changed after it was written.`,
  brokenHint:
    'Export the log as it is, and compare it with a backup. What was changed cannot be told from the log itself.',
  none: 'No entry matches.',
  noneHint: 'The filter looks in actor, action and object.',
  empty: 'Nothing has happened yet.',
  noRight: 'Only an admin may read the audit log.',
  noRightHint: 'Whoever is an admin of this gateway can change your role under Settings, Accounts.',
  requestId: (id: string) => `Request id ${id}`,
  copyRequestId: 'Copy the request id',
})
