import { toBase64 } from '../../shared/client/views.ts'
import { fromBase64 } from './message.ts'
import type { Message } from './message.ts'

const KEY = 'sockgate-resend'

/** A message on its way from where it was read to “Try it”, within this tab. */
export interface Resent {
  readonly body: string | Uint8Array
}

/** Leaves a message for the next opening of “Try it”. False when the browser keeps nothing, or it is too large for that. */
export function leaveForTry({ text, bytes }: Pick<Message, 'text' | 'bytes'>): boolean {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(bytes === null ? { text } : { base64: toBase64(bytes) }))
    return true
  } catch {
    return false
  }
}

/** Takes what was left there, once; null when there is nothing. */
export function takeForTry(): Resent | null {
  try {
    const stored = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    if (stored === null) return null
    const { text, base64 } = JSON.parse(stored) as { text?: string; base64?: string }
    return { body: base64 === undefined ? (text ?? '') : fromBase64(base64) }
  } catch {
    return null
  }
}
