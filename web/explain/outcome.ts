import type { ExplainStep, Explanation } from '../../shared/api.ts'
import { text } from '../messages/explain.ts'

/** What a step says. `allow` and `deny`: it decided. */
export type Outcome = 'allow' | 'deny' | 'passed' | 'failed' | 'redirected' | 'logged' | 'matched' | 'missed'

export function outcomeOf(step: ExplainStep, { rule, verdict, steps }: Explanation): Outcome {
  const { stage, id, matched } = step
  // A redirect may stand there twice; what decides is what stands last.
  if (id === rule && step === steps.findLast((other) => other.id === rule)) return verdict
  if (stage === 'gateway') return matched ? 'failed' : 'passed'
  if (!matched) return 'missed'
  if (stage === 'redirect') return 'redirected'
  return /^(off )?log\b/.test(step.text) ? 'logged' : 'matched'
}

const { decides, ...others } = text.steps.results

export function outcomeText(outcome: Outcome): string {
  return outcome === 'allow' || outcome === 'deny' ? decides[outcome] : others[outcome]
}

/** What became of it: the gateway may refuse what the rules have let in. */
export function finalVerdict({ verdict, steps }: Explanation): Explanation['verdict'] {
  return steps.some(({ stage, matched }) => stage === 'gateway' && matched) ? 'deny' : verdict
}
