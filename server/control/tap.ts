import type { TapEvent } from '../../shared/api.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import { MessageLog } from '../gateway/message-log.ts'
import type { EventSource, Reader } from './event-stream.ts'
import type { EventText } from './outlet.ts'
import type { RegistryView } from './registry-view.ts'
import { shownMessage } from './shown-message.ts'

/** Bytes of payloads that are made readable in one turn; the rest waits for the next, so that nobody else has to. */
const TURN_BYTES = 256 * 1024
/** What a message costs besides its payload. */
const MESSAGE_BYTES = 256

/**
 * The messages of one connection, for one reader. Numbers are those of the messages; 0 is what comes first, and what
 * comes last has one more than the last message. Whoever made it calls `close`.
 */
export class Tap implements EventSource {
  readonly #registry: RegistryView
  /** As it was when the tap began. */
  readonly connection: ConnectionInfo
  readonly #log: MessageLog
  readonly #stop: () => void
  #reader: Reader | null = null
  #rest: NodeJS.Immediate | undefined
  /** Bytes made readable since the last rest. */
  #bytes = 0
  #shown = 0
  #over = false

  private constructor(registry: RegistryView, connection: ConnectionInfo, log: MessageLog, stop: () => void) {
    this.#registry = registry
    this.connection = connection
    this.#log = log
    this.#stop = stop
  }

  /** Begins with what passes from now on. Null when the connection is not open (any more). */
  static open(registry: RegistryView, connection: ConnectionInfo): Tap | null {
    const log = new MessageLog()
    const stop = registry.tap(connection.id, log)
    return stop && new Tap(registry, connection, log, stop)
  }

  /** Messages that the reader was sent. */
  get shown(): number {
    return this.#shown
  }

  get over(): boolean {
    return this.#over
  }

  join(reader: Reader): () => void {
    this.#reader = reader
    return this.#log.join(reader)
  }

  next(seq: number | null): EventText | null {
    if (seq === null) return text({ type: 'tap', seq: 0, connection: this.connection })
    if (this.#bytes >= TURN_BYTES) {
      this.#goOnLater()
      return null
    }
    const next = this.#log.after(seq)
    if (next !== null) {
      this.#bytes += next.message.payload.length + MESSAGE_BYTES
      this.#shown++
      return text({ type: 'message', seq: next.seq, missed: next.seq - seq - 1, message: shownMessage(next.message) })
    }
    if (this.#over || !this.#log.over) return null
    this.#over = true
    return text({ type: 'ended', seq: this.#log.seq + 1, connection: this.#registry.get(this.connection.id) })
  }

  close(): void {
    clearImmediate(this.#rest)
    this.#stop()
    this.#log.close()
  }

  #goOnLater(): void {
    this.#rest ??= setImmediate(() => {
      this.#rest = undefined
      this.#bytes = 0
      this.#reader?.wake()
    })
  }
}

function text(event: TapEvent): EventText {
  return { seq: event.seq, type: event.type, json: JSON.stringify(event) }
}
