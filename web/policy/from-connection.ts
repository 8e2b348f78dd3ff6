import type { ConnectionInfo } from '../../shared/connection.ts'
import { canonicalHost, parseAddress } from '../../shared/policy/address.ts'
import { parsePeer } from '../../shared/policy/conditions/index.ts'
import { parseFacts } from '../../shared/policy/facts.ts'
import { globProblem } from '../../shared/policy/glob.ts'
import { formatRule, formatTest } from '../../shared/policy/line-format.ts'

/** Refusals that a rule has decided; all others say nothing about rules. */
const DENIALS: readonly string[] = ['policy-denied', 'unauthenticated', 'redirect-loop']

/** Names that a test can ask for; a client may ask for anything. */
const NAME = /^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,255}$/u

/**
 * Line of a rule for connections like this one: to its service, from its user; when nobody is signed in from its
 * address (of IPv6 the /64, as a machine has many addresses), else from its uid, else from anyone.
 */
export function ruleLine(info: ConnectionInfo, action: 'allow' | 'deny'): string {
  const { user, service } = info
  const address = addressOf(info)
  const uid = uidOf(info)
  const terms = [
    ...(user === null ? [] : [`user:${user}`]),
    ...(address === null ? [] : [networkOf(address)]),
    ...(uid === null ? [] : [`uid:${uid}`]),
  ]
  const peer = terms.find((term) => reads(() => parsePeer(term))) ?? '*'
  return formatRule({ action, direction: 'in', service: globProblem(service) === null ? service : '*', peer })
}

/** Line of a test: a connection of which the same is known must get the same answer from the rules. */
export function testLine(info: ConnectionInfo): string {
  const { user, origin, service, ending } = info
  const address = addressOf(info)
  const uid = uidOf(info)
  const facts = [
    ...(user === null ? [] : [`user:${user}`]),
    ...(address === null ? [] : [address]),
    ...(uid === null ? [] : [`uid:${uid}`]),
    ...(origin === null ? [] : [`origin:${origin}`]),
  ]
  const known = facts.filter((fact) => !/\s/.test(fact) && reads(() => parseFacts('in', 'any', fact)))
  const expect = info.state === 'refused' && DENIALS.includes(ending?.code ?? '') ? 'deny' : 'allow'
  const named = NAME.test(service) ? service : 'SERVICE'
  return formatTest({ expect, direction: 'in', service: named, peer: known.join(' ') || '*' })
}

/** Address of the client without its port and zone; null when it came by a Unix socket. */
function addressOf({ peer }: ConnectionInfo): string | null {
  const [, host = ''] = /^\[?([0-9a-f.:]+?)(?:%[^\]]*)?\]?:\d+$/i.exec(peer) ?? []
  return parseAddress(host) === null ? null : canonicalHost(host)
}

function uidOf({ peer }: ConnectionInfo): string | null {
  return /^uid (\d+)\b/.exec(peer)?.[1] ?? null
}

/** What stays the same of a client's address. */
function networkOf(address: string): string {
  const words = parseAddress(address)
  if (words === null || words.length === 1) return address
  const [first, second] = words
  if (first === 0 && second === 0) return address // ::1
  const groups = [first >>> 16, first & 0xffff, second >>> 16, second & 0xffff]
  return `${canonicalHost(`${groups.map((group) => group.toString(16)).join(':')}::`)}/64`
}

function reads(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}
