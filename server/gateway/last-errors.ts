import type { ConnectionInfo } from '../../shared/connection.ts'

/** The last failure of each service, until it works again. */
export class LastErrors {
  readonly #errors = new Map<string, string>()

  works(service: string): void {
    this.#errors.delete(service)
  }

  note({ service, ending, target }: ConnectionInfo): void {
    if (ending && target !== '' && SERVICE_FAULTS.has(ending.code)) this.#errors.set(service, ending.detail)
  }

  of(service: string): string | null {
    return this.#errors.get(service) ?? null
  }
}

const SERVICE_FAULTS: ReadonlySet<string> = new Set([
  'upstream-refused',
  'upstream-timeout',
  'service-failed',
  'service-malformed',
  'service-too-large',
  'slow-service',
])
