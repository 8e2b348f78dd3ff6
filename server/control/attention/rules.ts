import type { Finding } from '../../../shared/api.ts'
import type { Attention } from '../../../shared/dashboard.ts'
import { sentence } from './sentence.ts'
import type { AttentionSources } from './sources.ts'

/** `redundant` may well be meant so, and `test-failed` comes with the results of the tests. */
const told: Readonly<
  Partial<Record<Finding['kind'], { readonly what: string; readonly weight: Attention['weight'] }>>
> = {
  'dead-target': { what: 'leads nowhere', weight: 'warning' },
  loop: { what: 'is part of a circle', weight: 'warning' },
  shadowed: { what: 'is hidden by others', weight: 'info' },
  expired: { what: 'is over', weight: 'info' },
  'never-hit': { what: 'has never matched', weight: 'info' },
}

/** Entries of the policy that do not do what somebody meant them to do, and tests that fail. */
export function rules({ findings, tests, redirects, oldEntries }: AttentionSources): Attention[] {
  const failing = tests
    .filter(({ pass }) => !pass)
    .map(({ id, message }): Attention => {
      const link = { path: `/rules/tests?edit=${encodeURIComponent(id)}`, text: 'Open it' }
      return { kind: 'rule', weight: 'warning', about: id, title: `Test ${id} fails`, detail: sentence(message), link }
    })
  return [
    ...failing,
    ...findings
      .filter(({ kind, id }) => kind !== 'never-hit' || oldEntries.has(id))
      .flatMap((finding) => entryOf(finding, redirects.has(finding.id)))
      .toSorted((a, b) => Number(a.weight === 'info') - Number(b.weight === 'info')), // only so many are told
  ]
}

function entryOf({ kind, id, message }: Finding, isRedirect: boolean): Attention[] {
  const about = told[kind]
  if (about === undefined) return []
  const path = `/rules/${isRedirect ? 'redirection' : 'firewall'}?edit=${encodeURIComponent(id)}`
  return [
    {
      kind: 'rule',
      weight: about.weight,
      about: id,
      title: `${isRedirect ? 'Redirect' : 'Rule'} ${id} ${about.what}`,
      detail: sentence(message),
      link: { path, text: 'Open it' },
    },
  ]
}
