/** One line of a conversation. `note` and `failure` are ours. */
export interface Entry {
  readonly key: number
  readonly kind: 'sent' | 'received' | 'note' | 'failure'
  /** Milliseconds since 1970. */
  readonly at: number
  /** At most `SHOWN_MAX` bytes of it. */
  readonly body: string | Uint8Array
  /** Bytes that are not in `body`. */
  readonly hidden: number
}

export interface ConversationState {
  readonly entries: readonly Entry[]
  /** Older ones that are gone. */
  readonly dropped: number
}

const ENTRIES_MAX = 500
const SHOWN_MAX = 4096
/** A service may flood; the page is drawn at most this often, in ms. */
const PUBLISH_MS = 100

/** What was said on one connection, bounded in number and size. Read with `useSyncExternalStore`. */
export class Conversation {
  #entries: Entry[] = []
  #count = 0
  #cleared = 0
  #state: ConversationState = { entries: [], dropped: 0 }
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): ConversationState => this.#state

  add(kind: Entry['kind'], message: string | Uint8Array): void {
    const body = message.slice(0, SHOWN_MAX)
    this.#entries.push({ key: this.#count++, kind, at: Date.now(), body, hidden: message.length - body.length })
    if (this.#entries.length > 2 * ENTRIES_MAX) this.#entries = this.#entries.slice(-ENTRIES_MAX)
    this.#timer ??= setTimeout(() => this.#publish(), PUBLISH_MS)
  }

  clear(): void {
    this.#entries = []
    this.#cleared = this.#count
    this.#publish()
  }

  #publish(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const entries = this.#entries.slice(-ENTRIES_MAX)
    this.#state = { entries, dropped: this.#count - this.#cleared - entries.length }
    for (const listener of this.#listeners) listener()
  }
}
