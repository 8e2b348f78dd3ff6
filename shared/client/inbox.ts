/** What to do when unread messages pile up, and when they are read again. */
interface Pressure {
  full(): void
  room(): void
}

interface Waiting<M> {
  resolve(result: IteratorResult<M, undefined>): void
  reject(error: Error): void
}

/**
 * Messages between their arrival and whoever reads them: one listener, or one loop at a time. Keeps what nobody has
 * read yet; the owner is told above `maxBytes` and again when half of that is read.
 */
export class Inbox<M> {
  readonly #maxBytes: number
  readonly #pressure: Pressure
  #queue: { message: M; bytes: number }[] = []
  #head = 0
  #bytes = 0
  #full = false
  #listener: ((message: M) => void) | null = null
  #waiting: Waiting<M> | null = null
  #end: { error: Error | null } | null = null

  constructor(maxBytes: number, pressure: Pressure) {
    this.#maxBytes = maxBytes
    this.#pressure = pressure
  }

  push(message: M, bytes: number): void {
    if (this.#end) return
    if (this.#listener) return this.#listener(message)
    if (this.#waiting) return this.#take().resolve({ value: message, done: false })
    this.#queue.push({ message, bytes })
    this.#bytes += bytes
    if (this.#bytes > this.#maxBytes && !this.#full) {
      this.#full = true
      this.#pressure.full()
    }
  }

  /** What is queued can still be read; then the loop ends, by throwing if there is an error. */
  end(error: Error | null): void {
    this.#end ??= { error }
    const waiting = this.#waiting && this.#take()
    if (error) waiting?.reject(error)
    else waiting?.resolve({ value: undefined, done: true })
  }

  /** Hands the queued messages and all later ones to `listener`, which replaces an earlier one. */
  listen(listener: (message: M) => void): void {
    this.#listener = listener
    for (let next = this.#shift(); next; next = this.#shift()) listener(next.message)
  }

  /** Leaving a loop keeps the connection open; a later loop goes on with the next message. */
  async *messages(): AsyncGenerator<M, void, undefined> {
    for (;;) {
      const next = await this.#next()
      if (next.done) return
      yield next.value
    }
  }

  #next(): Promise<IteratorResult<M, undefined>> {
    if (this.#waiting || this.#listener) throw new TypeError('The messages of this connection are being read already')
    const queued = this.#shift()
    if (queued) return Promise.resolve({ value: queued.message, done: false })
    if (this.#end?.error) return Promise.reject(this.#end.error)
    if (this.#end) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  #take(): Waiting<M> {
    const waiting = this.#waiting!
    this.#waiting = null
    return waiting
  }

  #shift(): { message: M; bytes: number } | undefined {
    const item = this.#queue[this.#head]
    if (!item) return undefined
    this.#head++
    // Cut off in batches: taking each from the front would copy the rest every time.
    if (this.#head === this.#queue.length || this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    this.#bytes -= item.bytes
    if (this.#full && this.#bytes <= this.#maxBytes / 2) {
      this.#full = false
      this.#pressure.room()
    }
    return item
  }
}
