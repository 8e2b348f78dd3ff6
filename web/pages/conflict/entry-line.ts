import type { FirewallRule, PolicyDocument, PolicyTest, Redirect } from '../../../shared/policy/document.ts'
import { formatRedirect, formatRule, formatTest } from '../../../shared/policy/line-format.ts'
import type { EntryConflict, MergeConflict } from '../../../shared/policy/merge.ts'
import { text as review } from '../../messages/review.ts'

const text = review.conflict

type List = EntryConflict['list']

/** One side of a conflict as people read it: its line, or where it stands. */
export function sideText(conflict: MergeConflict, side: 'mine' | 'theirs', document: PolicyDocument): string {
  if (conflict.list === 'defaults') return conflict[side] ?? text.removed
  if (conflict.what === 'place') return placeText(conflict, side, document)
  const entry = conflict[side]
  return entry === null ? text.removed : entryLine(conflict.list, entry)
}

/** What the entry of a conflict was before either side changed it; null when neither had it, or only moved it. */
export function baseText(conflict: MergeConflict, base: PolicyDocument): string | null {
  if (conflict.list === 'defaults') return base.caption ?? null
  if (conflict.what === 'place') return null
  const entry = base[conflict.list].find(({ id }) => id === conflict.id)
  return entry === undefined ? null : entryLine(conflict.list, entry)
}

/** @param document that side's own: it says what stands in front of the entry */
function placeText({ list, id, order }: EntryConflict, side: 'mine' | 'theirs', document: PolicyDocument): string {
  const before = order[side][order[side].indexOf(id) - 1]
  if (before === undefined) return text.first
  const entry = document[list].find((each) => each.id === before)
  return text.behind(entry === undefined ? before : entryLine(list, entry))
}

function entryLine(list: List, entry: Redirect | FirewallRule | PolicyTest): string {
  switch (list) {
    case 'rules':
      return formatRule(entry as FirewallRule)
    case 'redirects':
      return formatRedirect(entry as Redirect)
    case 'tests':
      return formatTest(entry as PolicyTest)
  }
}
