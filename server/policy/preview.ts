import type { ConnectionEffect, Finding, PolicyPreview } from '../../shared/api.ts'
import { diffDocuments } from '../../shared/policy/diff.ts'
import type { PolicyDocument, PolicyProblem } from '../../shared/policy/document.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { runTests } from '../../shared/policy/run-tests.ts'
import { peerOf, type ConnectionFacts } from '../gateway/connection.ts'
import { reconsider } from '../gateway/rejudge.ts'
import { inSlices } from './slices.ts'
import { touchesAdmin } from './touches-admin.ts'
import type { Witnesses } from './witnesses.ts'

/** Most effects that are told one by one; the rest only counts. */
const EFFECTS_MAX = 1000

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
  if (draft === null) {
    const unknown = { changes: [], tests: [], open: nothing, recent: nothing, touchesAdmin: false, share: 0 }
    return { ...unknown, problems, findings, lockout }
  }
  const changes = diffDocuments(before, draft.document)
  const tests = runTests(draft)
  const { share, ...open } = await effects(witnesses.open(), (facts) => effectOnOpen(facts, draft, parts.uriOf))
  const { share: _, ...recent } = await effects(witnesses.past(), ({ facts, refused }) => {
    if (!refused) return effectOnOpen(facts, draft, parts.uriOf)
    const decision = draft.decide(facts.request)
    return decision.allow ? told(facts, 'allowed', decision, parts.uriOf) : null
  })
  return {
    problems,
    changes,
    findings,
    tests,
    open,
    recent,
    lockout,
    touchesAdmin: touchesAdmin(before, draft.document),
    share,
  }
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

/** `share`: of those that would not stay as they are, from 0 to 1, also of those that are not told one by one. */
async function effects<T>(
  witnesses: Iterable<T>,
  effectOn: (witness: T) => ConnectionEffect | null,
): Promise<{ effects: ConnectionEffect[]; unchanged: number; share: number }> {
  const found: ConnectionEffect[] = []
  let unchanged = 0
  let changed = 0
  await inSlices(witnesses, (witness) => {
    const effect = effectOn(witness)
    if (effect === null) unchanged++
    else if (++changed <= EFFECTS_MAX) found.push(effect)
  })
  return { effects: found, unchanged, share: changed === 0 ? 0 : changed / (changed + unchanged) }
}
