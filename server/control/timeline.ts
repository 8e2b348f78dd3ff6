import { causes } from '../../shared/causes.ts'
import type { CauseCode } from '../../shared/causes.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import type { TimelineEntry } from '../../shared/dashboard.ts'
import { spellDuration } from '../../shared/units.ts'
import type { Arrival } from './registry-view.ts'

/** Refusals that a rule decided. */
const DECIDED: ReadonlySet<CauseCode> = new Set(['policy-denied', 'unauthenticated'])

/**
 * What happened to a connection, oldest first, as far as its figures tell: nothing is written down meanwhile.
 * @param redirects ids of the redirects there are, to tell them from rules that only log
 */
export function timeline(info: ConnectionInfo, arrival: Arrival, redirects: ReadonlySet<string>): TimelineEntry[] {
  const { listener, openedAt, target, state } = info
  const at = arrival.acceptedAt
  const entries: TimelineEntry[] = [{ at, kind: 'accepted', text: `came in at ${listener}` }, ...decided(info, at)]
  if (arrival.redirected && target !== '') {
    const by = info.rules.filter((id) => redirects.has(id))
    const text = by.length === 0 ? `sent to ${target}` : `sent to ${target} by ${by.join(', ')}`
    entries.push({ at, kind: 'redirected', text })
  }
  if (state !== 'refused') {
    entries.push({ at: openedAt, kind: 'connected', text: `connected to ${target} ${within(openedAt - at)}` })
  }
  return [...entries, ...pauses(info), ...ended(info)]
}

function decided({ rules, policy, ending }: ConnectionInfo, at: number): TimelineEntry[] {
  const rule = rules.at(-1)
  if (rule === undefined || ending?.code === 'redirect-loop') return []
  const verdict = ending !== null && DECIDED.has(ending.code) ? 'refused it' : 'let it in'
  return [{ at, kind: 'decided', text: `rule ${rule} ${verdict} (version ${policy})` }]
}

/** Clocks on the wall may go back. */
function within(ms: number): string {
  return ms < 1 ? 'in less than 1 ms' : `in ${spellDuration(ms)}`
}

/** All pauses of a side together; when each was is not kept. */
function pauses({ paused, ending }: ConnectionInfo): TimelineEntry[] {
  const at = ending?.at ?? Date.now()
  const pause = (ms: number, side: string, other: string): TimelineEntry[] => {
    if (ms <= 0) return []
    const text = `the ${side} was not read for ${spellDuration(ms)}, as the ${other} did not keep up`
    return [{ at, kind: 'paused', text }]
  }
  return [...pause(paused.client, 'client', 'service'), ...pause(paused.service, 'service', 'client')]
}

function ended({ state, ending }: ConnectionInfo): TimelineEntry[] {
  if (ending === null) return []
  const what = state === 'refused' ? 'refused' : state === 'closing' ? 'closing' : 'ended'
  return [{ at: ending.at, kind: 'ended', text: `${what}: ${ending.detail || causes[ending.code].title}` }]
}
