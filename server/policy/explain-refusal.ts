import type { Explanation, ExplainStep } from '../../shared/api.ts'
import type { CauseCode } from '../../shared/causes.ts'
import { causes } from '../../shared/causes.ts'
import type { ConnectionFacts } from '../gateway/connection.ts'

/** Refusals that the policy itself makes: its steps have told of them already. */
const BY_POLICY: readonly string[] = ['policy-denied', 'redirect-loop']

/**
 * Completes the policy's explanation of a real connection with what the gateway itself found wrong, before the rules were
 * asked (version 0) or after they had let it in.
 * @param ending null while it is open
 */
export function explainRefusal(
  policy: Explanation,
  { judgement }: ConnectionFacts,
  ending: { readonly code: string; readonly detail: string } | null,
): Explanation {
  if (ending === null || BY_POLICY.includes(ending.code)) return policy
  if (ending.code === 'unauthenticated' && judgement.version !== 0) return policy
  const step: ExplainStep = {
    stage: 'gateway',
    id: ending.code,
    text: causes[ending.code as CauseCode].title,
    matched: true,
    reason: ending.detail,
  }
  if (judgement.version === 0) {
    const summary = `Refused before any rule was asked: ${ending.detail}`
    return { ...policy, verdict: 'deny', rule: ending.code, target: '', steps: [step], summary }
  }
  return { ...policy, steps: [...policy.steps, step], summary: `${policy.summary} Afterwards: ${ending.detail}` }
}
