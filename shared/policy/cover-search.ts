import type { Facts, Term } from './condition.ts'
import { coversAll } from './cover.ts'
import type { MatchTable } from './match-table.ts'

interface Search<M> {
  /** Orders of evaluation between which it must be; neither is within. */
  readonly after?: number
  readonly before?: number
  readonly accept?: (matcher: M) => boolean
}

/** How much one search may still compare. */
export interface Budget {
  pairs: number
}

/**
 * Most pairs of rules that one search compares. Rules are looked up by what they match, so few policies need more than
 * some for each rule; of one that does, everything told is right still, but not everything is found.
 */
const PAIRS_MAX = 1_000_000

export const budget = (): Budget => ({ pairs: PAIRS_MAX })

/** The first that covers all of `terms`; null when there is none, or no time to find it. */
export function coverer<M extends { readonly terms: readonly Term[]; readonly order: number }>(
  table: MatchTable<M>,
  facts: Facts,
  terms: readonly Term[],
  left: Budget,
  { after = -1, before = Infinity, accept = () => true }: Search<M>,
): M | null {
  let best: M | null = null
  for (const list of table.candidates(facts)) {
    for (let at = placeBehind(list, after); at < list.length; at++) {
      const each = list[at]!
      if (each.order >= (best?.order ?? before)) break
      if (left.pairs-- <= 0) return null
      if (!accept(each) || !coversAll(each.terms, terms)) continue
      best = each
      break
    }
  }
  return best
}

function placeBehind(list: readonly { readonly order: number }[], order: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]!.order > order) high = middle
    else low = middle + 1
  }
  return low
}
