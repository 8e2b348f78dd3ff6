import type { ConnectionInfo } from '../../shared/connection.ts'
import { formatRule, formatTest } from '../../shared/policy/line-format.ts'
import { ruleLine, testLine } from '../policy/from-connection.ts'
import type { Asked } from './asked.ts'

/** Lines for the editors: a rule that would change the answer, and a test that the answer stays what it is. */
export interface MadeLines {
  readonly rule: string
  readonly action: 'allow' | 'deny'
  readonly test: string
}

/** @param info of a connection that was there; null while nobody knows it */
export function madeLines(asked: Asked, verdict: 'allow' | 'deny', info: ConnectionInfo | null): MadeLines | null {
  const action = verdict === 'allow' ? 'deny' : 'allow'
  if (asked.kind === 'known') return info && { action, rule: ruleLine(info, action), test: testLine(info) }
  if (asked.kind === 'new') return null
  const { direction, service, peer } = asked
  // An instant is known of a connection, but is no condition of a rule.
  const conditions = peer.split(/\s+/).filter((word) => !word.startsWith('at:'))
  return {
    action,
    rule: formatRule({ action, direction, service, peer: conditions.join(' ') || '*' }),
    test: formatTest({ expect: verdict, direction, service, peer }),
  }
}
