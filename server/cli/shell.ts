import type { EventEmitter } from 'node:events'

/** Where a command prints: stdout, stderr or what a test put there. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  /** Size of a terminal, in characters. */
  readonly columns?: number
  readonly rows?: number
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** Keys of a terminal; anything else is not read. */
export interface Input {
  readonly isTTY?: boolean
  setRawMode?(on: boolean): unknown
  on(event: 'data', listener: (keys: Buffer) => void): unknown
  off(event: 'data', listener: (keys: Buffer) => void): unknown
  resume(): unknown
  pause(): unknown
}

/** All that commands know of the process around them; `main` passes the real one, tests their own. */
export interface Shell {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly uid: number
  /** Emits SIGINT, SIGTERM and SIGHUP. */
  readonly signals: EventEmitter
}

/** A command that cannot go on: the sentence to print, and the exit status: 1 failed, 2 used or configured wrongly. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly status: 1 | 2

  constructor(message: string, status: 1 | 2, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** Whether to colour: only on a terminal, and not against the wish of https://no-color.org. */
export function colorful(output: Output, env: Shell['env']): boolean {
  return output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
