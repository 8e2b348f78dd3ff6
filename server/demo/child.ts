import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Where lines about demo services go; pino's logger fits. */
export interface DemoLog {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}

const READY_TIMEOUT_MS = 10_000
const STOP_TIMEOUT_MS = 2_000
const BACKOFF_MIN_MS = 250
const BACKOFF_MAX_MS = 10_000

/** One service as a process of its own: restarted when it dies, more slowly each time it dies young. Owned by `startDemo`. */
export class Child {
  readonly #name: string
  readonly #args: readonly string[]
  readonly #rundir: string
  readonly #log: DemoLog
  #process: ChildProcess | undefined
  #startedAt = 0
  #backoffMs = BACKOFF_MIN_MS
  #restart: NodeJS.Timeout | undefined
  #stopped = false

  constructor(name: string, args: readonly string[], rundir: string, log: DemoLog) {
    this.#name = name
    this.#args = args
    this.#rundir = rundir
    this.#log = log
  }

  /** Resolves when the service listens. @throws Error when it ends first, or takes more than 10 s. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, this.#args, {
      // The channel is how the service learns that we are gone, however we went.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, IPC_RUNDIR: this.#rundir },
      // A group of its own: Ctrl-C is for the gateway, which lets its connections end first.
      detached: true,
    })
    this.#process = child
    this.#startedAt = performance.now()
    const closed = ended(child)
    closed.then((how) => this.#closed(how)).catch(() => {})
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.#log.warn({ service: this.#name }, `demo service ${this.#name}: ${line.slice(0, 500)}`)
      })
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_TIMEOUT_MS)
    const failure = await Promise.race([closed, firstLine(child)])
    clearTimeout(timer)
    if (failure !== null) throw new Error(`demo service ${this.#name} did not start (${failure})`)
    this.#log.info({ service: this.#name, pid: child.pid }, `demo service ${this.#name} started`)
  }

  #closed(how: string): void {
    this.#process = undefined
    if (this.#stopped) return
    if (performance.now() - this.#startedAt > BACKOFF_MAX_MS) this.#backoffMs = BACKOFF_MIN_MS
    const delayMs = this.#backoffMs
    this.#backoffMs = Math.min(delayMs * 2, BACKOFF_MAX_MS)
    this.#log.warn({ service: this.#name, delayMs }, `demo service ${this.#name} ended (${how}), restarting it`)
    this.#restart = setTimeout(() => {
      this.start().catch(() => {}) // its end has already scheduled the next attempt
    }, delayMs)
  }

  /** Resolves when the process is gone; it has 2 s to go by itself. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#restart)
    const child = this.#process
    if (!child) return
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await gone
    clearTimeout(timer)
  }

  /** The same without waiting, for when the process itself is about to end. */
  kill(): void {
    this.#stopped = true
    this.#process?.kill('SIGKILL')
  }
}

/** Resolves, with how it went, when the process has ended or could not be started at all. */
function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message)
    })
    child.once('close', (code, signal) => resolve(signal ?? `status ${code}`))
  })
}

/** Resolves with null at the first line on stdout, which services write once they listen; the rest is read and dropped. */
function firstLine(child: ChildProcess): Promise<null> {
  return new Promise((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', () => resolve(null))
  })
}
