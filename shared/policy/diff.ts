import type { PolicyChange } from '../api.ts'
import type { PolicyDocument } from './document.ts'
import { formatCaption, formatRedirect, formatRule, formatTest } from './line-format.ts'

interface Entry {
  readonly id: string
  readonly caption?: string | undefined
}

/**
 * What has to be done to get from one document to the other: entries are the same when their ids are. Of those that
 * changed places, as few as possible are told as moved.
 */
export function diffDocuments(before: PolicyDocument, after: PolicyDocument): PolicyChange[] {
  return [
    ...diffLists('redirects', before.redirects, after.redirects, formatRedirect),
    ...diffLists('rules', before.rules, after.rules, formatRule),
    ...diffLists('tests', before.tests, after.tests, formatTest),
    ...diffDefault('in', before, after),
    ...diffDefault('out', before, after),
    ...diffCaption(before.caption, after.caption),
  ]
}

function diffLists<T extends Entry>(
  list: 'redirects' | 'rules' | 'tests',
  before: readonly T[],
  after: readonly T[],
  format: (entry: T) => string,
): PolicyChange[] {
  const old = new Map(before.map((entry, place) => [entry.id, { entry, place }]))
  const kept = new Set(after.map(({ id }) => id))
  const removed = before
    .filter(({ id }) => !kept.has(id))
    .map((entry): PolicyChange => ({ change: 'removed', list, id: entry.id, before: format(entry), after: null }))
  const common = after.filter(({ id }) => old.has(id))
  const still = longestRising(common.map(({ id }) => old.get(id)!.place))
  const unmoved = new Set(still.map((at) => common[at]!.id))
  const rest = after.flatMap((entry): PolicyChange[] => {
    const { id } = entry
    const was = old.get(id)?.entry
    if (was === undefined) return [{ change: 'added', list, id, before: null, after: format(entry) }]
    const changes: PolicyChange[] = []
    const [from, to] = told(was, entry, format)
    if (from !== to) changes.push({ change: 'changed', list, id, before: from, after: to })
    if (!unmoved.has(id)) changes.push({ change: 'moved', list, id, before: format(was), after: format(entry) })
    return changes
  })
  return [...removed, ...rest]
}

/** Both as lines; with their captions when these differ. */
function told<T extends Entry>(before: T, after: T, format: (entry: T) => string): [string, string] {
  if (before.caption === after.caption) return [format(before), format(after)]
  const whole = (entry: T) =>
    `${entry.caption === undefined ? '' : `${formatCaption(entry.caption)}\n`}${format(entry)}`
  return [whole(before), whole(after)]
}

function diffDefault(direction: 'in' | 'out', before: PolicyDocument, after: PolicyDocument): PolicyChange[] {
  const [from, to] = [before.defaults[direction], after.defaults[direction]]
  if (from === to) return []
  const line = (verdict: string) => `default ${direction} ${verdict}`
  return [{ change: 'changed', list: 'defaults', id: `default-${direction}`, before: line(from), after: line(to) }]
}

/** The comments at the end belong to no entry. */
function diffCaption(before: string | undefined, after: string | undefined): PolicyChange[] {
  if (before === after) return []
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const text = (caption: string | undefined) => (caption === undefined ? null : formatCaption(caption))
  return [{ change, list: 'defaults', id: 'caption', before: text(before), after: text(after) }]
}

/** Places of a longest rising subsequence, in n log n: what is not in it has to move. */
export function longestRising(values: readonly number[]): number[] {
  const ends: number[] = [] // ends[k]: place of the least value that ends a rising run of k + 1
  const previous: number[] = []
  values.forEach((value, at) => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[ends[middle]!]! < value) low = middle + 1
      else high = middle
    }
    previous[at] = low === 0 ? -1 : ends[low - 1]!
    ends[low] = at
  })
  const run: number[] = []
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at]!) run.push(at)
  return run.toReversed()
}
