import { service as serviceTerm } from '../../shared/policy/conditions/service.ts'
import type { FirewallRule, PolicyDocument } from '../../shared/policy/document.ts'
import { RequestFacts } from '../../shared/policy/policy.ts'
import { unknownRequest } from '../../shared/policy/request.ts'

/** The admin side as the policy judges it. */
const door = new RequestFacts(unknownRequest('in', '-/admin'), 0)

/**
 * Whether the rules that say who may reach the admin side are others, or stand in another order. The defaults say
 * nothing about it, and redirects do not reach it.
 */
export function touchesAdmin(before: PolicyDocument, after: PolicyDocument): boolean {
  return JSON.stringify(adminRules(before)) !== JSON.stringify(adminRules(after))
}

/** What decides, in order. */
function adminRules({ rules }: PolicyDocument): unknown[] {
  return rules.filter(isAbout).map(({ action, peer, until = null }) => [action, peer, until])
}

function isAbout({ enabled, action, direction, service }: FirewallRule): boolean {
  return enabled && action !== 'log' && direction === 'in' && serviceTerm(service).test(door)
}
