import { setTimeout as delay } from 'node:timers/promises'

import { failed, measure } from './measure.ts'
import type { Duration } from './measure.ts'
import type { Results, Sample } from './statistics.ts'
import type { Bench, Server, Target } from './targets.ts'
import type { Workload } from './workloads.ts'

export interface Plan extends Duration {
  readonly rounds: number
  readonly workloads: readonly Workload[]
  readonly targets: readonly Target[]
}

/** Let the target close what the last load left, so that the next one finds it at rest. */
const REST_MS = 150

/**
 * Measures everything, round by round: within a round each workload runs on all targets before the next one starts, and
 * another target goes first each time. `onSample` hears of each measurement as it is taken.
 */
export async function runRounds(
  bench: Bench,
  plan: Plan,
  onSample: (round: number, workload: Workload, target: Target, sample: Sample) => void,
): Promise<Results> {
  const results: Results = {}
  for (const { name } of plan.workloads)
    results[name] = Object.fromEntries(plan.targets.map((target) => [target.name, []]))
  for (let round = 0; round < plan.rounds; round++) {
    const servers = new Servers(bench)
    try {
      for (const workload of plan.workloads) {
        if (workload.once && round > 0) continue
        for (const target of rotated(plan.targets, round)) {
          const sample = await servers.use(target, workload, (server) => measure(bench, server, workload, plan))
          results[workload.name]![target.name]!.push(sample)
          onSample(round, workload, target, sample)
          await delay(REST_MS)
        }
      }
    } finally {
      await servers.stopAll()
    }
  }
  return results
}

function rotated<T>(list: readonly T[], by: number): T[] {
  return list.map((_, i) => list[(i + by) % list.length]!)
}

/** The targets' processes during one round: kept from one workload to the next unless it wants a fresh one. */
class Servers {
  readonly #bench: Bench
  readonly #kept = new Map<string, Server>()

  constructor(bench: Bench) {
    this.#bench = bench
  }

  /** Hands a running server to `work`. One that did not start, or did not do well, is not used again. */
  async use(target: Target, workload: Workload, work: (server: Server) => Promise<Sample>): Promise<Sample> {
    const key = `${target.name} ${workload.framing}`
    let server = workload.fresh ? undefined : this.#kept.get(key)
    try {
      server ??= await target.start(this.#bench, workload.framing)
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error))
    }
    const sample = await work(server)
    if (workload.fresh || sample.fault !== '') {
      this.#kept.delete(key)
      await server.stop()
    } else {
      this.#kept.set(key, server)
    }
    return sample
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((server) => server.stop()))
    this.#kept.clear()
  }
}
