import { typical, typicalRatio } from './statistics.ts'
import type { Results } from './statistics.ts'

/** A figure the gateway has to reach: a ratio to another target, or memory, which should be low. */
interface Goal {
  readonly workload: string
  /** Whom the gateway is compared with; null: the figure itself counts, and lower is better. */
  readonly against: 'naive' | 'c' | null
  readonly required: number
  readonly aim: number
}

/** What the project asks of itself on one core, with limits, accounting and the registry on. */
const goals: readonly Goal[] = [
  { workload: 'pp64', against: 'naive', required: 1.15, aim: 1.4 },
  { workload: 'pipe64', against: 'naive', required: 7, aim: 10 },
  { workload: 'prefix64', against: 'naive', required: 15, aim: 25 },
  { workload: 'mid', against: 'naive', required: 3.5, aim: 5 },
  { workload: 'big', against: 'naive', required: 2.2, aim: 3 },
  { workload: 'up', against: 'naive', required: 3, aim: 5 },
  { workload: 'down', against: 'naive', required: 1, aim: 1.2 },
  { workload: 'setup', against: 'naive', required: 0.8, aim: 1.2 },
  ...['pipe64', 'prefix64', 'mid', 'big', 'up', 'down'].map((workload): Goal => ({
    workload,
    against: 'c',
    required: 0.45,
    aim: 0.7,
  })),
  { workload: 'slow', against: null, required: 8, aim: 1 },
  { workload: 'stall', against: null, required: 8, aim: 1 },
  { workload: 'idle', against: null, required: 20, aim: 12 },
]

export interface Verdict extends Goal {
  readonly measured: number
  readonly verdict: 'aim reached' | 'met' | 'missed'
}

/** Judges the target `gateway`; goals that this run did not measure are left out. */
export function verdicts(results: Results): Verdict[] {
  return goals.flatMap((goal) => {
    const measured = measure(goal, results)
    return measured === null ? [] : [{ ...goal, measured, verdict: judge(goal, measured) }]
  })
}

function measure({ workload, against }: Goal, results: Results): number | null {
  const ours = results[workload]?.['gateway'] ?? []
  if (against === null) return typical(ours, (sample) => sample.value)
  return typicalRatio(ours, results[workload]?.[against] ?? [], (sample) => sample.value)
}

function judge({ against, required, aim }: Goal, measured: number): Verdict['verdict'] {
  const reaches = (limit: number): boolean => (against === null ? measured <= limit : measured >= limit)
  if (reaches(aim)) return 'aim reached'
  return reaches(required) ? 'met' : 'missed'
}
