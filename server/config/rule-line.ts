import { PolicyError, redirectSchema, ruleSchema } from '../../shared/policy/document.ts'
import type { FirewallRule, FixedRules, Redirect } from '../../shared/policy/document.ts'
import { parseLine } from '../../shared/policy/line.ts'
import type { Kind } from './kinds.ts'
import { shown } from './kinds.ts'
import { ValueError } from './problem.ts'

/** A rule or redirect of the command line or the file; it gets its id when all are known. */
type FixedLine =
  | { readonly list: 'rules'; readonly value: Omit<FirewallRule, 'id'> }
  | { readonly list: 'redirects'; readonly value: Omit<Redirect, 'id'> }

/** `allow in authd tls:example.com`, `redirect authd nextversion-authd`: a line of the policy's text form. */
export const ruleLine: Kind<FixedLine> = {
  placeholder: 'LINE',
  read(text) {
    const { list, value } = parsed(text)
    if (list === 'rules') return { list, value: ruleSchema.parse(value) }
    if (list === 'redirects') return { list, value: redirectSchema.parse(value) }
    throw new ValueError(`${shown(text)}: only rules that allow, deny or log, and redirects can stand here`)
  },
}

function parsed(text: string) {
  try {
    return parseLine(text)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const [first] = error.problems
    const where = first?.column === undefined ? '' : ` at character ${first.column}`
    throw new ValueError(`${shown(text)} is no rule${where}: ${first?.message ?? error.message}`)
  }
}

/** Gives each its id, `fixed-1` and so on, in the order in which they are judged. */
export function fixedRules(lines: readonly FixedLine[]): FixedRules {
  const numbered = lines.map((line, at) => ({ ...line, id: `fixed-${at + 1}` }))
  return {
    redirects: numbered.flatMap(({ list, value, id }) =>
      list === 'redirects' ? [{ ...(value as Redirect), id }] : [],
    ),
    rules: numbered.flatMap(({ list, value, id }) => (list === 'rules' ? [{ ...(value as FirewallRule), id }] : [])),
  }
}
