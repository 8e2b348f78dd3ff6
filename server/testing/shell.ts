import { EventEmitter, once } from 'node:events'

import type { Shell } from '../cli/shell.ts'

/** A Shell whose output a test reads and whose keys it presses. */
export class TestShell extends EventEmitter implements Shell {
  readonly env: Record<string, string> = {}
  cwd = '/'
  readonly uid = 1000
  readonly signals = new EventEmitter()
  readonly stdin: TestInput
  readonly stdout: TestOutput
  readonly stderr = new TestOutput(null)

  /** @param terminal its size; null for a pipe */
  constructor(terminal: { readonly columns: number; readonly rows: number } | null = null) {
    super()
    this.stdout = new TestOutput(terminal)
    this.stdin = new TestInput(terminal !== null)
  }
}

class TestOutput extends EventEmitter {
  text = ''
  isTTY: boolean
  columns?: number
  rows?: number

  constructor(terminal: { readonly columns: number; readonly rows: number } | null) {
    super()
    this.isTTY = terminal !== null
    if (terminal !== null) Object.assign(this, terminal)
  }

  write(text: string): void {
    this.text += text
    this.emit('written')
  }

  /** Waits until all that was written holds this. */
  async until(wanted: string | RegExp): Promise<void> {
    while (!(typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text)))
      await once(this, 'written')
  }
}

class TestInput extends EventEmitter {
  readonly isTTY: boolean
  raw = false
  /** What a pipe in its place holds. */
  piped = ''

  constructor(isTTY: boolean) {
    super()
    this.isTTY = isTTY
  }

  setRawMode(on: boolean): void {
    this.raw = on
  }

  resume(): void {}

  pause(): void {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    await Promise.resolve()
    if (this.piped !== '') yield Buffer.from(this.piped)
  }
}
