import { parseAddress } from '../../shared/policy/address.ts'
import { clientKey, type Allowed } from '../../shared/policy/policy.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import type { Slot } from './tally.ts'

const NONE: readonly Slot[] = []

/** What a connection takes of the numbers that its rule sets. Nearly all rules set none. */
export function slotsOf({ limits, by, service }: Allowed, request: ConnectionRequest): readonly Slot[] {
  if (limits === null) return NONE
  const { perAddress, perUser, perService } = limits
  const slots: Slot[] = []
  const { user, source } = request
  if (perAddress !== undefined) {
    const key = clientKey({ ...request, user: null }, source && parseAddress(source.address))
    slots.push({ key: `${by} ${key}`, max: perAddress, what: 'from one address' })
  }
  if (perUser !== undefined) slots.push({ key: `${by} user ${user ?? ''}`, max: perUser, what: 'of one user' })
  if (perService !== undefined) slots.push({ key: `${by} service ${service}`, max: perService, what: `to ${service}` })
  return slots
}
