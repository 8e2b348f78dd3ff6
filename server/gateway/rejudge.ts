import type { Existing } from '../../shared/api.ts'
import { Ended } from '../../shared/causes.ts'
import type { Decision, Policy } from '../../shared/policy/policy.ts'
import type { Connection, ConnectionFacts } from './connection.ts'
import { endPaced } from './paced.ts'

/** What happens to open connections that a new policy would not have let in, or would have sent elsewhere. */
export interface Manner {
  readonly existing: Existing
  /** With `drain`: over how long they are ended, in milliseconds. */
  readonly drainMs: number
}

export type Effect = 'none' | 'denied' | 'redirected'

/** Longest that judging keeps the event loop at a time: well below what anybody notices. */
const SLICE_MS = 5

/** What a policy would say of a connection that another one has let in, or of a client that was refused. */
export function reconsider(
  { request, judgement }: ConnectionFacts,
  policy: Policy,
  now: number,
): { readonly effect: Effect; readonly decision: Decision } {
  const decision = policy.decide(request, now)
  if (!decision.allow) return { effect: 'denied', decision }
  const same = decision.service === judgement.service && decision.target === judgement.target
  return { effect: same ? 'none' : 'redirected', decision }
}

/**
 * Holds every open connection against a new policy, in slices between which the traffic flows. Those of which nothing
 * changes are not touched: they only learn which rule lets them in now.
 */
export class Rejudging {
  readonly #policy: Policy
  readonly #manner: Manner
  readonly #drained: Connection[] = []
  #stopDrain = (): void => {}
  #stopped = false

  constructor(policy: Policy, manner: Manner) {
    this.#policy = policy
    this.#manner = manner
  }

  /** Resolves when all were judged, and told if they must go; with `drain` that takes as long as it was given. */
  async run(connections: readonly Connection[]): Promise<void> {
    let until = performance.now() + SLICE_MS
    for (const connection of connections) {
      if (performance.now() >= until) {
        await new Promise((resolve) => setImmediate(resolve))
        until = performance.now() + SLICE_MS
      }
      if (this.#stopped) return
      this.judge(connection)
    }
    const { stop, done } = endPaced(this.#drained.splice(0), this.#manner.drainMs, 1, (each) => this.#reconsider(each))
    this.#stopDrain = stop
    await done
  }

  /** For one that opened meanwhile as well. */
  judge(connection: Connection): void {
    if (connection.bridge.ending !== null) return
    const { effect, decision } = reconsider(connection.facts, this.#policy, Date.now())
    if (effect === 'none') connection.judged(this.#policy.version, decision)
    else if (this.#manner.existing === 'close') end(connection, effect)
    else if (this.#manner.existing === 'drain') this.#drained.push(connection)
  }

  stop(): void {
    this.#stopped = true
    this.#stopDrain()
  }

  #reconsider(connection: Connection): void {
    const { effect } = reconsider(connection.facts, this.#policy, Date.now())
    if (effect !== 'none') end(connection, effect)
  }
}

function end({ bridge }: Connection, effect: 'denied' | 'redirected'): void {
  bridge.end(new Ended(effect === 'denied' ? 'policy-changed' : 'redirected'))
}
