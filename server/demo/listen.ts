import { lstatSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'

/**
 * Serves `name` in the run dir (`$IPC_RUNDIR`) until SIGTERM, SIGINT or, when another Node process started this one with
 * a channel, until that one is gone. Announces itself with one line on stdout and removes its socket when it ends.
 * A socket that still answers belongs to somebody: it is left alone, and this process ends with status 1.
 */
export async function listen(name: string, onConnection: (socket: Socket) => void): Promise<void> {
  const path = join(process.env['IPC_RUNDIR'] ?? '/run/ipc', name)
  if (await answers(path)) fail(`${path}: another service is listening there. Stop it, or choose another IPC_RUNDIR.`)
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path) // left behind by one that was killed

  const server = createServer((socket) => {
    socket.on('error', () => {}) // 'close' follows, and that is all we need to know
    onConnection(socket)
  })
  server.on('error', (error) => fail(error.message))
  process.umask(0o117) // the socket is for our user and group only
  server.listen(path, () => console.log(`${name}: listening on ${path}`))

  const stop = (): never => {
    server.close() // removes the socket
    process.exit(0)
  }
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop)
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.on('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.on('error', () => resolve(false))
  })
}

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}
