import type { Buffer } from 'node:buffer'

/** Most bytes of one message that observers are shown. */
export const SHOWN_BYTES = 64 * 1024

/** One message of a tapped connection, as its client sees it: in the client's view, whole, without frames or masks. */
export interface TappedMessage {
  /** When it was complete: milliseconds since 1970. */
  readonly at: number
  /** `up`: client to service. */
  readonly direction: 'up' | 'down'
  readonly kind: 'text' | 'binary' | 'ping' | 'pong' | 'close'
  /** Bytes of its payload, shown or not. */
  readonly length: number
  /** A copy of the first `SHOWN_BYTES` of it, shared by all observers: nobody may change it. */
  readonly payload: Buffer
  /** The tap began in the middle of it: `length` and `payload` are what came after. */
  readonly partial: boolean
  /** Of a close frame; 1005 when it had none (RFC 6455 7.4.1). */
  readonly code?: number
  /** Of a close frame that had a code. */
  readonly reason?: string
  /**
   * libipc's type and user type, on the side of the service. Only where the codec has them; missing for a message whose
   * frame had begun when the tap did, and for one from the client that is too long to be looked into.
   */
  readonly mtype?: number
  readonly utype?: number
}

/**
 * Sees the messages of one connection. Called in the very turn in which they pass, so it must be quick and must not throw:
 * one that throws is dropped and told `ended`. Whatever it keeps, it bounds itself.
 */
export interface TapObserver {
  message(message: TappedMessage): void
  /** A message passed that is not shown, because there are more than a tap copies. */
  missed(): void
  /** The connection is over. The last call; does not come after the observer was stopped. */
  ended(): void
}
