import type { DocumentInput, PolicyDocument, RedirectInput, RuleInput, TestInput } from './document.ts'
import { formatCaption, formatRedirect, formatRule, formatTest } from './line-format.ts'

interface Entry {
  readonly id?: string | undefined
  readonly caption?: string | undefined
  readonly note?: string | undefined
  readonly enabled?: boolean | undefined
}

/**
 * Gives entries without an id the id that they had in `previous`, so that editing the text keeps hit counters: first
 * those that are equal, then those that differ in comments or are switched on or off, then those that stand behind the
 * same entry as one that is gone. Entries that are new stay without.
 */
export function reconcile(next: DocumentInput, previous: PolicyDocument): DocumentInput {
  const { redirects = [], rules = [], tests = [] } = next
  return {
    ...next,
    redirects: matched<RedirectInput>(redirects, previous.redirects, formatRedirect),
    rules: matched<RuleInput>(rules, previous.rules, formatRule),
    tests: matched<TestInput>(tests, previous.tests, formatTest),
  }
}

function matched<T extends Entry>(next: readonly T[], previous: readonly T[], format: (entry: T) => string): T[] {
  const ids: (string | undefined)[] = next.map(({ id }) => id)
  const used = new Set(ids)
  const exact = (entry: T) =>
    `${entry.caption === undefined ? '' : formatCaption(entry.caption)}\n${oneBlank(format(entry))}`
  const bare = (entry: T) => oneBlank(format({ ...entry, note: '', ...(entry.enabled === false && { enabled: true }) }))
  for (const keyOf of [exact, bare]) {
    const free = new Map<string, string[]>()
    for (const entry of previous.toReversed()) {
      if (used.has(entry.id!)) continue
      const key = keyOf(entry)
      const same = free.get(key)
      if (same === undefined) free.set(key, [entry.id!])
      else same.push(entry.id!)
    }
    next.forEach((entry, at) => {
      if (ids[at] !== undefined) return
      ids[at] = free.get(keyOf(entry))?.pop()
      if (ids[at] !== undefined) used.add(ids[at])
    })
  }
  byPlace(
    ids,
    used,
    previous.map(({ id }) => id!),
  )
  return next.map((entry, at) => (ids[at] === undefined ? entry : { ...entry, id: ids[at] }))
}

/** An entry behind another one takes the id of what stood there before, if that is gone. */
function byPlace(ids: (string | undefined)[], used: Set<string | undefined>, previous: readonly string[]): void {
  const follower = new Map(previous.map((id, at) => [id, previous[at + 1]]))
  ids.forEach((id, at) => {
    if (id !== undefined) return
    const before = at === 0 ? undefined : ids[at - 1]
    const place = at === 0 ? previous[0] : before && follower.get(before)
    if (place === undefined || used.has(place)) return
    ids[at] = place
    used.add(place)
  })
}

const oneBlank = (line: string): string => line.replaceAll(/\s+/g, ' ')
