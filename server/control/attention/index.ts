import type { Attention } from '../../../shared/dashboard.ts'
import { audit } from './audit.ts'
import { certificate } from './certificate.ts'
import { clock } from './clock.ts'
import { disk } from './disk.ts'
import { gateway } from './gateway.ts'
import { idleClosings } from './idle-closings.ts'
import { policyFile } from './policy-file.ts'
import { rules } from './rules.ts'
import { services } from './services.ts'
import type { AttentionSources, Look } from './sources.ts'

/** Catalog of what is looked for: one file, one line. The order is that of equal weight. */
const looks: readonly Look[] = [audit, disk, certificate, services, policyFile, rules, idleClosings, clock, gateway]

const weights: readonly Attention['weight'][] = ['error', 'warning', 'info']
/** Of each kind so many are told. */
const TOLD = 5

/** What wants a look, heaviest first. */
export function attention(sources: AttentionSources): Attention[] {
  return looks
    .flatMap((look) => look(sources).slice(0, TOLD))
    .toSorted((a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight))
}
