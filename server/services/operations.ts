import { GateError } from '../../shared/causes.ts'
import type { ServiceState } from '../../shared/dashboard.ts'
import type { By } from '../accounts/desk.ts'
import type { Store } from '../store/store.ts'
import { ProbeRefusal } from './desk.ts'
import type { Probed, ServiceOperations } from './desk.ts'

export interface OperationParts {
  readonly store: Pick<Store, 'services' | 'audit' | 'transaction'>
  /** Connects to the service and hangs up. @throws GateError when that fails */
  connect(name: string, signal: AbortSignal): Promise<void>
  /** Why that failed, in words for those who run the gateway. */
  why(name: string, error: GateError): string
  /** What was found out about a service. */
  found(name: string, error: string | null): void
  readonly timeoutMs: () => number
  /** Called after each switch. */
  changed(): void
}

/** Probes at a time: each is a connection that a service has to accept. */
const PROBES_MAX = 8
const PROBE_MAX_MS = 5000

/** Made by `app.ts`, which asks `isDisabled` before each connection. */
export class Operations implements ServiceOperations {
  readonly #parts: OperationParts
  readonly #disabled: Map<string, number>
  #probing = 0

  /** @throws StoreError */
  constructor(parts: OperationParts) {
    this.#parts = parts
    this.#disabled = new Map(parts.store.services.disabled())
  }

  isDisabled(name: string): boolean {
    return this.#disabled.has(name)
  }

  disabledAt(name: string): number | null {
    return this.#disabled.get(name) ?? null
  }

  async probe(name: string): Promise<Probed> {
    if (this.#probing >= PROBES_MAX) {
      throw new ProbeRefusal(`${PROBES_MAX} services are being probed already; try again in a moment`)
    }
    this.#probing++
    const startedAt = performance.now()
    const took = () => Math.round((performance.now() - startedAt) * 10) / 10
    try {
      await this.#parts.connect(name, AbortSignal.timeout(Math.min(this.#parts.timeoutMs(), PROBE_MAX_MS)))
      this.#parts.found(name, null)
      return { ok: true, tookMs: took(), message: 'it accepted the connection' }
    } catch (error) {
      const message = this.#parts.why(name, GateError.from(error))
      this.#parts.found(name, message)
      return { ok: false, tookMs: took(), message }
    } finally {
      this.#probing--
    }
  }

  disable(name: string, by: By): void {
    this.#switch(name, Date.now(), by)
  }

  enable(name: string, by: By): void {
    this.#switch(name, null, by)
  }

  #switch(name: string, at: number | null, { name: actor, from, requestId }: By): void {
    const parts = this.#parts
    const { store } = parts
    const off = at !== null
    if (this.#disabled.has(name) === off) return
    store.transaction(() => {
      store.services.saveDisabled(name, at)
      store.audit.append({
        actor,
        from,
        requestId,
        result: 'ok',
        action: off ? 'service.disable' : 'service.enable',
        object: `service ${name}`,
        detail: '',
      })
    })
    if (off) this.#disabled.set(name, at)
    else this.#disabled.delete(name)
    parts.changed()
  }
}

/** What a list shows: being switched off counts more than what was seen before. */
export function shownState(
  operations: Pick<ServiceOperations, 'disabledAt'>,
  name: string,
  health: { readonly state: Exclude<ServiceState, 'disabled'>; readonly since: number },
): { readonly state: ServiceState; readonly since: number } {
  const at = operations.disabledAt(name)
  return at === null ? health : { state: 'disabled', since: at }
}
