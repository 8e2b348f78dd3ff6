import type { PolicyChange } from '../../shared/api.ts'
import { catalog } from './catalog.ts'
import { plural } from './words.ts'

const counts = (changes: readonly PolicyChange[]) => {
  const count = (kind: PolicyChange['change']) => changes.filter(({ change }) => change === kind).length
  return [
    [count('added'), 'added'],
    [count('changed'), 'changed'],
    [count('moved'), 'moved'],
    [count('removed'), 'removed'],
  ].filter(([number]) => number !== 0)
}

/** The draft, on every page. */
export const text = catalog({
  region: 'Changes that are not in force yet',
  pill: (changes: number) => plural(changes, 'unsaved change', 'unsaved changes'),
  pillShort: (changes: number) => String(changes),
  summary: (changes: readonly PolicyChange[]) =>
    `${plural(changes.length, 'change', 'changes')}: ${counts(changes)
      .map(([number, what]) => `${number} ${what}`)
      .join(', ')}.`,
  wouldEnd: (count: number) => `${plural(count, 'open connection', 'open connections')} would end.`,
  warnings: (count: number) => `${plural(count, 'warning', 'warnings')}.`,
  testsFail: (count: number) => `${plural(count, 'test fails', 'tests fail')}.`,
  problems: (count: number) => `${plural(count, 'problem', 'problems')} to mend first.`,
  lockout: 'It would lock you out.',
  checking: 'Checking…',
  saved: 'Kept on the gateway',
  saving: 'Keeping…',
  unsaved: 'Not kept on the gateway yet, retrying. It is safe in this tab.',
  summaryShort: (changes: number) => `${plural(changes, 'change', 'changes')}.`,
  refusedToKeep: (why: string) => `The gateway does not keep this draft: ${why} It is only in this tab.`,
  otherTab: 'What you did in another tab',
  other: (user: string, when: string) => `Another admin (${user}) has a draft from ${when}.`,
  others: (users: readonly string[]) => `Other admins have drafts: ${users.join(', ')}.`,
  conflict: (version: number) => `Version ${version} came into force meanwhile.`,
  settle: 'Settle',
  review: 'Review',
  discard: 'Discard',
  discardStep: 'Discard all changes',
  discarded: 'All changes are discarded.',
  undo: (label: string) => `Undo: ${label}`,
  redo: (label: string) => `Redo: ${label}`,
  nothingToUndo: 'Nothing to undo',
  nothingToRedo: 'Nothing to redo',
  passed: (revertTo: number, at: string) =>
    `The gateway does not answer. Rules version ${revertTo} have returned at ${at}, unless somebody confirmed before.`,
  doNothing: 'If you do nothing the old rules return. The gateway keeps the time, not this page.',
})
