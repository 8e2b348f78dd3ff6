import type { z } from 'zod'

import type { matchesBody, MatchesAnswer } from '../../shared/dashboard.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { compile } from '../../shared/policy/policy.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { inSlices } from './slices.ts'
import type { Witnesses } from './witnesses.ts'

/** A rule or a redirect, as an editor has it. */
export type MatchedEntry = z.output<typeof matchesBody>

/** Most ids of open connections that are told. */
const IDS_MAX = 100
/** Of an entry that has no id yet; no other entry has it. */
const OWN_ID = 'fixed-draft'

/**
 * How many connections one entry would match if nothing stood in front of it, whether it is switched on or not. A rule
 * sees a connection as the redirects in force leave it.
 */
export async function countMatches(entry: MatchedEntry, inForce: Policy, witnesses: Witnesses): Promise<MatchesAnswer> {
  const { policy, id } = alone(entry, inForce)
  const now = Date.now()
  const matched: string[] = []
  let recent = 0
  await inSlices(witnesses.open(), ({ request }) => {
    if (policy.decide(request, now).rules.includes(id)) matched.push(request.id)
  })
  await inSlices(witnesses.past(), ({ facts }) => {
    if (policy.decide(facts.request, now).rules.includes(id)) recent++
  })
  return { open: matched.length, recent, ids: matched.slice(-IDS_MAX).toReversed() }
}

/** A policy whose decisions tell of that entry. */
function alone(entry: MatchedEntry, { version, document, fixed }: Policy): { policy: Policy; id: string } {
  const nothing: PolicyDocument = { ...document, redirects: [], rules: [], tests: [] }
  if ('redirect' in entry) {
    const { id = OWN_ID } = entry.redirect // its id decides who is in its share
    return { policy: compile({ ...nothing, redirects: [{ ...entry.redirect, id, enabled: true }] }, version), id }
  }
  const rules = [{ ...entry.rule, id: OWN_ID, enabled: true }]
  const { redirects } = document
  return { policy: compile({ ...nothing, redirects, rules }, version, { ...fixed, rules: [] }), id: OWN_ID }
}
