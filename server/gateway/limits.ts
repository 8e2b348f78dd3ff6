/** Limits of CONTRACT 3 and 4. Times in milliseconds, 0 = never; sizes in bytes. Replaced whole when the file changes. */
export interface Limits {
  /** Ping period; a client that misses two is closed. */
  readonly timerMs: number
  /** From the TCP connection to the end of the request headers. */
  readonly handshakeTimeoutMs: number
  readonly connectTimeoutMs: number
  /** Without a whole message in either direction. */
  readonly idleTimeoutMs: number
  /** Without progress on a side that does not read. */
  readonly stallTimeoutMs: number
  readonly drainTimeoutMs: number
  readonly maxMessageBytes: number
  /** Waiting bytes in one direction above which the other side is no longer read. */
  readonly maxBufferedBytes: number
  readonly maxConnections: number
}
