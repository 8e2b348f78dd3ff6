import { canonicalHost, parseAddress } from './address.ts'
import { numberProblem } from './conditions/numbered.ts'
import { readInstant } from './conditions/until.ts'
import { readPeerUri } from './conditions/uri.ts'
import { unknownRequest } from './request.ts'
import type { ConnectionRequest, Direction } from './request.ts'

/** A connection that nobody made: for `explain`, for tests. */
export interface InventedConnection {
  readonly request: ConnectionRequest
  /** Milliseconds since 1970; undefined when no word says when. */
  readonly now: number | undefined
}

/** Most words that may say what is known. */
const FACTS_MAX = 32

/** What is known so far, a field for each sort of word. */
interface Known {
  address?: string
  scheme?: string
  host?: string
  port?: number
  uid?: number
  gid?: number
  local?: true
  user?: string
  origin?: string
  listener?: string
  at?: number
  readonly groups: string[]
  readonly protocols: string[]
}

/** Words with a prefix; the value is never empty. */
const prefixed: Readonly<Record<string, (known: Known, value: string) => void>> = {
  user: (known, value) => once(known, 'user', value),
  group: ({ groups }, value) => void groups.push(value),
  uid: (known, value) => once(known, 'uid', number(value)),
  gid: (known, value) => once(known, 'gid', number(value)),
  origin: (known, value) => once(known, 'origin', value),
  protocol: ({ protocols }, value) => void protocols.push(value),
  listener: (known, value) => once(known, 'listener', value),
  at: (known, value) => once(known, 'at', readInstant(value)),
}

/**
 * Invents a connection from the words that rules are made of, each with one value instead of a pattern: `10.0.0.5`,
 * `loopback`, `local`, `user:anna`, `group:staff`, `uid:1000`, `gid:1000`, `origin:https://app.example`, `protocol:mqtt`,
 * `listener:ws://127.0.0.1:8080`, `tls:example.com:9000` (a name that the client has proven; with `out`, where it goes)
 * and `at:2026-12-01T10:00:00Z`. `*`, or nothing: nothing is known.
 * @throws RangeError with a sentence about the first word that is wrong
 */
export function parseFacts(direction: Direction, service: string, peer: string): InventedConnection {
  const words = peer.split(/\s+/).filter((word) => word !== '' && word !== '*')
  if (words.length > FACTS_MAX) throw new RangeError(`at most ${FACTS_MAX} things may be known of a connection`)
  const known: Known = { groups: [], protocols: [] }
  for (const word of words) learn(known, word)
  return { request: requestOf(direction, service, known), now: known.at }
}

function learn(known: Known, word: string): void {
  if (word === 'local') return once(known, 'local', true)
  if (word === 'loopback') return once(known, 'address', '127.0.0.1')
  if (word.startsWith('time:'))
    throw new RangeError('write one instant instead of a time window: at:2026-12-01T10:00:00Z')
  const colon = word.indexOf(':')
  const name = word.slice(0, colon)
  if (colon > 0 && Object.hasOwn(prefixed, name)) {
    const value = word.slice(colon + 1)
    if (value === '') throw new RangeError(`${name}: needs a value`)
    if (value.includes('*')) throw notOne(word)
    return prefixed[name]!(known, value)
  }
  if (parseAddress(word) !== null) return once(known, 'address', word)
  if (/^[\da-fA-F:.]+\/\d+$/.test(word))
    throw new RangeError(`${quoted(word)} is a range: a connection has one address`)
  const { scheme, host, port } = readPeerUri(word)
  if (!host.literal) throw notOne(word)
  if (parseAddress(host.text) === null) once(known, 'host', host.text)
  else once(known, 'address', host.text)
  if (scheme !== null) once(known, 'scheme', scheme)
  if (port !== null) once(known, 'port', port)
}

function once<K extends keyof Known>(known: Known, name: K, value: Known[K]): void {
  if (known[name] !== undefined && known[name] !== value) {
    throw new RangeError(
      `a connection has one ${labels[name] ?? name}, not ${String(known[name])} and ${String(value)}`,
    )
  }
  known[name] = value
}

const labels: Partial<Record<keyof Known, string>> = { host: 'host name', at: 'time' }

function number(value: string): number {
  const problem = numberProblem(value)
  if (problem !== null) throw new RangeError(problem)
  return Number(value)
}

const notOne = (word: string) => new RangeError(`${quoted(word)} is a pattern: of a connection one value is known`)

const quoted = (word: string) => JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word)

function requestOf(direction: Direction, service: string, known: Known): ConnectionRequest {
  const { uid = -1, gid = -1, local, user, origin, listener, groups, protocols } = known
  return {
    ...unknownRequest(direction, service),
    ...(direction === 'in' ? comingFrom(known) : goingTo(known)),
    peer: local === true || uid >= 0 || gid >= 0 ? { pid: 0, uid, gid } : null,
    listener: listener ?? '',
    origin: origin === undefined || origin === 'none' ? null : origin,
    user: user ?? null,
    groups,
    protocols,
  }
}

function comingFrom({ address, scheme, host, port }: Known) {
  const source = address === undefined && port === undefined ? null : { address: address ?? '', port: port ?? 0 }
  return { scheme: scheme ?? '', source, names: host === undefined ? [] : [canonicalHost(host)] }
}

function goingTo({ address, scheme, host, port }: Known) {
  if (address !== undefined && host !== undefined) {
    throw new RangeError(`a connection goes to one machine, not to ${address} and ${host}`)
  }
  const to = host ?? address
  return { remote: to === undefined ? null : { scheme: scheme ?? '', host: to, port: port ?? null } }
}
