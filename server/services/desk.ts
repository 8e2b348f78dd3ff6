import type { ServiceBody } from '../../shared/api.ts'
import type { By } from '../accounts/desk.ts'
import type { ServiceEntry } from './service.ts'

/** A definition that is not made; nothing has been changed. The message is a sentence. */
export class ServiceRefusal extends Error {
  override readonly name = 'ServiceRefusal'
  readonly code: 'invalid' | 'fixed' | 'unknown'

  constructor(code: ServiceRefusal['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What the admin API can do with definitions of services. `Definitions` is it. Every change is in the audit log. */
export interface ServiceDesk {
  /** What the dashboard's entry says; null when it has none of that name. */
  entry(name: string): ServiceBody | null
  /**
   * Adds or replaces an entry; new connections follow it from now on.
   * @returns whether it is a new one @throws ServiceRefusal invalid, fixed; StoreError
   */
  define(name: string, body: ServiceBody, by: By): boolean
  /** @throws ServiceRefusal unknown, fixed; StoreError */
  remove(name: string, by: By): void
}

/** A probe that is not made; the message is a sentence. */
export class ProbeRefusal extends Error {
  override readonly name = 'ProbeRefusal'
}

export interface Probed {
  readonly ok: boolean
  readonly tookMs: number
  /** A sentence. */
  readonly message: string
}

/** What people do with a service besides defining it. `Operations` is it. Every change is in the audit log. */
export interface ServiceOperations {
  /** Connects as the gateway does, says nothing and hangs up. @throws ProbeRefusal when too many run */
  probe(name: string): Promise<Probed>
  isDisabled(name: string): boolean
  /** New connections are refused from now on, until `enable`; also over a restart. @throws StoreError */
  disable(name: string, by: By): void
  /** @throws StoreError */
  enable(name: string, by: By): void
  /** Since when, in milliseconds since 1970; null when it is not. */
  disabledAt(name: string): number | null
}

/** A stored entry in the spelling of the API. */
export function bodyOf({ maxMessageBytes, maxConnections, ...rest }: ServiceEntry): ServiceBody {
  return {
    ...rest,
    ...(typeof maxMessageBytes === 'number' && { maxMessage: maxMessageBytes }),
    ...(typeof maxConnections === 'number' && { maxConnections }),
  }
}
