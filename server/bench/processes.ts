import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const READY_TIMEOUT_MS = 15_000
const READY_POLL_MS = 20
const STOP_TIMEOUT_MS = 1_500
const LOG_TAIL_CHARS = 1_500

/** A TCP port on loopback, or the path of a Unix socket. */
export type Address = { host: string; port: number } | { path: string }

/** Every process the benchmark has started, each leader of its own group. `killAll` is safe in an exit handler. */
export class Processes {
  readonly #folder: string
  readonly #prefix: readonly string[]
  readonly #running = new Set<ChildProcess>()
  #started = 0

  /** Logs go to `folder`; `pinnedTo` is a list of cores for taskset, or null. */
  constructor(folder: string, pinnedTo: string | null) {
    this.#folder = folder
    this.#prefix = pinnedTo === null ? [] : ['taskset', '-c', pinnedTo]
  }

  /** Starts a program; the caller stops it. With taskset in front its pid is still the program's. */
  spawn(command: readonly string[], stdio: StdioOptions, env: NodeJS.ProcessEnv = {}): ChildProcess {
    const [program, ...args] = [...this.#prefix, ...command]
    const child = spawn(program!, args, { stdio, detached: true, cwd: this.#folder, env: { ...process.env, ...env } })
    child.on('error', () => {}) // seen as an exit
    this.#running.add(child)
    child.on('close', () => this.#running.delete(child))
    return child
  }

  /**
   * Starts a server and resolves once it accepts connections at `address`.
   * @throws Error with the end of its log when it ends first or takes more than 15 s; it is stopped then
   */
  async serve(command: readonly string[], address: Address, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
    const log = join(this.#folder, `${this.#started++}.log`)
    const out = openSync(log, 'a')
    const child = this.spawn(command, ['ignore', out, out], env)
    closeSync(out)
    const deadline = performance.now() + READY_TIMEOUT_MS
    while (!(await answers(address))) {
      if (isRunning(child) && performance.now() < deadline) await delay(READY_POLL_MS)
      else {
        await this.stop(child)
        const said = readFileSync(log, 'utf8').trim().slice(-LOG_TAIL_CHARS)
        throw new Error(`${command.join(' ')}: does not accept connections${said === '' ? '' : `\n${said}`}`)
      }
    }
    return child
  }

  /** Resolves when the whole group is gone; it has 1.5 s to go by itself. */
  async stop(child: ChildProcess): Promise<void> {
    const gone = isRunning(child) ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve()
    signalGroup(child, 'SIGTERM')
    await Promise.race([gone, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
    signalGroup(child, 'SIGKILL')
    await gone
  }

  killAll(): void {
    for (const child of this.#running) signalGroup(child, 'SIGKILL')
  }
}

const isRunning = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Already gone.
  }
}

function answers(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(address)
    probe.on('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.on('error', () => resolve(false))
  })
}

/** A TCP port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
