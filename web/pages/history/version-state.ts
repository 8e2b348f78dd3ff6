import type { PolicyState, PolicyVersion } from '../../../shared/api.ts'

/** What has become of a version. Null: others came after it, as usual. */
export type VersionState =
  | { readonly type: 'in-force' | 'waiting' }
  /** Nobody confirmed it in time, or somebody went back. */
  | { readonly type: 'rolled-back'; readonly by: string | null }

/** Who goes back by itself. */
const GATEWAY = 'gateway'

/** @param next the version after it; undefined when it is the latest, or not known */
export function stateOf(
  { version }: PolicyVersion,
  next: PolicyVersion | undefined,
  policy: PolicyState | null,
): VersionState | null {
  if (policy?.pending?.version === version) return { type: 'waiting' }
  if (policy?.current.version === version) return { type: 'in-force' }
  if (next?.version !== version + 1 || next.kind !== 'rollback') return null
  return { type: 'rolled-back', by: next.author === GATEWAY ? null : next.author }
}
