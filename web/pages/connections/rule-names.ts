import type { PolicyState } from '../../../shared/api.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { text } from '../../messages/connections.ts'
import { oneLine } from '../../ui/one-line.ts'

export interface RuleName {
  /** As the list of rules numbers it: `Rule 3`. */
  readonly name: string
  /** What it says, in a few words. */
  readonly detail: string
}

/** What rules are called, and which of them redirect. */
export interface RuleNames {
  of(id: string | undefined): RuleName
  isRedirect(id: string): boolean
}

const NONE: RuleName = { name: text.defaultRule, detail: '' }

/** @param fixed from command line and file; null while nobody knows */
export function ruleNames({ rules, redirects }: PolicyDocument, fixed: PolicyState['fixed'] | null): RuleNames {
  const names = new Map<string, RuleName>()
  for (const [i, rule] of rules.entries()) {
    names.set(rule.id, { name: text.rule(i + 1), detail: oneLine(rule.note || `${rule.action} ${rule.service}`) })
  }
  for (const rule of fixed?.rules ?? []) {
    names.set(rule.id, { name: fixedName(rule.id), detail: oneLine(rule.note || text.fixedHint) })
  }
  const redirecting = new Set([...redirects, ...(fixed?.redirects ?? [])].map(({ id }) => id))
  return {
    of(id) {
      if (id === undefined) return NONE
      if (id.startsWith('default-')) return { name: text.defaultRule, detail: text.defaultHint }
      return names.get(id) ?? { name: id.startsWith('fixed-') ? fixedName(id) : oneLine(id), detail: text.gone }
    },
    isRedirect: (id) => redirecting.has(id),
  }
}

function fixedName(id: string): string {
  return text.fixedRule(id.slice('fixed-'.length))
}
