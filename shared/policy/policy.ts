import { GateError } from '../causes.ts'
import { canonicalHost, maskedKey, parseAddress } from './address.ts'
import type { Facts, Remote, Term } from './condition.ts'
import { direction as directionTerm } from './conditions/direction.ts'
import { parsePeer } from './conditions/index.ts'
import { service as serviceTerm } from './conditions/service.ts'
import { until as untilTerm } from './conditions/until.ts'
import type { FirewallRule, FixedRules, PolicyDocument, Redirect, RuleLimits } from './document.ts'
import { noFixedRules } from './document.ts'
import { MatchTable } from './match-table.ts'
import type { Matcher } from './match-table.ts'
import type { ConnectionRequest, Direction } from './request.ts'
import { parseRedirectTarget } from './target.ts'
import type { RedirectTarget } from './target.ts'

/** Redirects that one connection may follow. */
export const CHAIN_MAX = 8

/** The gateway's own names (`-/admin`) are nobody's to redirect, and allowed unless a rule names them. */
export const isOwn = (service: string): boolean => service.startsWith('-/')

interface Verdict {
  /** Ids of what matched, in order: redirects, rules that only log, the one that decided. */
  readonly rules: readonly string[]
  /** Id of the rule that decided; `default-in`, `default-out` when none matched. */
  readonly by: string
  /** Name of the service after redirects. */
  readonly service: string
  /** URI that a redirect names; null: wherever the service of that name is. */
  readonly target: string | null
}

export interface Allowed extends Verdict {
  readonly allow: true
  readonly limits: RuleLimits | null
  /** Where to go instead when the target can't be reached; judged as well. */
  readonly fallback: Allowed | null
}

export interface Denied extends Verdict {
  readonly allow: false
  /** policy-denied, unauthenticated or redirect-loop. */
  readonly error: GateError
}

export type Decision = Allowed | Denied

/** An immutable compiled snapshot: replaced whole, never edited. */
export interface Policy {
  readonly version: number
  readonly document: PolicyDocument
  readonly fixed: FixedRules
  /**
   * Who may reach what, and where it goes. Pure, called once per connection.
   * @param now milliseconds since 1970
   */
  decide(request: ConnectionRequest, now?: number): Decision
}

/** Where the redirects lead. */
interface Route {
  readonly target: string | null
  /** What the last redirect names for when its target is down, to be applied where that redirect was. */
  readonly fallback: { readonly to: RedirectTarget; readonly from: Place } | null
}

/** A redirect, ready to be tried. */
export interface CompiledRedirect extends Matcher {
  readonly redirect: Redirect
  readonly to: RedirectTarget
  readonly fallback: RedirectTarget | null
}

/** A firewall rule, ready to be tried. */
export interface CompiledRule extends Matcher {
  readonly rule: FirewallRule
}

/**
 * Compiles a checked document; whatever can be parsed or sorted is parsed and sorted here.
 * @param fixed judged before the document's own
 */
export function compile(document: PolicyDocument, version: number, fixed: FixedRules = noFixedRules): Policy {
  return new CompiledPolicy(document, version, fixed)
}

/** All redirects in the order in which they are tried, those that are switched off left out. */
export function compileRedirects(document: PolicyDocument, fixed: FixedRules): CompiledRedirect[] {
  return [...fixed.redirects, ...document.redirects]
    .filter(({ enabled }) => enabled)
    .map((redirect, order) => ({
      order,
      redirect,
      terms: [serviceTerm(redirect.from), ...parsePeer(redirect.peer), ...ends(redirect.until)],
      to: parseRedirectTarget(redirect.to),
      fallback: redirect.fallback === undefined ? null : parseRedirectTarget(redirect.fallback),
    }))
}

/** All firewall rules in the order in which they are tried, those that are switched off left out. */
export function compileRules(document: PolicyDocument, fixed: FixedRules): CompiledRule[] {
  return [...fixed.rules, ...document.rules]
    .filter(({ enabled }) => enabled)
    .map((rule, order) => ({ order, rule, terms: ruleTerms(rule) }))
}

/** Every condition of a rule, in the order in which `explain` tells of them. */
export function ruleTerms(rule: FirewallRule): Term[] {
  return [directionTerm(rule.direction), serviceTerm(rule.service), ...parsePeer(rule.peer), ...ends(rule.until)]
}

const ends = (instant: string | undefined): Term[] => (instant === undefined ? [] : [untilTerm(instant)])

const STRAIGHT: Route = { target: null, fallback: null }

class CompiledPolicy implements Policy {
  readonly version: number
  readonly document: PolicyDocument
  readonly fixed: FixedRules
  readonly #redirects: MatchTable<CompiledRedirect>
  readonly #firewall: Readonly<Record<Direction, MatchTable<CompiledRule>>>
  /** Rules that ask for a user: looked at again when somebody without one is denied. */
  readonly #askUser: MatchTable<CompiledRule>

  constructor(document: PolicyDocument, version: number, fixed: FixedRules) {
    this.version = version
    this.document = document
    this.fixed = fixed
    this.#redirects = new MatchTable(compileRedirects(document, fixed))
    const rules = compileRules(document, fixed)
    // Each direction has a table of its own, so its rules need not ask for it.
    const going = (direction: Direction) =>
      new MatchTable(
        rules
          .filter(({ rule }) => rule.direction === direction)
          .map((each) => ({ ...each, terms: each.terms.filter(({ kind }) => kind !== 'direction') })),
      )
    this.#firewall = { in: going('in'), out: going('out') }
    const asking = rules.filter(({ rule, terms }) => rule.action === 'allow' && terms.some(asksUser))
    this.#askUser = new MatchTable(
      asking.map((each) => ({ ...each, terms: each.terms.filter((term) => !asksUser(term)) })),
    )
  }

  decide(request: ConnectionRequest, now = Date.now()): Decision {
    const facts = new RequestFacts(request, now)
    const rules: string[] = []
    const route = this.#route(facts, rules)
    if (route === 'loop') {
      const error = new GateError('redirect-loop', `the redirects for ${request.service} lead in a circle, or too far`)
      return { allow: false, rules, by: rules.at(-1)!, service: facts.service, target: null, error }
    }
    const { target, fallback } = route
    const decision = this.#judge(facts, target, rules)
    if (!decision.allow || fallback === null) return decision
    facts.goTo(fallback.from)
    facts.send(fallback.to)
    const other = this.#judge(facts, fallback.to.kind === 'name' ? null : fallback.to.uri, rules)
    return other.allow ? { ...decision, fallback: other } : decision
  }

  /** Follows the redirects; afterwards the facts say where it goes. Adds the ids of those taken to `taken`. */
  #route(facts: RequestFacts, taken: string[]): Route | 'loop' {
    if (this.#redirects.empty || isOwn(facts.request.service)) return STRAIGHT
    let last: CompiledRedirect | null = null
    let fallback: Route['fallback'] = null
    const used: CompiledRedirect[] = []
    for (;;) {
      // One that matches its own target is passed over, so that `redirect * maintenance` works.
      const next: CompiledRedirect | null = this.#redirects.first(
        facts,
        (each) => each !== last && inShare(each.redirect, facts),
      )
      if (next === null) return { target: null, fallback }
      if (used.includes(next) || used.length === CHAIN_MAX) return 'loop'
      used.push(next)
      taken.push(next.redirect.id)
      fallback = next.fallback && { to: next.fallback, from: facts.place }
      facts.send(next.to)
      if (next.to.kind !== 'name') return { target: next.to.uri, fallback }
      last = next
    }
  }

  #judge(facts: RequestFacts, target: string | null, before: readonly string[]): Decision {
    const { request, service } = facts
    const rules = [...before]
    const decided = this.#firewall[request.direction].first(facts, ({ rule }) => {
      rules.push(rule.id)
      return rule.action !== 'log'
    })
    if (decided === null) rules.push(`default-${request.direction}`)
    const by = rules.at(-1)!
    const byDefault = isOwn(service) ? 'allow' : this.document.defaults[request.direction]
    const action = decided === null ? byDefault : decided.rule.action
    if (action === 'allow') {
      return { allow: true, rules, by, service, target, limits: decided?.rule.limits ?? null, fallback: null }
    }
    return { allow: false, rules, by, service, target, error: this.#refusal(facts, decided) }
  }

  /** Whoever would be let in with a credential is asked for one. */
  #refusal(facts: RequestFacts, decided: CompiledRule | null): GateError {
    const { request } = facts
    const before = decided?.order ?? Infinity
    const asking = request.user === null ? this.#askUser.first(facts, () => true) : null
    const wouldHelp = asking !== null && asking.order < before
    if (wouldHelp) return new GateError('unauthenticated', `${request.service} is for known users: send a valid token`)
    return new GateError('policy-denied', `the rules do not let this client reach ${request.service}`)
  }
}

const asksUser = ({ kind }: Term) => kind === 'user' || kind === 'group'

const NOBODY: Remote = { scheme: 'unix', hosts: [], port: null }

/** The facts that redirects change. */
type Place = Pick<Facts, 'service' | 'remote' | 'address'>

/** A request with what is found out about it on the way through the rules. */
export class RequestFacts implements Facts {
  readonly request: ConnectionRequest
  readonly now: number
  service: string
  remote: Remote
  address: Facts['address']

  constructor(request: ConnectionRequest, now: number) {
    this.request = request
    this.now = now
    this.service = request.service
    this.remote = remoteOf(request)
    this.address = addressOf(request)
  }

  /** Where it goes by now; `goTo` returns to it. */
  get place(): Place {
    const { service, remote, address } = this
    return { service, remote, address }
  }

  goTo({ service, remote, address }: Place): void {
    this.service = service
    this.remote = remote
    this.address = address
  }

  /** Applies a redirect's target. */
  send(to: RedirectTarget): void {
    if (to.kind === 'name') this.service = to.service
    if (to.kind !== 'remote') return
    if (to.service !== null) this.service = to.service
    if (this.request.direction === 'in') return // the other end is the client still
    this.remote = { scheme: to.scheme, hosts: [to.host], port: to.port }
    this.address = parseAddress(to.host)
  }
}

function remoteOf({ direction, scheme, source, names, remote }: ConnectionRequest): Remote {
  if (direction === 'out') {
    return remote === null ? NOBODY : { scheme: remote.scheme, hosts: [canonicalHost(remote.host)], port: remote.port }
  }
  const hosts = names.map(canonicalHost)
  if (source === null) return { scheme, hosts, port: null }
  return { scheme, hosts: source.address === '' ? hosts : [canonicalHost(source.address), ...hosts], port: source.port }
}

function addressOf({ direction, source, remote }: ConnectionRequest): Facts['address'] {
  if (direction === 'in') return source && parseAddress(source.address)
  return remote && parseAddress(remote.host)
}

/** Whether a client is among the share of clients that a redirect applies to: always the same answer for one client. */
export function inShare({ id, percent }: Redirect, { request }: Facts): boolean {
  if (percent === undefined || percent >= 100) return true
  const client = clientKey(request, request.source && parseAddress(request.source.address))
  return (hash(`${id}\0${client}`) / 2 ** 32) * 100 < percent
}

/**
 * Who a client is to those that count clients: its user, else its address (IPv6: its /64), else its uid.
 * @param address where the client comes from, whatever the direction
 */
export function clientKey({ user, peer }: ConnectionRequest, address: Facts['address']): string {
  if (user !== null) return `user ${user}`
  if (address !== null) return `address ${maskedKey(address, address.length === 1 ? 32 : 64)}`
  return peer === null ? 'unknown' : `uid ${peer.uid}`
}

/** FNV-1a, its bits mixed once more (murmur3's finish), as the high ones decide. Not for secrets. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
