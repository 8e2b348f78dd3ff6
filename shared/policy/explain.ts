import type { Explanation, ExplainStep } from '../api.ts'
import type { Facts, Term } from './condition.ts'
import { formatRedirect, formatRule } from './line.ts'
import { CHAIN_MAX, compileRedirects, compileRules, inShare, isOwn, RequestFacts } from './policy.ts'
import type { CompiledRedirect, CompiledRule, Decision, Policy } from './policy.ts'
import type { ConnectionRequest } from './request.ts'

interface Compiled {
  readonly redirects: readonly CompiledRedirect[]
  readonly rules: readonly CompiledRule[]
}

/** A policy never changes, so each is compiled for `explain` once. */
const compiled = new WeakMap<Policy, Compiled>()

/**
 * The way of a connection through the policy, step by step: every redirect and rule that is asked, in order, with the
 * reason why it matched or did not, up to the one that decides. Verdict, rule and target are those of `policy.decide`.
 * @param now milliseconds since 1970
 * @returns `target` is the URI that a redirect names; '' where it is up to the caller to say where the service is
 */
export function explain(policy: Policy, request: ConnectionRequest, now = Date.now()): Explanation {
  const decision = policy.decide(request, now)
  const { redirects, rules } = compiledOf(policy)
  const facts = new RequestFacts(request, now)
  const steps = routeSteps(redirects, facts)
  if (!loops(decision)) steps.push(...ruleSteps(rules, facts))
  if (decision.by.startsWith('default-')) steps.push(defaultStep(policy, request, facts.service))
  return {
    verdict: decision.allow ? 'allow' : 'deny',
    rule: decision.by,
    service: decision.service,
    target: decision.target ?? '',
    version: policy.version,
    steps,
    summary: summaryOf(decision, request, steps.at(-1)!.text),
  }
}

function compiledOf(policy: Policy): Compiled {
  let found = compiled.get(policy)
  if (found === undefined) {
    const { document, fixed } = policy
    found = { redirects: compileRedirects(document, fixed), rules: compileRules(document, fixed) }
    compiled.set(policy, found)
  }
  return found
}

const loops = (decision: Decision): boolean => !decision.allow && decision.error.code === 'redirect-loop'

function summaryOf(decision: Decision, request: ConnectionRequest, decisive: string): string {
  if (decision.allow) return `Allowed by ${decision.by} (${decisive})${wayOf(request, decision)}.`
  const by = loops(decision) ? '' : ` by ${decision.by} (${decisive})`
  return `Denied${by}: ${decision.error.message}.`
}

function wayOf({ service: asked }: ConnectionRequest, { service, target }: { service: string; target: string | null }) {
  if (target !== null) return `, sent on to ${target}`
  return service === asked ? '' : `, sent on to ${service}`
}

/** Follows the redirects as `decide` does; afterwards the facts say where it goes. */
function routeSteps(redirects: readonly CompiledRedirect[], facts: RequestFacts): ExplainStep[] {
  const steps: ExplainStep[] = []
  const used: CompiledRedirect[] = []
  while (!isOwn(facts.request.service)) {
    const next = nextRedirect(redirects, facts, used.at(-1) ?? null, steps)
    if (next === null) break
    if (used.includes(next) || used.length === CHAIN_MAX) {
      const last = steps.pop()!
      const why = used.includes(next) ? 'but it has been followed before' : `but only ${CHAIN_MAX} are followed`
      steps.push({ ...last, reason: `${last.reason}, ${why}` })
      break
    }
    used.push(next)
    facts.send(next.to)
    if (next.to.kind !== 'name') break
  }
  return steps
}

/** The first redirect that applies, one step for each that was asked. */
function nextRedirect(
  redirects: readonly CompiledRedirect[],
  facts: Facts,
  last: CompiledRedirect | null,
  steps: ExplainStep[],
): CompiledRedirect | null {
  for (const each of redirects) {
    const { matched, reason } = redirectReason(each, facts, last)
    steps.push({ stage: 'redirect', id: each.redirect.id, text: formatRedirect(each.redirect), matched, reason })
    if (matched) return each
  }
  return null
}

type Reason = Pick<ExplainStep, 'matched' | 'reason'>

const passedOver: Reason = { matched: false, reason: 'it has just been followed, and never applies to its own target' }

function redirectReason(each: CompiledRedirect, facts: Facts, last: CompiledRedirect | null): Reason {
  const { redirect, terms } = each
  const found = reasonOf(terms, facts)
  if (found.matched && each === last) return passedOver
  if (!found.matched || redirect.percent === undefined) return found
  const share = `${redirect.percent} % of the clients`
  if (inShare(redirect, facts)) return { matched: true, reason: `${found.reason}, and the client is among ${share}` }
  return { matched: false, reason: `the client is not among the ${share} that it is for` }
}

function ruleSteps(rules: readonly CompiledRule[], facts: Facts): ExplainStep[] {
  const steps: ExplainStep[] = []
  for (const { rule, terms } of rules) {
    const { matched, reason } = reasonOf(terms, facts)
    const logs = matched && rule.action === 'log'
    const told = logs ? `${reason}; it is only logged` : reason
    steps.push({ stage: 'firewall', id: rule.id, text: formatRule(rule), matched, reason: told })
    if (matched && !logs) break
  }
  return steps
}

function defaultStep({ document }: Policy, { direction }: ConnectionRequest, service: string): ExplainStep {
  const own = isOwn(service)
  return {
    stage: 'default',
    id: `default-${direction}`,
    text: own ? `allow ${direction} ${service}` : `default ${direction} ${document.defaults[direction]}`,
    matched: true,
    reason: own ? "no rule names this, which is the gateway's own" : 'no rule matched',
  }
}

/** Why a rule matches, or the first condition that keeps it from it. */
function reasonOf(terms: readonly Term[], facts: Facts): Reason {
  const failed = terms.find((term) => !term.test(facts))
  if (failed !== undefined) return { matched: false, reason: contrast(failed.seen(facts), failed.sentence) }
  const told = terms.filter(({ kind }) => kind !== 'direction').map(({ sentence }) => sentence)
  return { matched: true, reason: told.join(' and ') }
}

/** `the user is ben`, `the user is anna`: `the user is ben, not anna`. */
function contrast(seen: string, wanted: string): string {
  const verb = wanted.indexOf(' is ')
  const subject = wanted.slice(0, verb + 4)
  if (verb >= 0 && seen.startsWith(subject)) return `${seen}, not ${wanted.slice(subject.length)}`
  return `${seen}, while it asks that ${wanted}`
}
