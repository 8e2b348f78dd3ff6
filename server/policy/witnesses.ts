import type { Registry } from '../gateway/registry.ts'
import type { Witnesses } from './preview.ts'

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
