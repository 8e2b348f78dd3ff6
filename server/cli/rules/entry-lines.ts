import type { Finding, PolicyState, TestResult } from '../../../shared/api.ts'
import type { FirewallRule, PolicyDocument, Redirect } from '../../../shared/policy/document.ts'
import { formatRedirect, formatRule, formatTest } from '../../../shared/policy/line.ts'

/** The line of a rule or redirect, without its id, which has a column. */
export function lineOf(entry: FirewallRule | Redirect): string {
  const { caption: _, ...plain } = entry
  return 'from' in plain ? formatRedirect(plain) : formatRule(plain)
}

/** Every entry that is judged or tested, by id, as its line without note and caption. */
export function entryLines(document: PolicyDocument, fixed: PolicyState['fixed']): ReadonlyMap<string, string> {
  const bare = (entry: FirewallRule | Redirect): [string, string] => [entry.id, lineOf({ ...entry, note: '' })]
  return new Map([
    ...[...fixed.redirects, ...document.redirects].map(bare),
    ...[...fixed.rules, ...document.rules].map(bare),
    ...document.tests.map((test): [string, string] => [test.id, formatTest({ ...test, note: '', caption: undefined })]),
  ])
}

/**
 * Findings that are news, with their line in front: what a rule's hits and the tests' own results say is not, as both are
 * shown elsewhere.
 */
export function findingLines(found: readonly Finding[], lines: ReadonlyMap<string, string>): string[] {
  return found.filter(isNews).map(({ id, message }) => `${lines.get(id) ?? id}: ${message}`)
}

export function isNews({ kind }: Finding): boolean {
  return kind !== 'never-hit' && kind !== 'test-failed'
}

/** Tests that fail, each with its line in front. */
export function failureLines(tests: readonly TestResult[], lines: ReadonlyMap<string, string>): string[] {
  return tests.filter(({ pass }) => !pass).map(({ id, message }) => `${lines.get(id) ?? id}: ${message}`)
}
