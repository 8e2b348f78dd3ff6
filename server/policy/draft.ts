import { PolicyError, readDocument } from '../../shared/policy/document.ts'
import type { FixedRules, PolicyDocument, PolicyProblem } from '../../shared/policy/document.ts'
import { loopProblems } from '../../shared/policy/findings.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { runTests } from '../../shared/policy/run-tests.ts'
import { PolicyRefusal } from './desk.ts'
import type { Actor, CommitOptions } from './desk.ts'
import { makeId } from './ids.ts'

/** What is known of where redirects may lead. */
export interface TargetKnowledge {
  /** URI of a service; where it would be if it is not there. */
  uriOf(service: string): string
  /** Whether something is there: for findings, not for decisions. */
  exists(service: string): boolean
  /** Why nothing may be sent to a URI, as a sentence; null when it may. */
  refused(uri: string): string | null
}

/**
 * Checks a document as far as that can be done without looking at connections: its form, circles, where it may lead.
 * @throws PolicyError with every problem
 */
export function readDraft(input: unknown, fixed: FixedRules, targets: TargetKnowledge): PolicyDocument {
  const document = readDocument(input, makeId)
  const problems = [...loopProblems(document, fixed), ...targetProblems(document, targets)]
  if (problems.length > 0) throw new PolicyError(problems)
  return document
}

/** The problems as a value, where they are only to be told. */
export function tryRead(read: () => PolicyDocument): {
  readonly problems: readonly PolicyProblem[]
  readonly document: PolicyDocument | null
} {
  try {
    return { problems: [], document: read() }
  } catch (error) {
    if (error instanceof PolicyError) return { problems: error.problems, document: null }
    throw error
  }
}

function targetProblems({ redirects }: PolicyDocument, targets: TargetKnowledge): PolicyProblem[] {
  return redirects.flatMap(({ to, fallback }, at) =>
    [['to', to] as const, ['fallback', fallback] as const].flatMap(([field, uri]) => {
      const message = uri === undefined ? null : targets.refused(uri)
      return message === null ? [] : [{ pointer: `/redirects/${at}/${field}`, message }]
    }),
  )
}

/** A policy whose own tests fail needs a reason; one that returns has been in force before. @throws PolicyRefusal */
export function checkTests(policy: Policy, { override, kind }: CommitOptions): void {
  if (override !== null || kind === 'rollback') return
  const failed = runTests(policy).filter(({ pass }) => !pass)
  const [first] = failed
  if (first === undefined) return
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : ''
  throw new PolicyRefusal('tests-failed', `test ${first.id} fails: ${first.message}${more}`)
}

/** A draft that would shut out the admin who commits it must be able to go back by itself. @throws PolicyRefusal */
export function checkDoor(policy: Policy, actor: Actor): void {
  const message = lockout(policy, actor)
  if (message !== null) throw new PolicyRefusal('lockout', `${message}: commit it with a confirm window`)
}

/** Why the admin could not come in any more, as a sentence; null when that is not so. */
export function lockout(policy: Policy, { door }: Actor): string | null {
  if (door === null) return null
  const decision = policy.decide(door)
  return decision.allow ? null : `this would shut you out of the admin side (by rule ${decision.by})`
}
