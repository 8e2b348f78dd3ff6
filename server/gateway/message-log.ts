import type { TapObserver, TappedMessage } from './tapped.ts'

/** All of it has defaults; tests set it small. */
export interface MessageLogLimits {
  /** Messages kept for those who read. */
  readonly messages: number
  /** Bytes of their payloads; the newest message is kept whatever its size. */
  readonly bytes: number
  /** How long messages are collected before readers are woken, in ms. */
  readonly batchMs: number
}

export const messageLogLimits: MessageLogLimits = { messages: 1000, bytes: 4 * 1024 * 1024, batchMs: 50 }

/** Reads a log at its own pace; woken when there is more, or when the connection is over. */
export interface MessageReader {
  wake(): void
}

export interface LoggedMessage {
  /** From 1, one more for each message since the tap began, those included that were not kept. */
  readonly seq: number
  readonly message: TappedMessage
}

/**
 * The last messages of one tapped connection. Readers pull, so nothing queues for one that is slow: what it is too late
 * for is gone, and the numbers show how many that were. Whoever made it calls `close`.
 */
export class MessageLog implements TapObserver {
  readonly #limits: MessageLogLimits
  readonly #kept: LoggedMessage[] = []
  readonly #readers = new Set<MessageReader>()
  #bytes = 0
  #seq = 0
  #over = false
  #timer: NodeJS.Timeout | undefined

  constructor(limits: MessageLogLimits = messageLogLimits) {
    this.#limits = limits
  }

  /** Number of the last message, and so how many there were. */
  get seq(): number {
    return this.#seq
  }

  /** Whether the connection is over: nothing will be added. */
  get over(): boolean {
    return this.#over
  }

  /** Starts waking `reader`; returns the way to stop. */
  join(reader: MessageReader): () => void {
    this.#readers.add(reader)
    return () => void this.#readers.delete(reader)
  }

  /**
   * The next message after number `seq` that is kept, or null when there is none yet. A reader that begins with 0 and goes
   * on with the number it got has missed `next.seq - seq - 1` messages in between.
   */
  after(seq: number): LoggedMessage | null {
    let low = 0
    let high = this.#kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#kept[middle]!.seq > seq) high = middle
      else low = middle + 1
    }
    return this.#kept[low] ?? null
  }

  message(message: TappedMessage): void {
    this.#kept.push({ seq: ++this.#seq, message })
    this.#bytes += message.payload.length
    const { messages, bytes } = this.#limits
    while (this.#kept.length > messages || (this.#bytes > bytes && this.#kept.length > 1)) {
      this.#bytes -= this.#kept.shift()!.message.payload.length
    }
    this.#soon()
  }

  missed(): void {
    this.#seq++
  }

  ended(): void {
    this.#over = true
    this.#soon()
  }

  /** Wakes nobody any more. */
  close(): void {
    clearTimeout(this.#timer)
    this.#readers.clear()
  }

  /** Not now: the message is still on its way. */
  #soon(): void {
    if (this.#readers.size === 0) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const reader of this.#readers) reader.wake()
    }, this.#limits.batchMs)
  }
}
