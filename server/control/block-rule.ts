import type { ConnectionInfo } from '../../shared/connection.ts'
import { parseAddress } from '../../shared/policy/address.ts'
import type { RuleInput } from '../../shared/policy/document.ts'

/** Longest note of a rule. */
const NOTE_MAX = 500

/**
 * The rule that keeps the client of a connection out of every service for a time: its user, else its address, else its
 * uid. Null when nothing of that is known.
 * @param why goes into the note, whatever characters it holds
 * @param untilMs milliseconds since 1970
 */
export function blockRule(connection: ConnectionInfo, why: string, untilMs: number): RuleInput | null {
  const peer = clientTerm(connection)
  if (peer === null) return null
  const note = why.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, NOTE_MAX)
  const until = new Date(untilMs).toISOString()
  return { action: 'deny', direction: 'in', service: '*', peer, until, note }
}

function clientTerm({ user, peer }: ConnectionInfo): string | null {
  if (user !== null) return `user:${user}`
  const [, host = ''] = /^\[?([0-9a-f.:]+?)(?:%[^\]]*)?\]?:\d+$/i.exec(peer) ?? []
  if (parseAddress(host) !== null) return host
  const [, uid] = /^uid (\d+)\b/.exec(peer) ?? []
  return uid === undefined ? null : `uid:${uid}`
}
