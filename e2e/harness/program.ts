import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Everything that was started and has not ended. */
const running = new Set<Program>()

/** How a program ended, and all it said. `code` is null when a signal killed it. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A program under way: what it has said so far, and when it has ended. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>
  out = ''
  err = ''
  readonly #looks = new Set<() => void>()

  constructor(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    const { cwd, env } = options
    // Playwright forces colours upon its workers; Node warns of those who say both.
    const { FORCE_COLOR: _, ...inherited } = process.env
    this.child = spawn(command, args, { ...(cwd && { cwd }), env: { ...inherited, NO_COLOR: '1', ...env } })
    running.add(this)
    this.child.stdin.on('error', () => {}) // it may end without reading to the end
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => this.#heard('out', text))
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => this.#heard('err', text))
    this.ended = once(this.child, 'close').then(([code]) => {
      running.delete(this)
      this.#heard('out', '')
      return { code: code as number | null, out: this.out, err: this.err }
    })
  }

  /** Types this; `end` closes its standard input as well. */
  write(input: string | Uint8Array): this {
    this.child.stdin.write(input)
    return this
  }

  end(input: string | Uint8Array = ''): Promise<Ended> {
    this.child.stdin.end(input)
    return this.ended
  }

  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal)
    return this.ended
  }

  /** Resolves with what `look` returns once that is neither null nor undefined. @throws Error when it ends before */
  until<T>(look: () => T | null | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const again = (): void => {
        const found = look()
        const over = this.child.exitCode !== null || this.child.signalCode !== null
        if (found === null || found === undefined) {
          if (over && !running.has(this)) reject(new Error(`ended too early:\n${this.out}${this.err}`))
          return
        }
        this.#looks.delete(again)
        resolve(found)
      }
      this.#looks.add(again)
      again()
    })
  }

  /** Resolves when standard output holds this. */
  said(words: RegExp): Promise<RegExpExecArray> {
    return this.until(() => words.exec(this.out))
  }

  #heard(stream: 'out' | 'err', text: string): void {
    this[stream] += text
    for (const look of this.#looks) look()
  }
}

/** `sockgate ARGS`. */
export function sockgate(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  return new Program(process.execPath, [built('server/main.js'), ...args], { env })
}

/** `websocketc ARGS`, with standard input left open. */
export function websocketc(...args: readonly string[]): Program {
  return new Program(process.execPath, [built('server/websocketc/main.js'), ...args])
}

/** A file of the build. */
export function built(path: string): string {
  return join(ROOT, 'dist', path)
}

/** A file of the repository. */
export function fromRoot(path: string): string {
  return join(ROOT, path)
}

/** Kills what a test has left running. */
export async function killAll(): Promise<void> {
  await Promise.all([...running].map((program) => program.kill('SIGKILL')))
}
