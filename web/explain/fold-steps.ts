import type { ExplainStep, Explanation } from '../../shared/api.ts'

/** One line of the list: a step, or a run of steps that say the same, of which only the number is told at first. */
export type ShownStep =
  | { readonly kind: 'step'; readonly key: string; readonly step: ExplainStep }
  | { readonly kind: 'run'; readonly key: string; readonly steps: readonly ExplainStep[] }

/** Longest run of steps without a match that is shown whole. */
const RUN_MAX = 3

/** Folds runs of rules that did not match, and nothing that decided. Runs end where the stage changes. */
export function foldSteps({ steps, rule }: Pick<Explanation, 'steps' | 'rule'>): readonly ShownStep[] {
  const shown: ShownStep[] = []
  let run: ExplainStep[] = []
  const flush = (at: number) => {
    if (run.length > RUN_MAX) shown.push({ kind: 'run', key: `run ${at}`, steps: run })
    else run.forEach((step, n) => shown.push({ kind: 'step', key: `${at} ${n}`, step }))
    run = []
  }
  steps.forEach((step, at) => {
    if (run.length > 0 && run[0]!.stage !== step.stage) flush(at)
    // Checks of the gateway are few, and each says something of its own.
    if (!step.matched && step.id !== rule && step.stage !== 'gateway') run.push(step)
    else {
      flush(at)
      shown.push({ kind: 'step', key: `${at}`, step })
    }
  })
  flush(steps.length)
  return shown
}
