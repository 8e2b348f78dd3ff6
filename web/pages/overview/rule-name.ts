import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { text } from '../../messages/overview.ts'

export interface RuleName {
  /** As the list of rules numbers it: `Rule 3`. */
  readonly name: string
  /** What it says, in a few words; empty when nobody knows. */
  readonly detail: string
}

/** How a rule is called where there is no room for it. Rules of older versions are called by their id. */
export function ruleName(id: string, { rules }: PolicyDocument): RuleName {
  if (id === '') return { name: text.noRule, detail: '' }
  if (id.startsWith('default-')) return { name: text.defaultRule, detail: text.defaultHint }
  if (id.startsWith('fixed-')) return { name: text.fixedRule(id.slice('fixed-'.length)), detail: '' }
  const at = rules.findIndex((rule) => rule.id === id)
  const rule = rules[at]
  if (rule === undefined) return { name: text.oldRule(id), detail: '' }
  return { name: text.ruleNumber(at + 1), detail: `${rule.action} ${rule.service}` }
}
