import type { ExplainStep } from '../../shared/api.ts'

/** Address that shows the rule of a step; null for checks of the gateway and what holds when no rule matches. */
export function rulePath({ stage, id }: Pick<ExplainStep, 'stage' | 'id'>): string | null {
  if (stage === 'gateway' || stage === 'default') return null
  const page = stage === 'redirect' ? '/rules/redirection' : '/rules/firewall'
  return `${page}?${new URLSearchParams({ edit: id })}`
}
