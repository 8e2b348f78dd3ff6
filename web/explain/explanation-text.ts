import type { Explanation } from '../../shared/api.ts'
import { text } from '../messages/explain.ts'
import { outcomeOf, outcomeText } from './outcome.ts'

/** The whole explanation as lines, to be pasted where somebody asks. @param asked which rules were asked */
export function explanationText(explanation: Explanation, asked: string): string {
  const { verdict, service, summary, target, rule, steps } = explanation
  const lines = text.copyText
  return [
    lines.head(text.verdicts[verdict], service),
    summary,
    ...(target === '' ? [] : [lines.target(target)]),
    lines.rule(rule),
    lines.version(asked),
    '',
    ...steps.flatMap((step) => [
      lines.step(text.steps.stages[step.stage], outcomeText(outcomeOf(step, explanation)), step.id, step.text),
      ...(step.reason === '' ? [] : [lines.reason(step.reason)]),
    ]),
  ].join('\n')
}
