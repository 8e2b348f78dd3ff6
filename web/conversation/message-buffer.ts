import { isReal, weightOf } from './message.ts'
import type { Message, NewMessage } from './message.ts'

export interface BufferLimits {
  readonly messages: number
  readonly bytes: number
  /** A service may flood; the page is drawn at most this often, in ms. */
  readonly publishMs: number
}

export const bufferLimits: BufferLimits = { messages: 1000, bytes: 4 * 1024 * 1024, publishMs: 100 }

export interface BufferState {
  /** Oldest first. */
  readonly messages: readonly Message[]
  /** Older ones since it was last cleared that are no longer kept. */
  readonly gone: number
  readonly paused: boolean
  /** Came since it was paused, and are not in `messages`. */
  readonly waiting: number
}

/** The last messages of one connection, bounded in number and size. Read with `useSyncExternalStore`. */
export class MessageBuffer {
  readonly #limits: BufferLimits
  #kept: Message[] = []
  #bytes = 0
  #count = 0
  #number = 0
  #gone = 0
  #state: BufferState = { messages: [], gone: 0, paused: false, waiting: 0 }
  #paused = false
  #countAtPause = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  constructor(limits: BufferLimits = bufferLimits) {
    this.#limits = limits
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): BufferState => this.#state

  /** The oldest are dropped when there are too many; the newest is kept whatever its size. */
  add(message: NewMessage): void {
    if (isReal(message)) this.#number++
    this.#kept.push({ ...message, key: ++this.#count, number: this.#number })
    this.#bytes += weightOf(message)
    const { messages, bytes, publishMs } = this.#limits
    while (this.#kept.length > messages || (this.#bytes > bytes && this.#kept.length > 1)) {
      this.#bytes -= weightOf(this.#kept.shift()!)
      this.#gone++
    }
    this.#timer ??= setTimeout(() => this.#publish(), publishMs)
  }

  /** What is shown stands still, while messages are still taken in. */
  pause(paused: boolean): void {
    if (paused === this.#paused) return
    this.#publish()
    this.#paused = paused
    this.#countAtPause = this.#count
    this.#state = { ...this.#state, paused }
    this.#publish()
  }

  clear(): void {
    this.#kept = []
    this.#bytes = 0
    this.#gone = 0
    this.#countAtPause = this.#count
    this.#state = { messages: [], gone: 0, paused: this.#paused, waiting: 0 }
    this.#publish()
  }

  #publish(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#state = this.#paused
      ? { ...this.#state, waiting: this.#count - this.#countAtPause }
      : { messages: [...this.#kept], gone: this.#gone, paused: false, waiting: 0 }
    for (const listener of this.#listeners) listener()
  }
}
