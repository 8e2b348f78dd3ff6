import type { ConnectionInfo } from '../../shared/connection.ts'
import { parseAddress } from '../../shared/policy/address.ts'
import type { RuleInput } from '../../shared/policy/document.ts'

/** Longest note of a rule. */
const NOTE_MAX = 500

/**
 * The rule that keeps a client out of every service, for a time or for ever.
 * @param peer what `clientTerm` said
 * @param why goes into the note, whatever characters it holds
 * @param untilMs milliseconds since 1970; null: until somebody removes the rule
 */
export function blockRule(peer: string, why: string, untilMs: number | null): RuleInput {
  const note = why.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, NOTE_MAX)
  const until = untilMs === null ? {} : { until: new Date(untilMs).toISOString() }
  return { action: 'deny', direction: 'in', service: '*', peer, ...until, note }
}

/** The client of a connection as a rule names it: its user, else its address, else its uid; null when none is known. */
export function clientTerm({ user, peer }: ConnectionInfo): string | null {
  if (user !== null) return `user:${user}`
  const [, host = ''] = /^\[?([0-9a-f.:]+?)(?:%[^\]]*)?\]?:\d+$/i.exec(peer) ?? []
  if (parseAddress(host) !== null) return host
  const [, uid] = /^uid (\d+)\b/.exec(peer) ?? []
  return uid === undefined ? null : `uid:${uid}`
}
