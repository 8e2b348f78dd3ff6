import type { Facts, IndexKey, Term } from './condition.ts'

/** Something with conditions, all of which must match, and a place in the order of evaluation. */
export interface Matcher {
  readonly order: number
  readonly terms: readonly Term[]
}

interface Shape<M> {
  readonly keyOf: IndexKey['keyOf']
  readonly lists: Map<string | number, M[]>
}

/** A shape costs each decision a look-up, so it must be worth it. */
const SHAPES_MAX = 64

/**
 * First-match over many matchers without trying each: every one is filed under the key of its rarest term, and a
 * connection looks only into the drawers that its own facts name. What no key fits is tried for all.
 */
export class MatchTable<M extends Matcher> {
  readonly #shapes: Shape<M>[] = []
  readonly #rest: M[] = []

  /** @param matchers in order of evaluation */
  constructor(matchers: readonly M[]) {
    const byName = new Map<string, Shape<M>>()
    const usage = countKeys(matchers)
    for (const matcher of matchers) {
      const index = rarest(matcher.terms, usage)
      if (index === null) {
        this.#rest.push(matcher)
        continue
      }
      let shape = byName.get(index.shape)
      if (shape === undefined && byName.size >= SHAPES_MAX) {
        this.#rest.push(matcher)
        continue
      }
      if (shape === undefined) {
        shape = { keyOf: index.keyOf, lists: new Map() }
        byName.set(index.shape, shape)
        this.#shapes.push(shape)
      }
      const list = shape.lists.get(index.key)
      if (list === undefined) shape.lists.set(index.key, [matcher])
      else list.push(matcher)
    }
  }

  /** Without any matcher. */
  get empty(): boolean {
    return this.#rest.length === 0 && this.#shapes.length === 0
  }

  /** Lists, each in order of evaluation, that together hold all that can match. None of it has been tried. */
  candidates(facts: Facts): readonly (readonly M[])[] {
    return this.#drawers(facts)
  }

  /** The first that matches and that `accept` takes; null when there is none. */
  first(facts: Facts, accept: (matcher: M) => boolean): M | null {
    const drawers = this.#drawers(facts)
    if (drawers.length === 1) return firstOf(drawers[0]!, facts, accept)
    const places = drawers.map(() => 0)
    for (;;) {
      let best = -1
      let next: M | undefined
      for (let at = 0; at < drawers.length; at++) {
        const candidate = drawers[at]![places[at]!]
        if (candidate !== undefined && (next === undefined || candidate.order < next.order)) {
          next = candidate
          best = at
        }
      }
      if (next === undefined) return null
      places[best]!++
      if (matches(next, facts) && accept(next)) return next
    }
  }

  #drawers(facts: Facts): M[][] {
    const found: M[][] = this.#rest.length > 0 ? [this.#rest] : []
    for (const { keyOf, lists } of this.#shapes) {
      const keys = keyOf(facts)
      if (keys === null) continue
      if (typeof keys === 'object') {
        for (const key of keys) addDrawer(found, lists.get(key))
      } else addDrawer(found, lists.get(keys))
    }
    return found
  }
}

function addDrawer<M>(found: M[][], list: M[] | undefined): void {
  if (list !== undefined && !found.includes(list)) found.push(list)
}

function firstOf<M extends Matcher>(list: readonly M[], facts: Facts, accept: (matcher: M) => boolean): M | null {
  for (const matcher of list) if (matches(matcher, facts) && accept(matcher)) return matcher
  return null
}

export function matches({ terms }: Matcher, facts: Facts): boolean {
  for (const term of terms) if (!term.test(facts)) return false
  return true
}

/** How many matchers could be filed under each key of each shape. */
type Usage = Map<string, Map<string | number, number>>

function countKeys(matchers: readonly Matcher[]): Usage {
  const usage: Usage = new Map()
  for (const { terms } of matchers) {
    for (const { indexes = NONE } of terms) {
      for (const { shape, key } of indexes) {
        const keys = usage.get(shape)
        if (keys === undefined) usage.set(shape, new Map([[key, 1]]))
        else keys.set(key, (keys.get(key) ?? 0) + 1)
      }
    }
  }
  return usage
}

function rarest(terms: readonly Term[], usage: Usage): IndexKey | null {
  let best: IndexKey | null = null
  let least = Infinity
  for (const { indexes = NONE } of terms) {
    for (const index of indexes) {
      const uses = usage.get(index.shape)!.get(index.key)!
      if (uses >= least) continue
      best = index
      least = uses
    }
  }
  return best
}

const NONE: readonly IndexKey[] = []
