import type { Finding, RuleHits } from '../api.ts'
import { readInstant } from './conditions/until.ts'
import { budget, coverer } from './cover-search.ts'
import { disjoint, factsLike } from './cover.ts'
import type { FixedRules, PolicyDocument } from './document.ts'
import { formatRedirect, formatRule } from './line-format.ts'
import { isForAll, loopFindings } from './loops.ts'
import { MatchTable } from './match-table.ts'
import { compileRedirects, compileRules } from './policy.ts'
import type { CompiledRedirect, CompiledRule } from './policy.ts'
import type { Direction } from './request.ts'
import { SentAway } from './sent-away.ts'
import type { RedirectTarget } from './target.ts'

export { loopProblems } from './loops.ts'

/** What is known besides the document. What is left out, or unknown, is not looked for. */
export interface FindingsOptions {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Hits by id, since counting began. */
  readonly hits?: ReadonlyMap<string, RuleHits>
  /** Whether there is a service of that name; null when that can't be told. */
  readonly serviceExists?: (name: string) => boolean | null
  /** Whether the gateway can connect to URIs of that scheme. */
  readonly dialable?: (scheme: string) => boolean
  /** Why nothing may be sent to a URI, as a sentence; null when it may. */
  readonly refusedTarget?: (uri: string) => string | null
}

/**
 * What is worth a look in a document that can be used. "Shadowed" and "redundant" are told only when they are sure:
 * whatever the connection, the rule never decides, or nobody would notice that it is gone. At most one finding of these,
 * `expired` and `never-hit` for each entry; about fixed rules nothing is said, but they count.
 */
export function findings(document: PolicyDocument, fixed: FixedRules, options: FindingsOptions): Finding[] {
  const { now } = options
  const alive = ({ until }: { readonly until?: string | undefined }) => until === undefined || readInstant(until) > now
  const redirects = compileRedirects(document, fixed).filter(({ redirect }) => alive(redirect))
  const rules = compileRules(document, fixed).filter(({ rule }) => alive(rule))
  const entries = [...document.redirects, ...document.rules]
  const found = [
    ...entries.flatMap(({ id, until, enabled }) => (enabled && until !== undefined ? expired(id, until, now) : [])),
    ...shadowedRedirects(redirects),
    ...ruleFindings(
      rules.filter(({ rule }) => rule.direction === 'in'),
      redirects,
      'in',
    ),
    ...ruleFindings(
      rules.filter(({ rule }) => rule.direction === 'out'),
      redirects,
      'out',
    ),
  ]
  const told = new Set(found.map(({ id }) => id))
  const { hits } = options
  const idle = entries.filter(({ id, enabled }) => enabled && !told.has(id) && (hits?.get(id)?.hits ?? 0) === 0)
  const own = new Set(entries.map(({ id }) => id))
  return [
    ...found.filter(({ id }) => own.has(id)),
    ...(hits === undefined ? [] : idle.map(({ id }) => finding('never-hit', id, 'has matched no connection so far'))),
    ...deadTargets(redirects, options).filter(({ id }) => own.has(id)),
    ...loopFindings(redirects).flatMap((loop) => ownedBy(loop, own)),
  ]
}

/** The finding told of an entry of the document instead of a fixed one; nothing when it has to do with none. */
function ownedBy({ id: first, others, ...rest }: Finding, own: ReadonlySet<string>): Finding[] {
  const ids = [first, ...others]
  const id = ids.find((each) => own.has(each))
  return id === undefined ? [] : [{ ...rest, id, others: ids.filter((each) => each !== id) }]
}

function finding(kind: Finding['kind'], id: string, message: string, others: readonly string[] = []): Finding {
  return { kind, id, others, message }
}

function expired(id: string, until: string, now: number): Finding[] {
  return readInstant(until) > now ? [] : [finding('expired', id, `has ended on ${until} and does nothing any more`)]
}

// Redirects.

/** A redirect in front takes all connections that this one could get. */
function shadowedRedirects(redirects: readonly CompiledRedirect[]): Finding[] {
  const whole = redirects.filter(({ redirect: { percent } }) => percent === undefined || percent >= 100)
  const table = new MatchTable(whole)
  const left = budget()
  return redirects.flatMap((inner) => {
    const { redirect, terms, order } = inner
    const facts = factsLike('in', redirect.from, terms)
    // What it leads to is not given to it again, and so may come to one behind it.
    const hides = (outer: CompiledRedirect) =>
      !(outer.to.kind === 'name' && terms[0]!.test({ ...facts, service: outer.to.service }))
    const outer = coverer(table, facts, terms, left, { before: order, accept: hides })
    if (outer === null) return []
    const line = formatRedirect(outer.redirect)
    return [
      finding('shadowed', redirect.id, `never applies: ${line} stands before it and takes all that it matches`, [
        outer.redirect.id,
      ]),
    ]
  })
}

function deadTargets(redirects: readonly CompiledRedirect[], options: FindingsOptions): Finding[] {
  const forAll = new MatchTable(redirects.filter(isForAll))
  return redirects.flatMap((each) => {
    const { id } = each.redirect
    const sentOn = (name: string) => forAll.first(factsLike('in', name, []), (other) => other !== each) !== null
    const targets = [
      { target: each.to, uri: each.redirect.to, onward: true },
      { target: each.fallback, uri: each.redirect.fallback ?? '', onward: false },
    ]
    return targets.flatMap(({ target, uri, onward }) => {
      if (target === null || (onward && target.kind === 'name' && sentOn(target.service))) return []
      const message = deadReason(target, uri, options)
      return message === null ? [] : [finding('dead-target', id, message)]
    })
  })
}

function deadReason(target: RedirectTarget, uri: string, options: FindingsOptions): string | null {
  const refused = options.refusedTarget?.(uri) ?? null
  if (refused !== null) return refused
  if (target.kind === 'name') {
    return options.serviceExists?.(target.service) === false
      ? `leads to ${target.service}, and there is no such service`
      : null
  }
  if (target.kind === 'path' || options.dialable?.(target.scheme) !== false) return null
  return `leads to ${uri}, and this gateway can't connect by ${target.scheme}:`
}

// Rules.

interface Decisive extends CompiledRule {
  /** Equal when two rules say the same. A rule with limits says the same as no other: it counts for itself. */
  readonly effect: string
}

/** @param rules of one direction, in order, without those that are off or have ended */
function ruleFindings(
  rules: readonly CompiledRule[],
  redirects: readonly CompiledRedirect[],
  direction: Direction,
): Finding[] {
  const decisive = rules
    .filter(({ rule }) => rule.action !== 'log')
    .map((each): Decisive => ({ ...each, effect: effectOf(each) }))
  const table = new MatchTable(decisive)
  const away = new SentAway(redirects)
  const left = budget()
  const hidden = new Map<string, Finding>()
  for (const { rule, terms, order } of rules) {
    const facts = factsLike(direction, rule.service, terms)
    const outer = coverer(table, facts, terms, left, { before: order })
    if (outer !== null) {
      const message = `never decides: ${formatRule(outer.rule)} stands before it and matches all that it matches`
      hidden.set(rule.id, finding('shadowed', rule.id, message, [outer.rule.id]))
      continue
    }
    const redirect = away.by(rule.service)
    if (redirect === null) continue
    const message = `never decides: ${formatRedirect(redirect)} sends everyone elsewhere who asks for ${rule.service}`
    hidden.set(rule.id, finding('shadowed', rule.id, message, [redirect.id]))
  }
  return [...hidden.values(), ...redundant(decisive, hidden, direction)]
}

function effectOf({ rule: { action, limits, id } }: CompiledRule): string {
  return limits === undefined ? action : `${action} ${id}`
}

/**
 * Rules whose connections would get the same answer from a later one. Of hidden rules it is not said, nor are they that
 * later one; but they may be hidden no more without the rule, so they count as what stands between.
 */
function redundant(rules: readonly Decisive[], hidden: ReadonlyMap<string, Finding>, direction: Direction): Finding[] {
  const table = new MatchTable(rules.filter(({ rule }) => !hidden.has(rule.id)))
  const left = budget()
  const runEnds = runsOf(rules)
  return rules.flatMap((rule, at) => {
    const { terms, order, effect } = rule
    if (hidden.has(rule.rule.id)) return []
    const facts = factsLike(direction, rule.rule.service, terms)
    const outer = coverer(table, facts, terms, left, { after: order, accept: (other) => other.effect === effect })
    if (outer === null) return []
    for (let between = at + 1; (rules[between]?.order ?? Infinity) < outer.order; between++) {
      const other = rules[between]!
      if (other.effect === effect) {
        between = runEnds[between]! // none up to there differs
        continue
      }
      if (left.pairs-- <= 0 || !disjoint(terms, other.terms)) return []
    }
    const message = `could be left out: ${formatRule(outer.rule)} behind it says the same of all that it matches`
    return [finding('redundant', rule.rule.id, message, [outer.rule.id])]
  })
}

/** For each rule the place of the last one in a row that all say the same. */
function runsOf(rules: readonly Decisive[]): number[] {
  const ends = rules.map((_, at) => at)
  for (let at = rules.length - 2; at >= 0; at--)
    if (rules[at]!.effect === rules[at + 1]!.effect) ends[at] = ends[at + 1]!
  return ends
}
