import { InputError } from './piped.ts'
import type { Io } from './printer.ts'

/** Why a run ends on our side before it is through. */
export type Stop =
  | { readonly why: 'asked' | 'time' | 'output-gone' }
  | { readonly why: 'input'; readonly error: InputError }

/** Ends a run early: on a signal, when its time is up, when nobody reads its output. The first reason counts. */
export class Stopper {
  /** Aborts when the run is to end: gives up connecting, closes an open connection with 1000. */
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  readonly #io: Io
  #reason: Stop | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(io: Io, timeoutMs: number | null) {
    this.signal = this.#controller.signal
    this.#io = io
    if (timeoutMs !== null) this.#timer = setTimeout(() => this.stop({ why: 'time' }), timeoutMs)
    process.on('SIGINT', this.#onSignal)
    process.on('SIGTERM', this.#onSignal)
    io.stdout.on('error', this.#onOutputError)
    io.stderr.on('error', this.#onOutputError)
  }

  get reason(): Stop | null {
    return this.#reason
  }

  stop(reason: Stop): void {
    this.#reason ??= reason
    this.#controller.abort(new Error('The run was ended'))
  }

  dispose(): void {
    clearTimeout(this.#timer)
    process.off('SIGINT', this.#onSignal)
    process.off('SIGTERM', this.#onSignal)
    this.#io.stdout.off('error', this.#onOutputError)
    this.#io.stderr.off('error', this.#onOutputError)
  }

  /** The second one does not wait for the other side's goodbye. */
  readonly #onSignal = (): void => {
    if (this.#reason) process.exit(130)
    this.stop({ why: 'asked' })
  }

  /** `websocketc URL | head -1`: the reader has all it wanted. */
  readonly #onOutputError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    this.stop({ why: 'output-gone' })
  }
}
