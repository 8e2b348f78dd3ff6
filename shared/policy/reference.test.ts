import { describe, expect, test } from 'vitest'

import { pick, randomConnection, randomInstant, randomOf, randomPolicy } from '../../server/testing/random-policies.ts'
import { readDocument } from './document.ts'
import type { FirewallRule, PolicyDocument, Redirect } from './document.ts'
import { compile, inShare, RequestFacts } from './policy.ts'
import type { Decision } from './policy.ts'
import type { ConnectionRequest } from './request.ts'

/**
 * The engine against a second one: plain loops over the fields of the document, patterns by backtracking, address ranges
 * by BigInt, nothing compiled, nothing shared but the share of clients that a percentage means.
 */

/** `POLICY_PAIRS=1000000` for the full run. */
const PAIRS = Number(process.env['POLICY_PAIRS'] ?? 100_000)
const CONNECTIONS_EACH = 100

/** Where a connection goes. */
interface Going {
  service: string
  scheme: string
  hosts: string[]
  port: number | null
  address: string | null
}

function matchesPattern(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  if (pattern[0] === '*') {
    return matchesPattern(pattern.slice(1), text) || (text !== '' && matchesPattern(pattern, text.slice(1)))
  }
  return text !== '' && pattern[0] === text[0] && matchesPattern(pattern.slice(1), text.slice(1))
}

function number(text: string): { value: bigint; width: number } | null {
  const plain = text.replace(/%.*$/, '')
  if (/^\d+\.\d+\.\d+\.\d+$/.test(plain)) {
    return { value: plain.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n), width: 32 }
  }
  if (!plain.includes(':')) return null
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)
  if (mapped) return number(mapped[1]!)
  const [head, tail] = plain.split('::') as [string, string | undefined]
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back]
  return { value: all.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n), width: 128 }
}

function inCidr(address: string, cidr: string): boolean {
  const [base, length] = cidr.split('/') as [string, string | undefined]
  const range = number(base)!
  const found = number(address)
  if (found === null || found.width !== range.width) return false
  const mapped = base.includes(':') && range.width === 32 ? 96 : 0
  const bits = length === undefined ? range.width : Number(length) - mapped
  const shift = BigInt(range.width - bits)
  return found.value >> shift === range.value >> shift
}

const sameHost = (pattern: string, host: string): boolean => {
  const address = number(host)
  const wanted = pattern.includes('*') ? null : number(pattern)
  if (address !== null && wanted !== null) return address.width === wanted.width && address.value === wanted.value
  return matchesPattern(pattern.toLowerCase(), host.toLowerCase())
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const made = new Map<string, Intl.DateTimeFormat>()

/** Making one takes longer than all the rest. */
function clocks(timeZone: string): Intl.DateTimeFormat {
  const two = '2-digit'
  const clock =
    made.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: two, minute: two, hourCycle: 'h23' })
  made.set(timeZone, clock)
  return clock
}

function inWindow(text: string, now: number): boolean {
  const [, days, from, to, zone] = /^(?:([A-Z][\w-]+)\/)?(\d\d:\d\d)-(\d\d:\d\d)(?:\/(.+))?$/.exec(text)!
  const parts = clocks(zone ?? 'UTC').formatToParts(now)
  const part = (type: string) => parts.find((each) => each.type === type)!.value
  const clock = `${part('hour')}:${part('minute')}`
  const today = DAYS.indexOf(part('weekday'))
  const [first, last = first] = (days ?? 'Mon-Sun').split('-') as [string, string?]
  const allowed: number[] = []
  for (let day = DAYS.indexOf(first); ; day = (day + 1) % 7) {
    allowed.push(day)
    if (day === DAYS.indexOf(last)) break
  }
  if (from! < to!) return allowed.includes(today) && clock >= from! && clock < to!
  return (allowed.includes(today) && clock >= from!) || (allowed.includes((today + 6) % 7) && clock < to!)
}

function matchesWord(word: string, request: ConnectionRequest, going: Going, now: number): boolean {
  const [, name, value] = /^(user|group|uid|gid|origin|protocol|listener|time):(.*)$/.exec(word) ?? []
  if (word === '*') return true
  if (word === 'local') return request.peer !== null
  if (word === 'loopback')
    return going.address !== null && (inCidr(going.address, '127.0.0.0/8') || inCidr(going.address, '::1'))
  if (name === 'user') return request.user !== null && matchesPattern(value!, request.user)
  if (name === 'group') return request.groups.some((group) => matchesPattern(value!, group))
  if (name === 'uid') return request.peer !== null && request.peer.uid === Number(value)
  if (name === 'gid') return request.peer !== null && request.peer.gid === Number(value)
  if (name === 'origin') return matchesPattern(value!, request.origin ?? 'none')
  if (name === 'protocol') return request.protocols.some((protocol) => matchesPattern(value!, protocol))
  if (name === 'listener') return request.listener !== '' && matchesPattern(value!, request.listener)
  if (name === 'time') return inWindow(value!, now)
  if (/^[\d.]+(\/\d+)?$/.test(word) || /^[0-9a-f]*:[0-9a-f.:]*:[0-9a-f.:]*(\/\d+)?$/i.test(word)) {
    return going.address !== null && inCidr(going.address, word)
  }
  const [, scheme, host, port] = /^(?:(tls|tcp|ws):)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(word)!
  if (scheme !== undefined && scheme !== going.scheme) return false
  if (port !== undefined && Number(port) !== going.port) return false
  return host === '*' || going.hosts.some((each) => sameHost(host!.replace(/^\[|\]$/g, ''), each))
}

const alive = (until: string | undefined, now: number) => until === undefined || now < Date.parse(until)

const matchesPeer = (peer: string, request: ConnectionRequest, going: Going, now: number) =>
  peer.split(' ').every((word) => matchesWord(word, request, going, now))

const matchesService = (pattern: string, name: string) =>
  matchesPattern(pattern, name) && (pattern.startsWith('-') || !name.startsWith('-/'))

const ruleMatches = (rule: FirewallRule, request: ConnectionRequest, going: Going, now: number) =>
  rule.enabled &&
  rule.direction === request.direction &&
  matchesService(rule.service, going.service) &&
  alive(rule.until, now) &&
  matchesPeer(rule.peer, request, going, now)

function start({ direction, service, source, names, scheme, remote }: ConnectionRequest): Going {
  if (direction === 'out') {
    if (remote === null) return { service, scheme: 'unix', hosts: [], port: null, address: null }
    return { service, scheme: remote.scheme, hosts: [remote.host], port: remote.port, address: remote.host }
  }
  const hosts = source === null ? [...names] : [source.address, ...names]
  return { service, scheme, hosts, port: source?.port ?? null, address: source?.address ?? null }
}

/** Applies a target. @returns its URI when the way ends there */
function send(target: string, going: Going, direction: string): string | null {
  const path = /^unix:(\/[^/].*)$/.exec(target)
  if (path) return target
  const [, scheme, host, port, service] = /^(tls|ws):(?:\/\/)?([^:/]+)(?::(\d+))?(?:\/(.*))?$/.exec(target) ?? []
  if (scheme === undefined) {
    going.service = target.replace(/^unix:(\/\/\/?)?/, '')
    return null
  }
  if (service !== undefined) going.service = service
  if (direction === 'out') {
    Object.assign(going, { scheme, hosts: [host], port: port === undefined ? null : Number(port), address: host })
  }
  return target
}

interface Outcome {
  readonly allow: boolean
  readonly code: string | null
  readonly by: string
  readonly rules: readonly string[]
  readonly service: string
  readonly target: string | null
  readonly limits: unknown
  readonly fallback: Outcome | null
}

function judge(
  document: PolicyDocument,
  request: ConnectionRequest,
  going: Going,
  now: number,
): Omit<Outcome, 'target' | 'fallback'> {
  const rules: string[] = []
  const { service } = going
  for (const rule of document.rules) {
    if (!ruleMatches(rule, request, going, now)) continue
    rules.push(rule.id)
    if (rule.action === 'log') continue
    if (rule.action === 'allow')
      return { allow: true, code: null, by: rule.id, rules, service, limits: rule.limits ?? null }
    return {
      allow: false,
      code: refusal(document, request, going, now, rule),
      by: rule.id,
      rules,
      service,
      limits: null,
    }
  }
  const by = `default-${request.direction}`
  rules.push(by)
  const allow = service.startsWith('-/') || document.defaults[request.direction] === 'allow'
  return { allow, code: allow ? null : refusal(document, request, going, now, null), by, rules, service, limits: null }
}

function refusal(
  document: PolicyDocument,
  request: ConnectionRequest,
  going: Going,
  now: number,
  by: FirewallRule | null,
): string {
  if (request.user !== null) return 'policy-denied'
  for (const rule of document.rules) {
    if (rule === by) break
    const words = rule.peer.split(' ')
    const others = words.filter((word) => !/^(user|group):/.test(word))
    if (rule.action !== 'allow' || others.length === words.length) continue
    if (ruleMatches({ ...rule, peer: others.join(' ') || '*' }, request, going, now)) return 'unauthenticated'
  }
  return 'policy-denied'
}

function decide(document: PolicyDocument, request: ConnectionRequest, now: number): Outcome {
  const going = start(request)
  const taken: Redirect[] = []
  let before = { ...going }
  let target: string | null = null
  while (!request.service.startsWith('-/') && target === null) {
    const next = document.redirects.find(
      (each) =>
        each.enabled &&
        each !== taken.at(-1) &&
        matchesService(each.from, going.service) &&
        alive(each.until, now) &&
        matchesPeer(each.peer, request, going, now) &&
        inShare(each, new RequestFacts(request, now)),
    )
    if (next === undefined) break
    if (taken.includes(next) || taken.length === 8) {
      const by = taken.at(-1)!.id
      const rules = taken.map(({ id }) => id)
      return {
        allow: false,
        code: 'redirect-loop',
        by,
        rules,
        service: going.service,
        target: null,
        limits: null,
        fallback: null,
      }
    }
    taken.push(next)
    before = { ...going }
    target = send(next.to, going, request.direction)
  }
  const ids = taken.map(({ id }) => id)
  const first = judge(document, request, going, now)
  const decided = { ...first, rules: [...ids, ...first.rules], target, fallback: null }
  const fallback = taken.at(-1)?.fallback
  if (!first.allow || fallback === undefined) return decided
  const uri = send(fallback, before, request.direction)
  const second = judge(document, request, before, now)
  if (!second.allow) return decided
  return { ...decided, fallback: { ...second, rules: [...ids, ...second.rules], target: uri, fallback: null } }
}

function outcome(decision: Decision): Outcome {
  const { allow, by, rules, service, target } = decision
  if (!decision.allow)
    return { allow, code: decision.error.code, by, rules, service, target, limits: null, fallback: null }
  const { limits, fallback } = decision
  return { allow, code: null, by, rules, service, target, limits, fallback: fallback && outcome(fallback) }
}

describe('the engine decides as the reference does', () => {
  test(`${PAIRS} random pairs`, { timeout: 600_000 }, () => {
    const random = randomOf(20_260)
    const seen = new Map<string, number>()
    for (let pair = 0; pair < PAIRS; pair += CONNECTIONS_EACH) {
      let id = 0
      const document = readDocument(randomPolicy(random), () => `r${id++}`)
      const cut = Math.floor(random() * document.rules.length)
      // The first rules may as well be fixed ones: the order is the same.
      const fixed = { redirects: document.redirects.slice(0, 1), rules: document.rules.slice(0, cut) }
      const own = { ...document, redirects: document.redirects.slice(1), rules: document.rules.slice(cut) }
      const policy = compile(own, 1, fixed)
      for (let each = 0; each < CONNECTIONS_EACH; each++) {
        const request = randomConnection(random)
        const now = pick(random, [randomInstant(random), Date.UTC(2026, 5, 1)])
        const decision = outcome(policy.decide(request, now))
        const wanted = decide(document, request, now)
        if (JSON.stringify(decision) !== JSON.stringify(wanted)) {
          expect({ decision, document, request, now }).toEqual({ decision: wanted, document, request, now })
        }
        const kind = wanted.code ?? (wanted.fallback === null ? 'allow' : 'fallback')
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
      }
    }
    // The pairs are worth something: each outcome comes up often.
    for (const kind of ['allow', 'fallback', 'policy-denied', 'unauthenticated', 'redirect-loop']) {
      expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(PAIRS / 1000)
    }
  })
})
