import { Gauge, Histogram, Registry } from 'prom-client'

import type { PolicyState } from '../../shared/api.ts'
import { connectionMetrics } from './connection-metrics.ts'
import type { MetricGroup } from './metric-group.ts'
import { processMetrics } from './process-metrics.ts'
import type { RegistryView } from './registry-view.ts'

/** What `/metrics` tells, in the text format of Prometheus. Owned by `app.ts`, which calls `close`. */
export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** A decision of the policy took so long, in milliseconds. Called for each connection. */
  decided(ms: number): void
  close(): void
}

/** In seconds, from 1 µs: a decision is a matter of microseconds. */
const DECISION_BUCKETS = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2]

/** Noting the time takes as long as deciding: one in so many is enough to know it. */
const SAMPLED = 16

/**
 * Begins to count. Nothing is done per message: what connections carry is read from their own totals when somebody asks,
 * and added up when they end.
 */
export function makeMetrics(sources: { readonly registry: RegistryView; readonly policy: () => PolicyState }): Metrics {
  const register = new Registry()
  const groups = [
    connectionMetrics(register, sources.registry),
    policyMetrics(register, sources.policy),
    processMetrics(register),
  ]
  let decisions = 0
  const decision = new Histogram({
    name: 'sockgate_decision_seconds',
    help: `Time that the policy took to judge a connection, of one connection in ${SAMPLED}`,
    buckets: DECISION_BUCKETS,
    registers: [register],
  })
  return {
    contentType: register.contentType,
    text: () => {
      for (const group of groups) group.refresh()
      return register.metrics()
    },
    decided: (ms) => {
      if (decisions++ % SAMPLED === 0) decision.observe(ms / 1000)
    },
    close: () => {
      for (const group of groups) group.close()
    },
  }
}

function policyMetrics(register: Registry, policy: () => PolicyState): MetricGroup {
  const registers = [register]
  const version = new Gauge({ name: 'sockgate_policy_version', help: 'Version of the policy in force', registers })
  const pending = new Gauge({
    name: 'sockgate_policy_pending',
    help: '1 while a commit waits for its confirmation',
    registers,
  })
  return {
    refresh: () => {
      const state = policy()
      version.set(state.current.version)
      pending.set(state.pending === null ? 0 : 1)
    },
    close: () => {},
  }
}
