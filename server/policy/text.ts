import type { PolicyDocument } from '../../shared/policy/document.ts'
import { PolicyError, readDocument } from '../../shared/policy/document.ts'
import type { Place } from '../../shared/policy/line-parse.ts'
import { parsePolicy, reconcile } from '../../shared/policy/line.ts'
import { makeId } from './ids.ts'
import { parsePolicyYaml } from './yaml.ts'

/**
 * Reads a policy as people keep it in files: ipcd's lines, or YAML. No I/O.
 * @param previous gives the ids of entries that have none, so that their counts go on; null: there is nothing yet
 * @throws PolicyError with line and column of every problem
 */
export function readPolicyText(text: string, format: 'text' | 'yaml', previous: PolicyDocument | null): PolicyDocument {
  const read = format === 'yaml' ? parsePolicyYaml(text) : parsePolicy(text)
  return readKnown(read.input, previous, (pointer) => read.lineOf(pointer))
}

/** As `readPolicyText`, for a file that may be either: YAML begins with one of the document's keys, no line does. */
export function readPolicyFile(text: string, previous: PolicyDocument): PolicyDocument {
  return readPolicyText(text, /^(defaults|redirects|rules|tests|caption)\s*:/m.test(text) ? 'yaml' : 'text', previous)
}

/** Checks what a text says, and gives entries without an id the id that they had. */
function readKnown(
  input: unknown,
  previous: PolicyDocument | null,
  placeOf: (pointer: string) => Place | null,
): PolicyDocument {
  const made = new Set<string>()
  const document = located(placeOf, () =>
    readDocument(input, () => {
      const id = makeId()
      made.add(id)
      return id
    }),
  )
  if (previous === null) return document
  const bare = <T extends { readonly id: string }>(entries: readonly T[]) =>
    entries.map(({ id, ...entry }) => (made.has(id) ? entry : { ...entry, id }))
  const { redirects, rules, tests } = document
  const known = reconcile({ redirects: bare(redirects), rules: bare(rules), tests: bare(tests) }, previous)
  const identified = <T extends { readonly id: string }>(
    entries: readonly T[],
    found: readonly { readonly id?: string | undefined }[] = [],
  ) => entries.map((entry, at) => ({ ...entry, id: found[at]?.id ?? entry.id }))
  return {
    ...document,
    redirects: identified(redirects, known.redirects),
    rules: identified(rules, known.rules),
    tests: identified(tests, known.tests),
  }
}

function located<T>(placeOf: (pointer: string) => Place | null, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    throw new PolicyError(error.problems.map((problem) => ({ ...problem, ...placeOf(problem.pointer) })))
  }
}
