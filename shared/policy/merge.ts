import { longestRising } from './diff.ts'
import type { FirewallRule, PolicyDocument, PolicyTest, Redirect } from './document.ts'

type Lists = Pick<PolicyDocument, 'redirects' | 'rules' | 'tests'>
type Entry = Redirect | FirewallRule | PolicyTest

/** Something that both sides have changed, each in another way. The merged document holds it as `theirs` has it. */
export type MergeConflict = EntryConflict | CaptionConflict

export interface EntryConflict {
  readonly list: keyof Lists
  readonly id: string
  /** `entry`: what it says, or whether it is there at all. `place`: both have moved it. */
  readonly what: 'entry' | 'place'
  /** Null: that side has removed it. */
  readonly mine: Entry | null
  readonly theirs: Entry | null
  /** Ids of the whole list on each side, in order: where the entry goes when that side is chosen. */
  readonly order: { readonly mine: readonly string[]; readonly theirs: readonly string[] }
}

/** The comments at the end of the document, which belong to no entry. */
export interface CaptionConflict {
  readonly list: 'defaults'
  readonly id: 'caption'
  readonly what: 'entry'
  readonly mine: string | null
  readonly theirs: string | null
}

export interface Merge {
  readonly document: PolicyDocument
  /** In the order redirects, rules, tests, caption; in each list in that of the base, then as they were added. */
  readonly conflicts: readonly MergeConflict[]
}

/**
 * Joins two documents that were made from the same one; entries are the same when their ids are. What only one side has
 * changed is taken from that side. The order is that of `theirs`, in which `mine` puts what it has added or moved behind
 * the entry that it stands behind there. The result still has to be checked: each side was, but not both together.
 * @param base what both were made from
 */
export function mergeDocuments(base: PolicyDocument, mine: PolicyDocument, theirs: PolicyDocument): Merge {
  const redirects = mergeLists('redirects', base.redirects, mine.redirects, theirs.redirects)
  const rules = mergeLists('rules', base.rules, mine.rules, theirs.rules)
  const tests = mergeLists('tests', base.tests, mine.tests, theirs.tests)
  const caption = choose(base.caption ?? null, mine.caption ?? null, theirs.caption ?? null)
  const fought: MergeConflict[] = caption.conflict
    ? [{ list: 'defaults', id: 'caption', what: 'entry', mine: mine.caption ?? null, theirs: theirs.caption ?? null }]
    : []
  const document = {
    defaults: {
      in: choose(base.defaults.in, mine.defaults.in, theirs.defaults.in).value,
      out: choose(base.defaults.out, mine.defaults.out, theirs.defaults.out).value,
    },
    redirects: redirects.entries,
    rules: rules.entries,
    tests: tests.entries,
  }
  return {
    document: withCaption(document, caption.value),
    conflicts: [...redirects.conflicts, ...rules.conflicts, ...tests.conflicts, ...fought],
  }
}

/**
 * The document with a conflict settled. Sides can be changed again as often as somebody likes.
 * @param document what `mergeDocuments` or an earlier call returned
 */
export function resolve(document: PolicyDocument, conflict: MergeConflict, side: 'mine' | 'theirs'): PolicyDocument {
  if (conflict.list === 'defaults') {
    const { caption: _, ...rest } = document
    return withCaption(rest, conflict[side])
  }
  const entries: readonly Entry[] = document[conflict.list]
  return { ...document, [conflict.list]: settled(entries, conflict, side) }
}

function settled(entries: readonly Entry[], conflict: EntryConflict, side: 'mine' | 'theirs'): Entry[] {
  const { id, what } = conflict
  const at = entries.findIndex((entry) => entry.id === id)
  const now = at < 0 ? null : entries[at]!
  const wanted = what === 'place' ? now : conflict[side]
  const rest = entries.filter((entry) => entry.id !== id)
  if (wanted === null) return rest
  if (now !== null && what === 'entry') return entries.with(at, wanted)
  return rest.toSpliced(placeIn(rest, id, conflict.order[side]), 0, wanted)
}

/** Behind the nearest entry that stands in front of it in `order` and is here; else at the top. */
function placeIn(entries: readonly Entry[], id: string, order: readonly string[]): number {
  const places = new Map(entries.map((entry, at) => [entry.id, at]))
  for (let at = order.indexOf(id) - 1; at >= 0; at--) {
    const place = places.get(order[at]!)
    if (place !== undefined) return place + 1
  }
  return 0
}

function withCaption(document: Omit<PolicyDocument, 'caption'>, caption: string | null): PolicyDocument {
  return caption === null ? document : { ...document, caption }
}

/** What only one side has changed is that side's; a conflict holds theirs. */
function choose<T>(base: T, mine: T, theirs: T): { readonly value: T; readonly conflict: boolean } {
  if (same(mine, theirs) || same(mine, base)) return { value: theirs, conflict: false }
  if (same(theirs, base)) return { value: mine, conflict: false }
  return { value: theirs, conflict: true }
}

interface MergedList<T> {
  readonly entries: readonly T[]
  readonly conflicts: readonly EntryConflict[]
}

function mergeLists<T extends Entry>(
  list: keyof Lists,
  base: readonly T[],
  mine: readonly T[],
  theirs: readonly T[],
): MergedList<T> {
  const sides = { base: byId(base), mine: byId(mine), theirs: byId(theirs) }
  const order = { mine: [...sides.mine.keys()], theirs: [...sides.theirs.keys()] }
  const conflicts: EntryConflict[] = []
  const merged = new Map<string, T>()
  for (const id of new Set([...sides.base.keys(), ...order.theirs, ...order.mine])) {
    const [was, own, other] = [sides.base, sides.mine, sides.theirs].map((side) => side.get(id) ?? null)
    const { value, conflict } = choose(was!, own!, other!)
    if (conflict) conflicts.push({ list, id, what: 'entry', mine: own!, theirs: other!, order })
    if (value !== null) merged.set(id, value)
  }
  const moved = { mine: movedIn(sides.base, order.mine), theirs: movedIn(sides.base, order.theirs) }
  const isMine = (id: string) => !sides.theirs.has(id) || (moved.mine.has(id) && !moved.theirs.has(id))
  const entries = placed(order, merged, isMine).map((id) => merged.get(id)!)
  const fought = [...moved.mine].filter((id) => moved.theirs.has(id) && merged.has(id) && sides.theirs.has(id))
  for (const id of apart(fought, order)) {
    conflicts.push({ list, id, what: 'place', mine: sides.mine.get(id)!, theirs: sides.theirs.get(id)!, order })
  }
  return { entries, conflicts }
}

/**
 * Their order, in which each run of mine goes behind the entry that it is behind in my order.
 * @param isMine whether my side says where an entry stands
 */
function placed(
  order: EntryConflict['order'],
  merged: ReadonlyMap<string, unknown>,
  isMine: (id: string) => boolean,
): string[] {
  const runs = new Map<string | null, string[]>([[null, []]])
  let run = runs.get(null)!
  for (const id of order.mine) {
    if (!merged.has(id)) continue
    if (isMine(id)) run.push(id)
    else runs.set(id, (run = []))
  }
  const anchors = order.theirs.filter((id) => merged.has(id) && !isMine(id))
  return [...runs.get(null)!, ...anchors.flatMap((id) => [id, ...(runs.get(id) ?? [])])]
}

/** Entries of the base that stand elsewhere; as few as possible. */
function movedIn(base: ReadonlyMap<string, unknown>, order: readonly string[]): Set<string> {
  const places = new Map([...base.keys()].map((id, at) => [id, at]))
  const common = order.filter((id) => places.has(id))
  const still = new Set(longestRising(common.map((id) => places.get(id)!)))
  return new Set(common.filter((_, at) => !still.has(at)))
}

/** Those that do not stand behind the same entry on both sides, of the entries that both have. */
function apart(ids: readonly string[], { mine, theirs }: EntryConflict['order']): string[] {
  if (ids.length === 0) return []
  const [own, other] = [new Set(mine), new Set(theirs)]
  const inMine = predecessors(mine.filter((id) => other.has(id)))
  const inTheirs = predecessors(theirs.filter((id) => own.has(id)))
  return ids.filter((id) => inMine.get(id) !== inTheirs.get(id))
}

const predecessors = (order: readonly string[]) => new Map(order.map((id, at) => [id, order[at - 1] ?? null]))

const byId = <T extends Entry>(entries: readonly T[]) => new Map(entries.map((entry) => [entry.id, entry]))

/** Whether two values of a document say the same: a field that is undefined is none. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [told(a), told(b)]
  return left.size === right.size && [...left].every(([name, value]) => right.has(name) && same(value, right.get(name)))
}

const told = (fields: object) => new Map(Object.entries(fields).filter(([, value]) => value !== undefined))
