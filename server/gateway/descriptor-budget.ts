import { descriptorLimit, descriptorsInUse } from '../native/descriptors.ts'

/** Descriptors that connections leave free, for the admin side, for files and for clients at the door (SECURITY F8). */
const RESERVE = 32
/** Of those, what clients at the door leave free, so that some can be let in while a crowd waits for its refusals. */
const DOOR_RESERVE = 20
/** Of those, what nobody takes who is let in. */
const LAST_RESERVE = 8

/** Clients that have been let in, or are as soon as their service has answered. */
interface Clients {
  readonly open: number
  readonly dialling: number
}

/** How many sockets there are, held against the descriptor limit. Counting costs two additions a connection. */
export class DescriptorBudget {
  readonly #limit = descriptorLimit()
  readonly #clients: () => Clients
  #base = 0
  #atDoor = 0

  constructor(clients: () => Clients) {
    this.#clients = clients
  }

  /** Called when everything but clients is open. */
  start(): void {
    this.#base = descriptorsInUse()
  }

  /** Clients that are not let in yet; those that are have two descriptors each. */
  count(change: 1 | -1): void {
    this.#atDoor += change
  }

  /** Whether a client may be let in, which takes one more for its service. */
  get roomForService(): boolean {
    const { open, dialling } = this.#clients()
    // Others at the door do not count here: most will be refused, and a crowd would keep everybody out.
    const left = this.#limit - this.#base - 2 * (open + dialling)
    return left > RESERVE && this.#free > LAST_RESERVE
  }

  /** Whether a socket may come to the door at all. */
  get roomForClient(): boolean {
    return this.#free > DOOR_RESERVE
  }

  get #free(): number {
    const { open, dialling } = this.#clients()
    return this.#limit - this.#base - this.#atDoor - dialling - 2 * open
  }

  warning(maxConnections: number): string | null {
    const room = Math.max(0, Math.floor((this.#limit - descriptorsInUse() - RESERVE) / 2))
    // A few per cent short is no reason to trouble anybody at every start.
    if (room >= 0.95 * maxConnections) return null
    return `the limit of ${this.#limit} file descriptors has room for ${room} connections, not ${maxConnections}: raise it (ulimit -n, LimitNOFILE=) or lower --max-connections`
  }
}
