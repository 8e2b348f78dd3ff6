import { lstatSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'

/**
 * Makes way for a Unix listener (SECURITY T25): removes a socket file that nobody answers on any more.
 * @throws Error when somebody does, or when something else lies there; nothing is removed then
 */
export async function clearStaleSocket(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat) return
  if (!stat.isSocket()) throw new Error(`${path} exists and is not a socket: move it away or choose another path`)
  if (await answers(path)) throw new Error(`another program listens on ${path}: stop it or choose another path`)
  unlinkSync(path)
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    const done = (alive: boolean): void => {
      probe.destroy()
      resolve(alive)
    }
    probe.once('connect', () => done(true))
    // A full backlog answers EAGAIN: somebody is there.
    probe.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'EAGAIN'))
  })
}
