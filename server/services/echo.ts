import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { join } from 'node:path'

import { checkPathLength } from '../transports/open-socket.ts'
import { ServiceRefusal } from './desk.ts'

/** Connections at a time: it is there to be tried. */
const CONNECTIONS_MAX = 100

/**
 * The built-in echo service: sends back what it gets, over a Unix socket in the data directory that only its owner may
 * use. For newcomers who have no service yet. Owned by `app.ts`.
 */
export class Echo {
  readonly path: string
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null

  /** @param dataDir absolute path */
  constructor(dataDir: string) {
    this.path = join(dataDir, 'echo.sock')
  }

  get running(): boolean {
    return this.#server !== null
  }

  /** Listens from then on; does nothing when it does already. @throws ServiceRefusal invalid; Error when it can't listen */
  async start(): Promise<void> {
    if (this.#server !== null) return
    const tooLong = checkPathLength(this.path)
    if (tooLong !== null) throw new ServiceRefusal('invalid', `the data directory has too long a name: ${tooLong}`)
    rmSync(this.path, { force: true }) // of a gateway that was killed; the data directory is ours alone
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      socket.pipe(socket)
    })
    server.maxConnections = CONNECTIONS_MAX
    this.#server = server // at once: who asks meanwhile must not start another
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        const umask = process.umask(0o177)
        try {
          server.listen(this.path, resolve) // makes the file in this turn: nobody else's gets that mask
        } finally {
          process.umask(umask)
        }
      })
    } catch (error) {
      this.#server = null
      throw error
    }
  }

  /** Ends it with all its connections. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}
