import type { GateError } from '../../shared/causes.ts'
import type { Ending } from '../../shared/connection.ts'

/** How a service has done lately. `since` is in milliseconds since 1970; 0 when nobody has asked for it yet. */
export interface Health {
  readonly state: 'up' | 'down' | 'unknown'
  readonly since: number
  /** The last failure, as a sentence, until it works again. */
  readonly lastError: string | null
}

const unknown: Health = { state: 'unknown', since: 0, lastError: null }

/** Services remembered; names come from clients, too. */
const REMEMBERED = 20_000

/** What connections and probes have shown of each service. */
export class ServiceHealth {
  readonly #health = new Map<string, Health>()

  /** A connection to it was made. */
  works(service: string): void {
    this.#set(service, 'up', null)
  }

  /** It could not be reached. */
  fails(service: string, error: string): void {
    this.#set(service, 'down', error)
  }

  /** A client's connection could not be made; says nothing of the service when that was for another reason. */
  unreachable(service: string, { code, message }: GateError): void {
    if (code === 'no-service') this.fails(service, 'there is no socket at its path: is the service running?')
    else if (code === 'upstream-refused' || code === 'upstream-timeout') this.fails(service, message)
  }

  /** A connection to it is over: it may be the service that broke it. */
  ended(service: string, ending: Ending | null): void {
    if (ending !== null && FAULTS.has(ending.code)) this.#set(service, this.of(service).state, ending.detail)
  }

  of(service: string): Health {
    return this.#health.get(service) ?? unknown
  }

  #set(service: string, state: Health['state'], lastError: string | null): void {
    const before = this.of(service)
    if (before.state === state && before.lastError === lastError) return
    const since = before.state === state ? before.since : Date.now()
    this.#health.set(service, { state, since, lastError })
    if (this.#health.size > REMEMBERED) this.#health.delete(this.#health.keys().next().value!)
  }
}

/** It is there, and did something wrong. */
const FAULTS: ReadonlySet<string> = new Set([
  'service-failed',
  'service-malformed',
  'service-too-large',
  'slow-service',
])
