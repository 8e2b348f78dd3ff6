import { causes } from '../../shared/causes.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import type { TimelineEntry } from '../../shared/dashboard.ts'
import { spellDuration } from '../../shared/units.ts'

/** What happened to a connection, oldest first, as far as its figures tell. */
export function timeline(info: ConnectionInfo): TimelineEntry[] {
  const { openedAt, listener, rules, policy, service, target, state, paused, ending } = info
  const at = openedAt
  const entries: TimelineEntry[] = [{ at, kind: 'accepted', text: `came in at ${listener}` }]
  const rule = rules.at(-1)
  if (rule !== undefined) {
    const verdict = ending?.code === 'policy-denied' ? 'refused it' : 'let it in'
    entries.push({ at, kind: 'decided', text: `rule ${rule} ${verdict} (version ${policy})` })
  }
  const via = rules.slice(0, -1)
  if (via.length > 0 && target !== '' && target !== `unix:${service}`) {
    entries.push({ at, kind: 'redirected', text: `sent to ${target} by ${via.join(', ')}` })
  }
  if (state !== 'refused') entries.push({ at, kind: 'connected', text: `connected to ${target}` })
  const end = ending?.at ?? Date.now()
  for (const [ms, side] of [[paused.client, 'client'] as const, [paused.service, 'service'] as const]) {
    const other = side === 'client' ? 'service' : 'client'
    if (ms > 0) {
      const text = `the ${side} was not read for ${spellDuration(ms)}, as the ${other} did not keep up`
      entries.push({ at: end, kind: 'paused', text })
    }
  }
  if (ending !== null) {
    const what = state === 'refused' ? 'refused' : state === 'closing' ? 'closing' : 'ended'
    entries.push({ at: ending.at, kind: 'ended', text: `${what}: ${ending.detail || causes[ending.code].title}` })
  }
  return entries
}
