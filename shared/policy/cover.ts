import { inRange, parseRange } from './address.ts'
import type { Facts, Term } from './condition.ts'
import { readPeerUri } from './conditions/uri.ts'
import { glob } from './glob.ts'
import { unknownRequest } from './request.ts'
import type { ConnectionRequest, Direction } from './request.ts'

/** What two sets of conditions have to do with each other. All answers are careful: false means "not for sure". */

/** True only when whatever `inner` matches is matched by `outer`. */
export function coversAll(outer: readonly Term[], inner: readonly Term[]): boolean {
  return outer.every((term) => inner.some((other) => term.covers(other)))
}

/** True only when no connection matches both. */
export function disjoint(some: readonly Term[], others: readonly Term[]): boolean {
  return some.some((term) => others.some((other) => term.kind === other.kind && excludes(term, other)))
}

/** Conditions on what a connection has one of; two different values can't both be right. */
const SINGLE = ['service', 'direction', 'user', 'uid', 'gid', 'listener', 'origin']

function excludes({ kind, text }: Term, other: Term): boolean {
  if (SINGLE.includes(kind)) return patternsDisjoint(text, other.text)
  if (kind === 'address') return rangesDisjoint(text, other.text)
  if (kind !== 'uri') return false
  const [one, two] = [readPeerUri(text), readPeerUri(other.text)]
  return differ(one.scheme, two.scheme) || differ(one.port, two.port)
}

const differ = (one: unknown, two: unknown): boolean => one !== null && two !== null && one !== two

function rangesDisjoint(one: string, two: string): boolean {
  const [a, b] = [parseRange(one), parseRange(two)]
  return !inRange(a.base, b) && !inRange(b.base, a)
}

/** True only when no text matches both patterns. */
export function patternsDisjoint(one: string, two: string): boolean {
  const [a, b] = [one.indexOf('*'), two.indexOf('*')]
  if (a < 0 && b < 0) return one !== two
  if (a < 0) return !glob(two, { brackets: true }).test(one)
  if (b < 0) return !glob(one, { brackets: true }).test(two)
  const prefix = Math.min(a, b)
  const suffix = Math.min(one.length - one.lastIndexOf('*'), two.length - two.lastIndexOf('*')) - 1
  return one.slice(0, prefix) !== two.slice(0, prefix) || (suffix > 0 && one.slice(-suffix) !== two.slice(-suffix))
}

/**
 * Facts that lead a `MatchTable` to whatever could cover these conditions: their own patterns in place of values. Good
 * for `candidates` and nothing else.
 */
export function factsLike(direction: Direction, service: string, terms: readonly Term[]): Facts {
  const known: { -readonly [K in keyof ConnectionRequest]: ConnectionRequest[K] } = unknownRequest(direction, service)
  const ids = { pid: 0, uid: -1, gid: -1 }
  const hosts: string[] = []
  let address: Facts['address'] = null
  for (const { kind, text } of terms) {
    const value = text.slice(text.indexOf(':') + 1)
    if (kind === 'user') known.user = value
    else if (kind === 'group') known.groups = [...known.groups, value]
    else if (kind === 'protocol') known.protocols = [...known.protocols, value]
    else if (kind === 'origin') known.origin = value
    else if (kind === 'listener') known.listener = value
    else if (kind === 'uid' || kind === 'gid') known.peer = { ...(known.peer ?? ids), [kind]: Number(value) }
    else if (kind === 'uri') hosts.push(readPeerUri(text).host.text)
    else if (kind === 'address') address = parseRange(text).base
  }
  return { request: known, service, remote: { scheme: '', hosts, port: null }, address, now: 0 }
}
