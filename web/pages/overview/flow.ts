import type { CauseCode } from '../../../shared/causes.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { connectionsPath, filterWord } from '../../ui/app-link.tsx'

/** Most in one column; what is less is one entry together. */
export const FLOW_MAX = 6

/** What one entry stands for. A stop is where refusals end; the `-others` are what was too many. */
export type NodeKind = 'client' | 'rule' | 'stop' | 'service' | `${'client' | 'rule' | 'stop' | 'service'}-others`

export interface FlowNode {
  /** Unlike that of any other entry. */
  readonly key: string
  readonly kind: NodeKind
  /** Origin or address, id of a rule, code of a cause, name of a service; of the `-others`, empty. */
  readonly name: string
  /** How many the entry stands for; above 1 only for the `-others`. */
  readonly members: number
  readonly open: number
  readonly refused: number
  /** Address of the list that its number counts; null when no filter says it. */
  readonly path: string | null
}

export interface FlowLink {
  readonly from: string
  readonly to: string
  readonly count: number
  readonly refused: boolean
}

/** One line of the table: what went which way. */
export interface FlowLine {
  readonly client: string
  /** Id of the deciding rule; empty for none. */
  readonly rule: string
  readonly service: string
  readonly open: number
  readonly refused: number
  readonly cause: CauseCode | null
}

/** Who reaches what: clients, then what decided about them, then services. Heaviest first. */
export interface Flow {
  readonly clients: readonly FlowNode[]
  readonly middle: readonly FlowNode[]
  readonly services: readonly FlowNode[]
  readonly links: readonly FlowLink[]
  readonly lines: readonly FlowLine[]
}

interface Place {
  readonly kind: 'client' | 'rule' | 'stop' | 'service'
  readonly name: string
}

interface Counted extends Place {
  open: number
  refused: number
}

/** A line with the places it passes; the last is null when it ended in the middle. */
interface Way {
  readonly line: FlowLine
  readonly client: Place
  readonly middle: Place
  readonly service: Place | null
}

/**
 * Sums connections up by the way they took. Refusals end where they were decided: at the rule that denies, or at the
 * cause where it was no rule.
 * @param open open connections
 * @param refused refused ones, as many as are to count
 */
export function flowOf(open: readonly ConnectionInfo[], refused: readonly ConnectionInfo[]): Flow {
  // Thousands of connections take few ways: all else is reckoned from those.
  const lines = linesOf(open, refused)
  const ways = lines.map(wayOf)
  const clients = new Map<string, Counted>()
  const middle = new Map<string, Counted>()
  const services = new Map<string, Counted>()
  for (const way of ways) {
    count(clients, way.client, way.line)
    count(middle, way.middle, way.line)
    if (way.service !== null) count(services, way.service, way.line)
  }
  const columns = [clients, middle, services].map(topOf)
  const names = new Map(columns.flatMap(({ nameOf }) => [...nameOf]))
  return {
    clients: columns[0]!.nodes,
    middle: columns[1]!.nodes,
    services: columns[2]!.nodes,
    links: linksOf(ways, names),
    lines,
  }
}

/** Origin of a page, or the address without its port; `uid 1000` for programs on a local socket. */
export function clientName({ origin, peer }: ConnectionInfo): string {
  if (origin !== null) return origin
  if (peer.startsWith('uid ')) return peer.split(',', 1)[0]!
  const host = peer.slice(0, Math.max(0, peer.lastIndexOf(':'))) || peer
  return host.startsWith('[') ? host.slice(1, -1) : host
}

function linesOf(open: readonly ConnectionInfo[], refused: readonly ConnectionInfo[]): FlowLine[] {
  const lines = new Map<string, { -readonly [K in keyof FlowLine]: FlowLine[K] }>()
  const lineOf = (info: ConnectionInfo, cause: CauseCode | null) => {
    const client = clientName(info)
    const rule = info.rules.at(-1) ?? ''
    const key = `${client}\n${rule}\n${info.service}\n${cause ?? ''}`
    let line = lines.get(key)
    if (line === undefined) lines.set(key, (line = { client, rule, service: info.service, open: 0, refused: 0, cause }))
    return line
  }
  for (const info of open) lineOf(info, null).open++
  for (const info of refused) lineOf(info, info.ending?.code ?? 'internal').refused++
  return [...lines.entries()].toSorted(heaviest).map(([, line]) => line)
}

interface Weighed {
  readonly open: number
  readonly refused: number
}

/** Of equals always the same first. */
function heaviest([a, one]: readonly [string, Weighed], [b, two]: readonly [string, Weighed]): number {
  return two.open + two.refused - one.open - one.refused || (a < b ? -1 : 1)
}

function wayOf(line: FlowLine): Way {
  const { client, rule, service, cause } = line
  const from: Place = { kind: 'client', name: client }
  if (cause === null) {
    return { line, client: from, middle: { kind: 'rule', name: rule }, service: { kind: 'service', name: service } }
  }
  const byRule = cause === 'policy-denied' && rule !== ''
  return { line, client: from, middle: { kind: 'stop', name: byRule ? rule : `cause:${cause}` }, service: null }
}

/** What a list of connections is filtered by for the place; null when no filter says it. */
function filterOf({ kind, name }: Place): string | null {
  if (kind === 'client') return filterWord(name.includes('://') ? 'origin' : 'client', name)
  if (kind === 'service') return filterWord('service', name)
  if (name === '') return null
  return name.startsWith('cause:') ? name : `rule:${name}`
}

const keyOf = ({ kind, name }: Place): string => `${kind} ${name}`

function count(places: Map<string, Counted>, place: Place, { open, refused }: Weighed): void {
  const key = keyOf(place)
  let found = places.get(key)
  if (found === undefined) places.set(key, (found = { ...place, open: 0, refused: 0 }))
  found.open += open
  found.refused += refused
}

function pathOf(place: Counted): string | null {
  const filter = filterOf(place)
  return filter === null ? null : connectionsPath(filter, place.open === 0 ? 'refused' : undefined)
}

/** The heaviest, and what stands for the others; `nameOf` says which entry each place went into. */
function topOf(places: ReadonlyMap<string, Counted>): { nodes: FlowNode[]; nameOf: Map<string, string> } {
  const sorted = [...places.entries()].toSorted(heaviest)
  const shown = sorted.length <= FLOW_MAX ? sorted : sorted.slice(0, FLOW_MAX)
  const nameOf = new Map(shown.map(([key]) => [key, key]))
  const nodes: FlowNode[] = shown.map(([key, place]) => ({
    key,
    kind: place.kind,
    name: place.name,
    members: 1,
    open: place.open,
    refused: place.refused,
    path: pathOf(place),
  }))
  const rest = sorted.slice(shown.length)
  for (const kind of new Set(rest.map(([, place]) => place.kind))) {
    const entries = rest.filter(([, place]) => place.kind === kind)
    const key = `${kind}-others`
    for (const [own] of entries) nameOf.set(own, key)
    const sum = (what: 'open' | 'refused') => entries.reduce((total, [, place]) => total + place[what], 0)
    nodes.push({
      key,
      kind: `${kind}-others`,
      name: '',
      members: entries.length,
      open: sum('open'),
      refused: sum('refused'),
      path: connectionsPath('', sum('open') === 0 ? 'refused' : undefined),
    })
  }
  return { nodes, nameOf }
}

function linksOf(ways: readonly Way[], names: ReadonlyMap<string, string>): FlowLink[] {
  const links = new Map<string, { from: string; to: string; count: number; refused: boolean }>()
  const add = (from: Place, to: Place, { open, refused }: Weighed) => {
    const [a, b] = [names.get(keyOf(from))!, names.get(keyOf(to))!]
    const key = `${a}\n${b}`
    const link = links.get(key)
    if (link === undefined) links.set(key, { from: a, to: b, count: open + refused, refused: refused > 0 })
    else link.count += open + refused
  }
  for (const { line, client, middle, service } of ways) {
    add(client, middle, line)
    if (service !== null) add(middle, service, line)
  }
  return [...links.values()]
}
