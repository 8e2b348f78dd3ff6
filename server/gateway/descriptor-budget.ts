import { descriptorLimit, descriptorsInUse } from '../native/descriptors.ts'
import type { Registry } from './registry.ts'

/** Descriptors kept free for the admin side and for files when clients take all others (SECURITY F8). */
const RESERVE = 32
/** Of those, what no socket may take, so that a refusal can still be said. */
const LAST_RESERVE = 8

/** How many sockets there are, held against the descriptor limit. Counting costs two additions a connection. */
export class DescriptorBudget {
  readonly #limit = descriptorLimit()
  readonly #registry: Registry
  #base = 0
  #atDoor = 0

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** Called when everything but clients is open. */
  start(): void {
    this.#base = descriptorsInUse()
  }

  /** Clients that are not let in yet; those that are have two descriptors each and are in the registry. */
  count(change: 1 | -1): void {
    this.#atDoor += change
  }

  /** Whether a client may be let in, which takes one more for its service. */
  get roomForService(): boolean {
    return this.#free > RESERVE
  }

  /** Whether a socket may come to the door at all. */
  get roomForClient(): boolean {
    return this.#free > LAST_RESERVE
  }

  get #free(): number {
    return this.#limit - this.#base - this.#atDoor - 2 * this.#registry.size
  }

  warning(maxConnections: number): string | null {
    const room = Math.max(0, Math.floor((this.#limit - descriptorsInUse() - RESERVE) / 2))
    if (room >= maxConnections) return null
    return `the limit of ${this.#limit} file descriptors has room for ${room} connections, not ${maxConnections}: raise it (ulimit -n, LimitNOFILE=) or lower --max-connections`
  }
}
