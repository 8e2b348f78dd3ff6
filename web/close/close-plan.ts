import type { CloseManyBody, ConnectionSelection } from '../../shared/api.ts'
import { causes, REASON_MAX } from '../../shared/causes.ts'

/** What somebody has chosen in the dialog. */
export interface Plan {
  /** As typed. */
  readonly code: string
  readonly reason: string
  readonly pace: Pace
  readonly block: Block
}

export type Pace = 'once' | 'slow' | 'spread'
export type Block = 'no' | '10m' | '1h' | 'forever'

/** Codes offered by name; the first is what an administrator's closing has by itself. */
export const CODES: readonly number[] = [causes.killed.close, 1012, 1001, 1000, causes['policy-denied'].close]

/** From this many on the number has to be typed, and they are closed a few at a time unless somebody says otherwise. */
export const MANY = 11

export function firstPlan(count: number, block: boolean): Plan {
  return {
    code: String(causes.killed.close),
    reason: '',
    pace: count < MANY ? 'once' : 'slow',
    block: block ? '10m' : 'no',
  }
}

/** Whether a code may be sent (RFC 6455, 7.4): registered ones that are not reserved, and the private range. */
export function maySend(code: string): boolean {
  const number = /^\d{4}$/.test(code) ? Number(code) : 0
  return (
    (number >= 1000 && number <= 1014 && ![1004, 1005, 1006, 1010].includes(number)) ||
    (number >= 3000 && number <= 4999)
  )
}

/** Bytes of the reason, which a close frame has room for 123 of. */
export function reasonBytes(reason: string): number {
  return new TextEncoder().encode(reason).length
}

export function isReady({ code, reason }: Plan): boolean {
  return maySend(code) && reasonBytes(reason) <= REASON_MAX
}

/** The reason that goes out: the gateway's own when none was given. */
export function sentReason({ reason }: Plan): string {
  return reason.trim() === '' ? causes.killed.title : reason.trim()
}

/** What both ways of closing are told: one connection, and many. */
export function closingOf(plan: Plan): { code?: number; reason?: string; blockFor?: string } {
  const reason = plan.reason.trim()
  return {
    ...(maySend(plan.code) && { code: Number(plan.code) }),
    ...(reason !== '' && reasonBytes(reason) <= REASON_MAX && { reason }),
    ...(plan.block !== 'no' && { blockFor: plan.block }),
  }
}

/** Closed a second when all at once: the most that the gateway takes. */
const AT_ONCE = 10_000

export function closeManyBody(filter: ConnectionSelection, plan: Plan, dryRun: boolean): CloseManyBody {
  const paces = { once: { pace: { perSecond: AT_ONCE } }, slow: { pace: { perSecond: 10 } }, spread: { over: '5m' } }
  return { filter, ...closingOf(plan), ...paces[plan.pace], dryRun }
}
