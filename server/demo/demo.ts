import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { scriptArgs } from '../script.ts'
import type { ServiceEntry } from '../services/service.ts'
import { Child } from './child.ts'
import type { DemoLog } from './child.ts'

/** The sample services of `sockgate serve --demo`, running. */
export interface Demo {
  /** A fresh temporary directory, ours alone (0700), with one socket per service. */
  readonly rundir: string
  /** What the gateway must know of each service, by name. */
  readonly entries: ReadonlyMap<string, ServiceEntry>
  /** Ends the services and removes the directory; also done, abruptly, when this process exits. Harmless when repeated. */
  stop(): Promise<void>
}

const entries: ReadonlyMap<string, ServiceEntry> = new Map([
  // No barrier: these two take their frames from the stream however they come.
  ['pong', { target: 'unix:pong', codec: 'libipc', barrier: false }],
  ['chat', { target: 'unix:chat', codec: 'libipc', barrier: false }],
  ['clock', { target: 'unix:clock', codec: 'line', text: true }],
])

/**
 * Starts `pong`, `clock` and `chat` as processes of their own in a throw-away run dir, and restarts any that dies.
 * Resolves when all three listen. @throws Error when one does not start; nothing is left behind then.
 */
export async function startDemo(log: DemoLog): Promise<Demo> {
  const rundir = mkdtempSync(join(tmpdir(), 'sockgate-demo-')) // made with mode 0700
  const children = [...entries.keys()].map((name) => new Child(name, scriptArgs(import.meta.url, name), rundir, log))
  const remove = (): void => rmSync(rundir, { recursive: true, force: true })
  const abandon = (): void => {
    for (const child of children) child.kill()
    remove()
  }
  process.once('exit', abandon)

  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()))
    remove()
    process.off('exit', abandon)
  }

  try {
    await Promise.all(children.map((child) => child.start()))
  } catch (error) {
    await stop()
    throw error
  }
  log.info({ rundir }, `demo services run in ${rundir}`)
  return { rundir, entries, stop }
}
