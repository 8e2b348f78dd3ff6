import type { TestResult } from '../api.ts'
import type { PolicyTest } from './document.ts'
import { parseFacts } from './facts.ts'
import type { Decision, Policy } from './policy.ts'
import { parseRedirectTarget } from './target.ts'

/**
 * Runs the tests that a document carries, against itself.
 * @param now milliseconds since 1970, for tests that do not say `at:`
 */
export function runTests(policy: Policy, now = Date.now()): TestResult[] {
  return policy.document.tests.map((test) => runTest(policy, test, now))
}

function runTest(policy: Policy, test: PolicyTest, now: number): TestResult {
  const { id, direction, service, peer } = test
  let invented
  try {
    invented = parseFacts(direction, service, peer)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { id, pass: false, message: `the connection can't be invented: ${error.message}` }
  }
  const decision = policy.decide(invented.request, invented.now ?? now)
  const wrong = difference(test, decision)
  const verdict = decision.allow ? 'allowed' : 'denied'
  return { id, pass: wrong === null, message: wrong ?? `${service} is ${verdict} by ${decision.by}` }
}

/** What came out instead, as a sentence; null when all is as expected. */
function difference({ service, expect, rule, target }: PolicyTest, decision: Decision): string | null {
  const { allow, by } = decision
  if (allow !== (expect === 'allow')) {
    const why = allow ? '' : `: ${decision.error.message}`
    return `${service} should be ${expect === 'allow' ? 'allowed' : 'denied'}, but ${by} ${allow ? 'allows' : 'denies'} it${why}`
  }
  if (rule !== undefined && rule !== by) return `${rule} should decide, but ${by} does`
  if (target !== undefined && !leadsTo(target, decision)) {
    return `${service} should be sent to ${target}, but is sent to ${decision.target ?? decision.service}`
  }
  return null
}

function leadsTo(wanted: string, { service, target }: Decision): boolean {
  if (target !== null) return wanted === target
  try {
    const named = parseRedirectTarget(wanted)
    return named.kind === 'name' && named.service === service
  } catch {
    return wanted === service // the gateway's own names, which are no targets
  }
}
