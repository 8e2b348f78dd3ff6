import type { FirewallRule, PolicyDocument, Redirect } from '../../shared/policy/document.ts'
import { formatRedirect, formatRule } from '../../shared/policy/line-format.ts'

/** The two lists of a document that are shown as tables. */
export type ListName = 'rules' | 'redirects'

/** One row of either table. */
export type Entry = FirewallRule | Redirect

export function isRule(entry: Entry): entry is FirewallRule {
  return 'action' in entry
}

/** The entry as a line of the text form, without its caption. */
export function lineOf(entry: Entry): string {
  return isRule(entry) ? formatRule(entry) : formatRedirect(entry)
}

export function entriesOf(document: PolicyDocument, list: ListName): readonly Entry[] {
  return document[list]
}

/** The document with another list; the same document when `change` returns the same list. */
export function withEntries(
  document: PolicyDocument,
  list: ListName,
  change: (entries: readonly Entry[]) => readonly Entry[],
): PolicyDocument {
  const before = entriesOf(document, list)
  const after = change(before)
  return after === before ? document : { ...document, [list]: after }
}
