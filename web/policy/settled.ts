import type { PolicyChange } from '../../shared/api.ts'
import { diffDocuments } from '../../shared/policy/diff.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import type { Standing } from './draft-history.ts'
import type { Version } from './draft-state.ts'

/**
 * What a document changes. Where nobody has to choose it goes on from what is in force: when that says the same as its
 * base (somebody's commit was rolled back), or the same as itself (it was committed from another tab).
 */
export function settled(
  { base, document }: Standing,
  latest: Version,
): Standing & { changes: readonly PolicyChange[] } {
  const isCurrent = base.version === latest.version
  const changes = diffDocuments(base.document, document)
  if (changes.length === 0 || (!isCurrent && isSame(document, latest.document))) {
    return { base: latest, document: latest.document, changes: [] }
  }
  return { base: !isCurrent && isSame(base.document, latest.document) ? latest : base, document, changes }
}

/** Whether two documents say the same. */
export function isSame(one: PolicyDocument, other: PolicyDocument): boolean {
  // Of entries with the same id, which a draft may have, `diffDocuments` sees one.
  const isAsLong = (['redirects', 'rules', 'tests'] as const).every((list) => one[list].length === other[list].length)
  return isAsLong && diffDocuments(one, other).length === 0
}

/** Whether a document can be shown. The gateway keeps drafts as they come, also what no page has made. */
export function isReadable(document: PolicyDocument): boolean {
  try {
    diffDocuments(document, document)
    return true
  } catch {
    return false
  }
}
