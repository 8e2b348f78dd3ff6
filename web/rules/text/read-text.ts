import { PolicyError, readDocument } from '../../../shared/policy/document.ts'
import type { PolicyDocument, PolicyProblem } from '../../../shared/policy/document.ts'
import { formatPolicy, parsePolicy, reconcile } from '../../../shared/policy/line.ts'
import { makeId } from '../make-id.ts'

/** What a text says. */
export type TextOutcome =
  | { readonly document: PolicyDocument; readonly problems?: never }
  | { readonly problems: readonly PolicyProblem[]; readonly document?: never }

/**
 * Reads a whole rule set as text. Entries keep the ids that they have in `previous`, as far as they can be known again.
 * @returns `previous` itself when the text says the same
 */
export function readText(text: string, previous: PolicyDocument): TextOutcome {
  try {
    const { input, lineOf } = parsePolicy(text)
    try {
      const document = readDocument(reconcile(input, previous), makeId)
      return { document: sameText(document, previous) ? previous : document }
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      return { problems: error.problems.map((problem) => ({ ...problem, ...lineOf(problem.pointer) })) }
    }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return { problems: error.problems }
  }
}

function sameText(a: PolicyDocument, b: PolicyDocument): boolean {
  return formatPolicy(a, { ids: true }) === formatPolicy(b, { ids: true })
}
