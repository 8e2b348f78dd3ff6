/**
 * Every way a connection can be refused or end: one row per cause. The log line, the close code, the problem body and
 * the registry all read from here, so they cannot disagree. Codes are API: rename none of them.
 */
interface Cause {
  /** WebSocket close code a client is sent; 1006 means that nothing can be sent any more. */
  readonly close: number
  /** HTTP status when the client is refused before the upgrade. */
  readonly status: number
  /** Whether trying again can help. */
  readonly retry: boolean
  /** One sentence without particulars; `GateError.message` has those. */
  readonly title: string
}

export const causes = {
  // Refused before the upgrade.
  unauthenticated: { close: 4401, status: 401, retry: false, title: 'Sign in first' },
  'policy-denied': { close: 4403, status: 403, retry: false, title: 'Denied by policy' },
  'origin-refused': { close: 4403, status: 403, retry: false, title: 'This origin may not connect' },
  'host-refused': { close: 4403, status: 421, retry: false, title: 'This gateway does not answer to that host name' },
  'bad-request': { close: 1002, status: 400, retry: false, title: 'The request is not understood' },
  'slow-handshake': { close: 1002, status: 408, retry: true, title: 'The request headers took too long' },
  'headers-too-large': { close: 1002, status: 431, retry: false, title: 'The request headers are too large' },
  'no-service': { close: 4404, status: 404, retry: false, title: 'No such service' },
  'service-disabled': { close: 1013, status: 503, retry: true, title: 'The service is switched off' },
  'too-many': { close: 4429, status: 429, retry: true, title: 'Too many connections' },
  'no-descriptors': { close: 1013, status: 503, retry: true, title: 'The gateway has no room for more connections' },
  'redirect-loop': { close: 1014, status: 508, retry: false, title: 'The redirects lead in a circle' },
  'upstream-refused': { close: 1014, status: 502, retry: true, title: 'The service refused the connection' },
  'upstream-timeout': { close: 1014, status: 504, retry: true, title: 'The service did not answer in time' },
  draining: { close: 1012, status: 503, retry: true, title: 'The gateway is restarting' },
  internal: { close: 1011, status: 500, retry: true, title: 'Internal error' },
  // Ended normally.
  'client-closed': { close: 1000, status: 200, retry: false, title: 'The client closed the connection' },
  'service-ended': { close: 1000, status: 200, retry: false, title: 'The service ended the connection' },
  // Ended by the service's fault.
  'service-failed': { close: 1011, status: 502, retry: true, title: 'The service broke off' },
  'service-malformed': { close: 1011, status: 502, retry: false, title: 'The service sent a malformed frame' },
  'service-too-large': { close: 1009, status: 502, retry: false, title: 'The service sent too large a message' },
  'slow-service': { close: 1013, status: 504, retry: true, title: 'The service reads too slowly' },
  // Ended by the client's fault.
  'client-lost': { close: 1006, status: 400, retry: true, title: 'The client vanished without closing' },
  'client-protocol': { close: 1002, status: 400, retry: false, title: 'The client broke the WebSocket protocol' },
  'client-malformed': { close: 1007, status: 400, retry: false, title: 'The client sent a malformed message' },
  'client-too-large': { close: 1009, status: 413, retry: false, title: 'The client sent too large a message' },
  'client-fragments': {
    close: 1008,
    status: 400,
    retry: false,
    title: 'The client cut a message into too many pieces',
  },
  'slow-client': { close: 1013, status: 408, retry: true, title: 'The client reads too slowly' },
  'slow-message': { close: 1008, status: 408, retry: true, title: 'A message took too long to arrive' },
  'no-answer': { close: 4408, status: 408, retry: true, title: 'The client answered no ping' },
  'idle-timeout': { close: 4408, status: 408, retry: true, title: 'No message for too long' },
  // Ended by us.
  'rate-exceeded': { close: 1008, status: 429, retry: true, title: 'The client sent more than its rule allows' },
  revoked: { close: 4401, status: 401, retry: false, title: 'The credential is no longer valid' },
  'policy-changed': { close: 4403, status: 403, retry: false, title: 'The rules no longer allow this connection' },
  redirected: { close: 1012, status: 503, retry: true, title: 'The rules now send this connection elsewhere' },
  killed: { close: 4410, status: 410, retry: false, title: 'Closed by an administrator' },
} as const satisfies Record<string, Cause>

export type CauseCode = keyof typeof causes

/** Longest close reason in bytes (RFC 6455, 5.5: 125 for a control frame less 2 for the code). */
export const REASON_MAX = 123

/** Why a connection is over, or was refused: the cause, and one sentence with the particulars. */
export interface Over {
  readonly code: CauseCode
  /** The table's close code, or an administrator's choice, or what the client itself sent. */
  readonly close: number
  readonly message: string
  /** The close reason: the sentence, cut at a character border to what a close frame can hold. */
  readonly reason: string
}

/** An ending as every connection has one: plain, since making an Error costs more than the rest of closing. */
export class Ended implements Over {
  readonly code: CauseCode
  readonly close: number
  readonly message: string

  constructor(code: CauseCode, message: string = causes[code].title, close: number = causes[code].close) {
    this.code = code
    this.message = message
    this.close = close
  }

  get reason(): string {
    return cut(this.message, REASON_MAX)
  }
}

/**
 * A refusal or an ending: the cause, and one sentence with the particulars (`message`), fit to be shown to whoever is
 * at the other end. Thrown where the trouble is found, handled once, at the edge.
 */
export class GateError extends Error implements Over {
  override readonly name = 'GateError'
  readonly code: CauseCode
  readonly close: number

  constructor(code: CauseCode, detail?: string, options?: ErrorOptions) {
    // Most of these are news, not bugs, and there is one for each connection: a stack would cost more than all the rest.
    const traces = Error as { stackTraceLimit?: number }
    const limit = traces.stackTraceLimit
    if (limit !== undefined && code !== 'internal') traces.stackTraceLimit = 0
    super(detail ?? causes[code].title, options)
    if (limit !== undefined) traces.stackTraceLimit = limit
    this.code = code
    this.close = causes[code].close
  }

  get status(): number {
    return causes[this.code].status
  }

  get title(): string {
    return causes[this.code].title
  }

  get retry(): boolean {
    return causes[this.code].retry
  }

  get reason(): string {
    return cut(this.code === 'internal' ? this.title : this.message, REASON_MAX)
  }

  /** Anything thrown becomes a GateError; the original stays as `cause`. */
  static from(error: unknown): GateError {
    return error instanceof GateError ? error : new GateError('internal', undefined, { cause: error })
  }
}

/** Cuts text to at most `bytes` of UTF-8 without splitting a character. */
export function cut(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text)
  if (encoded.length <= bytes) return text
  let end = bytes - 3 // room for the ellipsis
  while (end > 0 && (encoded[end]! & 0xc0) === 0x80) end--
  return `${new TextDecoder().decode(encoded.subarray(0, end))}…`
}
