import type { FirewallRule, PolicyDocument, Redirect } from '../../shared/policy/document.ts'

/** A rule, complete but for what a test cares about. */
export function rule(id: string, fields: Partial<FirewallRule> = {}): FirewallRule {
  return { id, enabled: true, action: 'allow', direction: 'in', service: id, peer: '*', note: '', ...fields }
}

export function redirect(id: string, fields: Partial<Redirect> = {}): Redirect {
  return { id, enabled: true, from: id, to: `${id}-next`, peer: '*', note: '', ...fields }
}

export function documentOf(fields: Partial<PolicyDocument> = {}): PolicyDocument {
  return { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [], ...fields }
}
