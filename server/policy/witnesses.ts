import type { ConnectionFacts } from '../gateway/connection.ts'
import type { Registry } from '../gateway/registry.ts'

/** Connections that a draft is tried on. */
export interface Witnesses {
  open(): Iterable<ConnectionFacts>
  /** Closed and refused lately; `refused`: by the policy. */
  past(): Iterable<{ readonly facts: ConnectionFacts; readonly refused: boolean }>
}

/** Refusals by the policy; those by anything else would be refused again whatever the rules say. */
const BY_POLICY: readonly string[] = ['policy-denied', 'unauthenticated', 'redirect-loop']

/** The connections of a gateway, as those on which a draft is tried. */
export function witnesses(registry: Registry): Witnesses {
  return {
    *open() {
      for (const { facts, bridge } of registry.values()) if (bridge.ending === null) yield facts
    },
    *past() {
      for (const { facts, info } of registry.past()) {
        if (facts.judgement.version === 0) continue
        const refused = info.state === 'refused'
        if (!refused || BY_POLICY.includes(info.ending!.code)) yield { facts, refused }
      }
    },
  }
}
