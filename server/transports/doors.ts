import type { Config } from '../config/config.ts'
import type { Door } from './door.ts'

/** Host and origin rules by port, made once per configuration instead of once per client. */
export class Doors {
  readonly #config: () => Config
  readonly #adminOrigins: readonly string[]
  readonly #made = new Map<number | null, Door>()
  #madeFor: Config | null = null

  constructor(config: () => Config, adminOrigins: readonly string[]) {
    this.#config = config
    this.#adminOrigins = adminOrigins
  }

  at(port: number | null): Door {
    const config = this.#config()
    if (config !== this.#madeFor) this.#made.clear()
    this.#madeFor = config
    let door = this.#made.get(port)
    if (!door) {
      const { hosts, origins, missingOrigin } = config
      door = { port, hosts, origins: [...this.#adminOrigins, ...origins], missingOrigin: missingOrigin === 'allow' }
      this.#made.set(port, door)
    }
    return door
  }
}
