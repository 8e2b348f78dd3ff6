import { causes } from '../causes.ts'
import type { CauseCode } from '../causes.ts'

/** Closed by this library because what came is not what the view promises. */
export const MALFORMED = 4400
/** Closed by this library because nobody reads and what came exceeds `maxBufferedBytes`. */
export const UNREAD = 4413

interface Meaning {
  readonly sentence: string
  /** Whether trying again can help. */
  readonly retry: boolean
}

/** Close codes in words, for when the reason is empty or the code says more than one cause (RFC 6455 7.4.1, CONTRACT 4). */
const meanings: Readonly<Record<number, Meaning>> = {
  1000: { sentence: 'Closed normally', retry: false },
  1001: { sentence: 'The other side is going away', retry: true },
  1002: { sentence: 'The other side saw the WebSocket protocol broken', retry: false },
  1003: { sentence: 'The other side does not take this kind of message', retry: false },
  1005: { sentence: 'Closed without saying why', retry: false },
  1006: { sentence: 'The connection broke off without a goodbye', retry: true },
  1007: { sentence: 'The other side saw a malformed message', retry: false },
  1008: { sentence: 'A message broke a rule of the other side', retry: false },
  1009: { sentence: 'A message was too large', retry: false },
  1010: { sentence: 'A needed WebSocket extension is missing', retry: false },
  1011: { sentence: 'The service or the server failed', retry: true },
  1012: { sentence: 'The server is restarting', retry: true },
  1013: { sentence: 'The server is overloaded or one side reads too slowly', retry: true },
  1014: { sentence: 'The service behind the gateway did not answer', retry: true },
  1015: { sentence: 'The TLS handshake failed', retry: false },
  4401: { sentence: 'Sign in first', retry: false },
  4403: { sentence: 'Not allowed', retry: false },
  4404: { sentence: 'No such service', retry: false },
  4408: { sentence: 'Nothing was heard for too long', retry: true },
  4410: { sentence: 'Closed by an administrator', retry: false },
  4429: { sentence: 'Too many connections', retry: true },
  [MALFORMED]: { sentence: 'The other side sent a message that this view does not allow', retry: false },
  [UNREAD]: { sentence: 'Messages came faster than the program read them', retry: false },
}

/** What a code means that has a rarer cause besides, which always comes with its reason. */
const usual: Readonly<Partial<Record<number, CauseCode>>> = { 1012: 'draining', 4401: 'unauthenticated' }

/**
 * Which causes of the gateway's table a close code can mean. The reason decides between several when it is or begins
 * with a title; otherwise the cause stays unknown (null). 1006 is never sent, so it says nothing about the gateway.
 */
export function causeOf(code: number, reason = ''): CauseCode | null {
  if (code === 1006) return null
  const candidates = (Object.keys(causes) as CauseCode[]).filter((name) => causes[name].close === code)
  if (candidates.length === 1) return candidates[0]!
  const said = reason.toLowerCase() // the gateway writes some of its sentences with a small first letter
  return candidates.find((name) => said.startsWith(causes[name].title.toLowerCase())) ?? usual[code] ?? null
}

/** Whether connecting again can help after this close; unknown codes say no, an ambiguous one says what it mostly means. */
export function canRetry(code: number, reason = ''): boolean {
  const cause = causeOf(code, reason)
  return cause ? causes[cause].retry : (meanings[code]?.retry ?? false)
}

/**
 * The id at the end of a close reason, and the reason without it; null when there is none. The gateway ends the reason
 * of a refusal in `. Request id <id>`, and of nothing else: so this tells a refusal from an ending (CONTRACT 4).
 */
export function splitRequestId(reason: string): { readonly said: string; readonly requestId: string } | null {
  const [, said, requestId] = /^(.*?)\.?\s*\bRequest id ([\w-]+)$/s.exec(reason) ?? []
  return said === undefined || requestId === undefined ? null : { said, requestId }
}

/**
 * A close code and reason as one sentence for people, with the code and, where known, the gateway's word for it:
 * `There is no service "pongg" (4404 no-service).`
 */
export function explainClose(code: number, reason = ''): string {
  const cause = causeOf(code, reason)
  const said = reason.trim().replace(/\.$/, '')
  const meant = meanings[code]?.sentence ?? (code >= 3000 ? 'Closed by the application' : 'Closed')
  return `${said || meant} (${cause ? `${code} ${cause}` : code}).`
}
