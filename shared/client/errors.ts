import { causes } from '../causes.ts'
import type { CauseCode } from '../causes.ts'
import { canRetry, causeOf, explainClose, splitRequestId } from './closing.ts'
import { withoutTokens } from './redact.ts'

/** The body of a refusal by HTTP (RFC 9457), as the gateway writes it; other servers may leave members out. */
export interface Problem {
  readonly type?: string
  readonly title?: string
  readonly status?: number
  readonly detail?: string
  readonly code?: string
  readonly requestId?: string
}

/** What is known about a connection that did not open or did not end well. */
interface Facts {
  readonly code?: number
  readonly reason: string
  readonly retry: boolean
  readonly causeCode?: CauseCode | null
  readonly requestId?: string | null
  readonly cause?: unknown
}

/** What RefusedError and LostError have in common; never thrown itself. */
export abstract class ConnectionError extends Error {
  /** The WebSocket close code; 1006 when there was none. */
  readonly code: number
  /** One sentence: what the other side said, or what we saw. */
  readonly reason: string
  /** Whether connecting again can help. */
  readonly retry: boolean
  /** The gateway's word for it where it is known. */
  readonly causeCode: CauseCode | null
  /** What to give to whoever runs the gateway; null when none was told. */
  readonly requestId: string | null

  protected constructor(message: string, facts: Facts) {
    super(withoutTokens(message), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = facts.code ?? 1006
    this.reason = withoutTokens(facts.reason)
    this.retry = facts.retry
    this.causeCode = facts.causeCode ?? null
    this.requestId = facts.requestId ?? null
  }
}

/** The connection never opened: nobody listens, the server said no, or the gateway accepted and closed at once. */
export class RefusedError extends ConnectionError {
  override readonly name = 'RefusedError'
  /** HTTP status of the refusal; null in browsers, which do not tell, and when nothing answered at all. */
  readonly status: number | null
  /** The problem body that came with the status, if it was one. */
  readonly problem: Problem | null

  constructor(facts: Facts & { status?: number; problem?: Problem | null }) {
    const label = [facts.status ?? facts.code, facts.causeCode].filter(Boolean).join(' ')
    const id = facts.requestId ? ` Request id ${facts.requestId}.` : ''
    super(`refused${label ? ` (${label})` : ''}: ${sentence(facts.reason)}${id}`, facts)
    this.status = facts.status ?? null
    this.problem = facts.problem ?? null
  }

  /** A refusal by a WebSocket that closes at once, as browsers get it; the request id is told once, not in `reason`. */
  static byClose(code: number, reason: string): RefusedError {
    const { said, requestId } = splitRequestId(reason) ?? { said: reason, requestId: null }
    return new RefusedError({ code, ...closeFacts(code, said), requestId })
  }

  /** A refusal by HTTP; `problem` may be incomplete or null when the body was none. */
  static byStatus(status: number, problem: Problem | null, fallback: string, requestId?: string): RefusedError {
    const causeCode = asCause(problem?.code)
    return new RefusedError({
      status,
      problem,
      reason: problem?.detail ?? problem?.title ?? fallback,
      causeCode,
      code: causeCode ? causes[causeCode].close : 1006,
      retry: causeCode ? causes[causeCode].retry : [408, 425, 429, 500, 502, 503, 504].includes(status),
      requestId: problem?.requestId ?? requestId ?? null,
    })
  }
}

/** The connection was open and ended abnormally. */
export class LostError extends ConnectionError {
  override readonly name = 'LostError'

  constructor(code: number, reason: string, options: { retry?: boolean; cause?: unknown } = {}) {
    const facts = { ...closeFacts(code, reason), ...options }
    super(`lost: ${lowerFirst(explainClose(code, reason))}`, { code, ...facts })
  }
}

function closeFacts(code: number, reason: string): Facts {
  const causeCode = causeOf(code, reason)
  const told = reason || explainClose(code).replace(/ \(.*\)\.$/, '')
  return {
    reason: told,
    retry: canRetry(code, reason),
    causeCode,
    requestId: splitRequestId(reason)?.requestId ?? null,
  }
}

function asCause(code: unknown): CauseCode | null {
  return typeof code === 'string' && Object.hasOwn(causes, code) ? (code as CauseCode) : null
}

/** Fit to follow a colon: small first letter (unless it is a name), full stop at the end. */
function sentence(text: string): string {
  return `${lowerFirst(text.trim()).replace(/[.!]?$/, '')}.`
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text
}
