/** Decides when a run has heard enough: so many messages, or silence, once the input has ended. */
export class Patience {
  /** Resolves when nothing more is waited for; never, if neither a count nor a silence was asked for. */
  readonly over: Promise<void>
  readonly #expect: number | null
  readonly #waitMs: number | null
  #count = 0
  #inputEnded = false
  #silent = false
  #timer: NodeJS.Timeout | undefined
  #end!: () => void

  constructor(expect: number | null, waitMs: number | null) {
    this.#expect = expect
    this.#waitMs = waitMs
    this.over = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  get count(): number {
    return this.#count
  }

  /** True when silence has ended the wait. */
  get silent(): boolean {
    return this.#silent
  }

  /** True when as many messages came as were asked for, or no number was. */
  get satisfied(): boolean {
    return this.#expect === null || this.#count >= this.#expect
  }

  heard(): void {
    this.#count++
    this.#look()
  }

  endOfInput(): void {
    this.#inputEnded = true
    this.#look()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #look(): void {
    if (!this.#inputEnded) return
    clearTimeout(this.#timer)
    if (this.#expect !== null && this.satisfied) return this.#end()
    if (this.#waitMs === null) return
    this.#timer = setTimeout(() => {
      this.#silent = true
      this.#end()
    }, this.#waitMs)
  }
}
