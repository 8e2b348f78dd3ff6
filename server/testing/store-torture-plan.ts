import type { PolicyDocument } from '../../shared/policy/document.ts'
import type { PendingCommit, VersionRecord } from '../store/store.ts'

/** What the torture writes as one version: all of it follows from the number, so that whoever reads it can tell a mix. */
interface Plan {
  readonly record: Omit<VersionRecord, 'version'>
  readonly pending: Omit<PendingCommit, 'version' | 'revertTo'> | null
}

const RULES_MAX = 200

/** Of a commit each third waits, so that the one before it never does. */
export function tortured(version: number): Plan {
  const at = 1_700_000_000_000 + version
  const pending = { deadline: at + 60_000, windowMs: 60_000, existing: 'close' as const, drainMs: 0 }
  return {
    record: { at, author: 'torture', comment: `the ${version}.`, kind: 'commit', document: documentOf(version) },
    pending: version % 3 === 0 ? pending : null,
  }
}

function documentOf(version: number): PolicyDocument {
  const random = randomFrom(version)
  const rules = Array.from({ length: Math.floor(random() * RULES_MAX) }, (_, at) => ({
    id: `r${at}`,
    enabled: random() < 0.9,
    action: 'allow' as const,
    direction: 'in' as const,
    service: `service-${Math.floor(random() * 1e6)}`,
    peer: '*',
    note: `of version ${version}`,
  }))
  return { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules, tests: [], caption: `version ${version}` }
}

/** Mulberry32: the same numbers from 0 to 1 for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
