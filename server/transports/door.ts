import { GateError } from '../../shared/causes.ts'
import { checkHost, checkOrigin, type HostRules } from './host.ts'

/** Where a WebSocket listener stands, and who may come in from a web page. */
export interface Door extends HostRules {
  /** Origins besides the listener's own, as browsers write them. */
  readonly origins: readonly string[]
  /** Whether clients that send no Origin may connect: programs, not browsers. */
  readonly missingOrigin: boolean
}

/**
 * Host and Origin of a request held against the door (SECURITY T2-T4); null when it may come in. Takes every value that
 * was sent, because two of either are an attempt to be read differently by two readers. Never throws.
 */
export function checkDoor(hosts: readonly string[], origins: readonly string[], door: Door): GateError | null {
  try {
    checkHost(hosts, door)
    const [origin] = origins
    if (origins.length > 1) throw new GateError('bad-request', 'the request has more than one Origin header')
    if (origin === undefined) {
      if (door.missingOrigin) return null
      throw new GateError('origin-refused', 'clients without an Origin header may not connect here')
    }
    if (!door.origins.includes(origin)) checkOrigin(origin, hosts[0]!, door.secure)
    return null
  } catch (error) {
    return GateError.from(error)
  }
}
