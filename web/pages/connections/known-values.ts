import type { Known, KnownValue } from '../../filter/complete.ts'
import type { LiveState } from '../../live/live-store.ts'
import type { CellContext, Tab } from './columns.tsx'

/** What the values of a filter could be: what occurs in a list right now, the most frequent first. */
export function knownValues(live: LiveState, tab: Tab, { rules }: CellContext): Known {
  const { services, policy } = live
  const seen = {
    service: new Map(services.map(({ name }) => [name, 0])),
    user: new Map<string, number>(),
    origin: new Map<string, number>(),
    rule: new Map((policy?.fixed.rules ?? []).map(({ id }) => [id, 0])),
    client: new Map<string, number>(),
    listener: new Map<string, number>(),
    codec: new Map<string, number>(),
    view: new Map<string, number>(),
  }
  for (const { info } of live[tab]) {
    count(seen.service, info.service)
    count(seen.user, info.user)
    count(seen.origin, info.origin)
    count(seen.client, addressOf(info.peer))
    count(seen.listener, info.listener)
    count(seen.codec, info.codec)
    count(seen.view, info.view)
    for (const id of info.rules) count(seen.rule, id)
  }
  const values = Object.entries(seen).map(([name, counts]) => [name, frequentFirst(counts)] as const)
  const known = Object.fromEntries(values)
  return { ...known, rule: (known['rule'] ?? []).map(({ value }) => ({ value, hint: hintOf(rules.of(value)) })) }
}

function hintOf({ name, detail }: ReturnType<CellContext['rules']['of']>): string {
  return detail === '' ? name : `${name}: ${detail}`
}

function count(counts: Map<string, number>, value: string | null): void {
  if (value !== null && value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
}

function frequentFirst(counts: ReadonlyMap<string, number>): readonly KnownValue[] {
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([value]) => ({ value, hint: '' }))
}

/** `10.0.0.7` of `10.0.0.7:52100`; null of a local program. */
function addressOf(peer: string): string | null {
  return /^\[?([\da-f.:]+?)\]?:\d+$/i.exec(peer)?.[1] ?? null
}
