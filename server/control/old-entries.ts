import type { PolicyDesk } from '../policy/desk.ts'
import { PolicyRefusal } from '../policy/desk.ts'

const PAGE = 200

/**
 * Ids of the rules and redirects that the policy had at a moment: those that are still there are at least that old.
 * Empty when no version from then is kept.
 * @param at milliseconds since 1970
 */
export function entriesAt(policy: Pick<PolicyDesk, 'versions' | 'version'>, at: number): ReadonlySet<string> {
  let before: number | null = null
  for (;;) {
    const page = policy.versions({ before, limit: PAGE }) // newest first
    const then = page.find((version) => version.at <= at)
    if (then !== undefined) return idsOf(policy, then.version)
    if (page.length < PAGE) return new Set()
    before = page.at(-1)!.version
  }
}

function idsOf(policy: Pick<PolicyDesk, 'version'>, version: number): ReadonlySet<string> {
  try {
    const { rules, redirects } = policy.version(version).document
    return new Set([...rules, ...redirects].map(({ id }) => id))
  } catch (error) {
    if (error instanceof PolicyRefusal) return new Set() // pruned between the two questions
    throw error
  }
}
