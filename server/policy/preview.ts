import type { ConnectionEffect, Finding, PolicyPreview } from '../../shared/api.ts'
import { diffDocuments } from '../../shared/policy/diff.ts'
import type { PolicyDocument, PolicyProblem } from '../../shared/policy/document.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { runTests } from '../../shared/policy/run-tests.ts'
import { peerOf, type ConnectionFacts } from '../gateway/connection.ts'
import { reconsider } from '../gateway/rejudge.ts'

/** Most effects that are told one by one; the rest only counts. */
const EFFECTS_MAX = 1000
/** Longest that a preview keeps the event loop at a time. */
const SLICE_MS = 5

/** Connections that a draft is tried on. */
export interface Witnesses {
  open(): Iterable<ConnectionFacts>
  /** Closed and refused lately; `refused`: by the policy. */
  past(): Iterable<{ readonly facts: ConnectionFacts; readonly refused: boolean }>
}

interface Draft {
  readonly problems: readonly PolicyProblem[]
  readonly before: PolicyDocument
  /** Null when the document has problems. */
  readonly draft: Policy | null
  readonly findings: readonly Finding[]
  readonly witnesses: Witnesses
  readonly uriOf: (service: string) => string
  readonly lockout: string | null
}

/** What a draft would do to the connections that are open and to those of late. Reads everything, changes nothing. */
export async function previewDraft(parts: Draft): Promise<PolicyPreview> {
  const { problems, before, draft, findings, witnesses, lockout } = parts
  const nothing = { effects: [], unchanged: 0 }
  if (draft === null) return { problems, changes: [], findings, tests: [], open: nothing, recent: nothing, lockout }
  const changes = diffDocuments(before, draft.document)
  const tests = runTests(draft)
  const open = await effects([...witnesses.open()], (facts) => effectOnOpen(facts, draft, parts.uriOf))
  const recent = await effects([...witnesses.past()], ({ facts, refused }) => {
    if (!refused) return effectOnOpen(facts, draft, parts.uriOf)
    const decision = draft.decide(facts.request)
    return decision.allow ? told(facts, 'allowed', decision, parts.uriOf) : null
  })
  return { problems, changes, findings, tests, open, recent, lockout }
}

function effectOnOpen(facts: ConnectionFacts, draft: Policy, uriOf: Draft['uriOf']): ConnectionEffect | null {
  const { effect, decision } = reconsider(facts, draft, Date.now())
  return effect === 'none' ? null : told(facts, effect, decision, uriOf)
}

function told(
  { request }: ConnectionFacts,
  effect: ConnectionEffect['effect'],
  { by, service, target }: { readonly by: string; readonly service: string; readonly target: string | null },
  uriOf: Draft['uriOf'],
): ConnectionEffect {
  const { id, user } = request
  const to = effect === 'denied' ? '' : (target ?? uriOf(service))
  return { id, service: request.service, peer: peerOf(request), user, effect, rule: by, target: to }
}

async function effects<T>(
  witnesses: readonly T[],
  effectOn: (witness: T) => ConnectionEffect | null,
): Promise<{ effects: ConnectionEffect[]; unchanged: number }> {
  const found: ConnectionEffect[] = []
  let unchanged = 0
  let until = performance.now() + SLICE_MS
  for (const witness of witnesses) {
    if (performance.now() >= until) {
      await new Promise((resolve) => setImmediate(resolve))
      until = performance.now() + SLICE_MS
    }
    const effect = effectOn(witness)
    if (effect === null) unchanged++
    else if (found.length < EFFECTS_MAX) found.push(effect)
  }
  return { effects: found, unchanged }
}
