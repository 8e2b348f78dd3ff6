import type { Shell } from './shell.ts'

/** Alternate screen on, cursor hidden; and back. */
const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
/** To the top left; what is left of a line or of the screen is cleared as it is written, which flickers less. */
const HOME = '\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_REST = '\u001b[J'

/**
 * The whole terminal, borrowed: `draw` as often as one likes, `close` gives it back as it was. Keys are read only to
 * know when to leave (`q`, Ctrl-C, Ctrl-D, Escape).
 */
export class Screen {
  readonly #shell: Shell
  readonly #onLeave: () => void
  readonly #onResize: () => void
  #closed = false

  constructor(shell: Shell, on: { leave: () => void; resize: () => void }) {
    this.#shell = shell
    this.#onLeave = on.leave
    this.#onResize = on.resize
    shell.stdout.write(ENTER)
    shell.stdout.on('resize', this.#onResize)
    if (shell.stdin.isTTY === true) {
      shell.stdin.setRawMode?.(true)
      shell.stdin.on('data', this.#key)
      shell.stdin.resume()
    }
  }

  get width(): number {
    return this.#shell.stdout.columns ?? 80
  }

  get height(): number {
    return this.#shell.stdout.rows ?? 24
  }

  /** Shows these lines, which must fit, in place of what was there. */
  draw(lines: readonly string[]): void {
    if (this.#closed) return
    const shown = lines.slice(0, this.height).map((line) => line + CLEAR_LINE)
    this.#shell.stdout.write(HOME + shown.join('\r\n') + CLEAR_REST)
  }

  /** Harmless when repeated. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const { stdin, stdout } = this.#shell
    stdout.off('resize', this.#onResize)
    if (stdin.isTTY === true) {
      stdin.off('data', this.#key)
      stdin.setRawMode?.(false)
      stdin.pause()
    }
    stdout.write(LEAVE)
  }

  readonly #key = (keys: Buffer) => {
    if (['q', 'Q', '\u0003', '\u0004', '\u001b'].includes(keys.toString())) this.#onLeave()
  }
}
