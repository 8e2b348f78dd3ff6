import type { Buffer } from 'node:buffer'

/** One message of a service. `type` and `utype` are libipc's (PROTOCOLS 1.2); codecs without them use 2 (DATA) and 0. */
export interface Message {
  readonly type: number
  readonly utype: number
  readonly payload: Buffer
}

/** libipc's DATA: what a message is unless it says otherwise. */
export const DATA = 2

/** Bytes that break a codec's rules. Who is to blame, and so the close code, is for the caller to say. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
  /** True when nothing is wrong but the size. */
  readonly tooLarge: boolean

  constructor(detail: string, tooLarge = false) {
    super(detail)
    this.tooLarge = tooLarge
  }
}

export interface ScannerLimits {
  /** Longest payload accepted, in bytes; checked from the head alone, before anything is stored. */
  readonly maxMessageBytes: number
}

/**
 * Finds the messages in a byte stream, in place and in one direction: nothing is copied or kept but an unfinished head.
 * Call `next` until it has consumed the chunk; each call reports one piece of payload.
 */
export interface Scanner {
  /**
   * Takes bytes from `b[i..n)` (i < n) and returns the index behind them, always greater than `i`.
   * Afterwards `from..to` is the piece of payload found in `b` (empty when only framing was taken) and `done` says
   * whether a message ends with it. One call never crosses the end of a message.
   * @throws FrameError on malformed framing or a payload above the limit; the scanner must not be used afterwards.
   */
  next(b: Uint8Array, i: number, n: number): number
  readonly from: number
  readonly to: number
  readonly done: boolean
  /** Of the current message, known from its first payload byte on. */
  readonly type: number
  readonly utype: number
  /** True between two messages: the only place where the stream may end. */
  readonly idle: boolean
}

/**
 * A service's framing and nothing else: no I/O, no clock. Pure, so it is tested with arrays and fuzzed with random splits.
 * Both lanes of the bridge use the same codec: the fast one writes heads and tails around payloads that stay where they
 * are, the slow one asks for whole frames.
 */
export interface Codec {
  readonly name: string
  /** One line for help and the page. */
  readonly summary: string
  /** Most bytes that a head takes; 0 when there is none. */
  readonly headMax: number
  /** Bytes behind each payload. */
  readonly tail: Uint8Array
  /** Longest payload this framing can carry, in bytes. */
  readonly maxPayloadBytes: number
  /**
   * False when a payload must be seen whole before its first byte may leave (a line must not hold a line end), or when
   * the service can't take a frame in pieces.
   */
  readonly streams: boolean
  /** Whether services of this kind take one read for one message, so that each needs a read of its own (PROTOCOLS 0.1). */
  readonly barrier: boolean
  /** Size in bytes of the head for a DATA payload of `length` bytes. */
  headSize(length: number): number
  /** Writes that head at `b[at]`; the caller has made room for `headSize(length)` bytes. */
  writeHead(b: Uint8Array, at: number, length: number): void
  /** Refuses a payload that this framing can't carry. @throws FrameError */
  check(payload: Uint8Array): void
  /** A whole frame for a service: head, payload, tail. @throws FrameError like `check` */
  encode(message: Message): Buffer
  /**
   * The same without `check`, to show a client what a service sent: services may send what they can't be sent, for
   * instance an empty frame (PROTOCOLS 4).
   */
  frame(message: Message): Buffer
  scanner(limits: ScannerLimits): Scanner
}
