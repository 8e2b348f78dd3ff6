import type { PolicyTest, Redirect, FirewallRule } from '../../../shared/policy/document.ts'
import { formatRedirect, formatRule, formatTest } from '../../../shared/policy/line-format.ts'
import type { MergeConflict } from '../../../shared/policy/merge.ts'

/** One side of a conflict as a line of text; null when that side has removed it. */
export function entryLine(conflict: MergeConflict, side: 'mine' | 'theirs'): string | null {
  const entry = conflict[side]
  if (entry === null || typeof entry === 'string') return entry
  switch (conflict.list) {
    case 'rules':
      return formatRule(entry as FirewallRule)
    case 'redirects':
      return formatRedirect(entry as Redirect)
    case 'tests':
      return formatTest(entry as PolicyTest)
    case 'defaults':
      return null
  }
}
