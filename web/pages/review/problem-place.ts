import type { PolicyDocument } from '../../../shared/policy/document.ts'

/** An entry of a document and the page that edits it. */
export interface Place {
  readonly path: '/rules/firewall' | '/rules/redirection' | '/rules/tests'
  readonly list: 'rules' | 'redirects' | 'tests'
  readonly id: string
}

const paths = { rules: '/rules/firewall', redirects: '/rules/redirection', tests: '/rules/tests' } as const

/** The entry that a problem's pointer (`/rules/3/peer`) leads into; null when it is not about an entry. */
export function problemPlace(pointer: string, document: PolicyDocument): Place | null {
  const [, list, index] = /^\/(rules|redirects|tests)\/(\d{1,9})(?:\/|$)/.exec(pointer) ?? []
  if (list === undefined) return null
  const id = document[list as Place['list']][Number(index)]?.id
  return id === undefined ? null : { path: paths[list as Place['list']], list: list as Place['list'], id }
}

/** The entry of an id, in whichever list it is; null for what is built in or fixed. */
export function entryPlace(id: string, document: PolicyDocument): Place | null {
  for (const list of ['rules', 'redirects', 'tests'] as const) {
    if (document[list].some((entry) => entry.id === id)) return { path: paths[list], list, id }
  }
  return null
}
