import type { GateError } from '../../shared/causes.ts'

/** Clients that may come in and wait for their service: they count like open connections. */
export class Dials {
  readonly #waiting = new Set<AbortController>()
  readonly #perService = new Map<string, number>()

  get size(): number {
    return this.#waiting.size
  }

  count(service: string): number {
    return this.#perService.get(service) ?? 0
  }

  /** Aborts when the dial shall be given up; whoever calls `begin` calls `end` on all paths. */
  begin(service: string): AbortController {
    const dial = new AbortController()
    this.#waiting.add(dial)
    this.#perService.set(service, this.count(service) + 1)
    return dial
  }

  end(service: string, dial: AbortController): void {
    this.#waiting.delete(dial)
    const left = this.count(service) - 1
    if (left > 0) this.#perService.set(service, left)
    else this.#perService.delete(service)
  }

  /** Gives all of them up. */
  abort(error: GateError): void {
    for (const dial of this.#waiting) dial.abort(error)
  }
}
