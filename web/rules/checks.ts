import type { Finding, TestResult } from '../../shared/api.ts'
import type { PolicyTest } from '../../shared/policy/document.ts'

/** Something to know of an entry. */
export interface Check {
  readonly kind: Finding['kind']
  /** A sentence. */
  readonly message: string
}

/** Worst first: one stands in the row, the rest behind it. */
const WEIGHT: readonly Check['kind'][] = [
  'loop',
  'dead-target',
  'test-failed',
  'shadowed',
  'expired',
  'redundant',
  'never-hit',
]

/**
 * What is found, by entry. A test that fails counts as a finding about the rule that it names.
 * @param results of the draft's tests; none when there is no draft
 */
export function checksOf(
  findings: readonly Finding[],
  tests: readonly PolicyTest[],
  results: readonly TestResult[],
): ReadonlyMap<string, readonly Check[]> {
  const named = new Map(tests.map(({ id, rule }) => [id, rule]))
  const failed = results.flatMap(({ id, pass, message }): Finding[] => {
    const rule = pass ? undefined : named.get(id)
    return rule === undefined ? [] : [{ kind: 'test-failed', id: rule, others: [], message }]
  })
  const checks = new Map<string, Check[]>()
  for (const { id, kind, message } of [...findings, ...failed]) {
    const list = checks.get(id)
    if (list === undefined) checks.set(id, [{ kind, message }])
    else list.push({ kind, message })
  }
  for (const list of checks.values()) list.sort((a, b) => WEIGHT.indexOf(a.kind) - WEIGHT.indexOf(b.kind))
  return checks
}
