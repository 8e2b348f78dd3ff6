import type { ShownMessage } from '../../shared/api.ts'

/** One row of a conversation. `note` and `failure` are said by the page itself, about the connection. */
export interface Message {
  /** Unlike that of any other row, and growing. */
  readonly key: number
  /** From 1; one more for each message, whether it is still kept or not. Notes have that of the message before. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** `up`: client to service. */
  readonly direction: 'up' | 'down'
  readonly kind: ShownMessage['kind'] | 'note' | 'failure'
  /** Bytes of its payload, shown or not. */
  readonly length: number
  /** The payload, where it is text without control characters; also the sentence of a note. */
  readonly text: string | null
  /** The payload, where it is not. At most one of the two is there. */
  readonly bytes: Uint8Array | null
  /** Less is shown than `length`. */
  readonly cut: boolean
  readonly partial: boolean
  readonly redacted: boolean
  /** How many before it came too fast to be shown. */
  readonly missed: number
  /** Of a close frame. */
  readonly code: number | null
  readonly reason: string
  /** libipc's type and user type; null where the codec has none. */
  readonly mtype: number | null
  readonly utype: number | null
}

/** A message before it has its number. */
export type NewMessage = Omit<Message, 'key' | 'number'>

/** Of each message so many bytes are kept. */
export const SHOWN_BYTES = 64 * 1024

const plain = {
  cut: false,
  partial: false,
  redacted: false,
  missed: 0,
  code: null,
  reason: '',
  mtype: null,
  utype: null,
} as const

/** A message as the gateway shows it to an admin. */
export function tapped(shown: ShownMessage, missed: number): NewMessage {
  const { at, direction, kind, length, cut, partial, text, redacted } = shown
  return {
    at,
    direction,
    kind,
    length,
    text,
    bytes: shown.base64 === null ? null : fromBase64(shown.base64),
    cut,
    partial,
    redacted,
    missed,
    code: shown.code ?? null,
    reason: shown.reason ?? '',
    mtype: shown.mtype ?? null,
    utype: shown.utype ?? null,
  }
}

/** A message of this page's own connection. `types` where the view has them. */
export function passed(
  direction: Message['direction'],
  body: string | Uint8Array,
  at: number,
  types: { readonly mtype: number; readonly utype: number } | null = null,
): NewMessage {
  const all = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const cut = all.length > SHOWN_BYTES
  // A copy: the rest must not be kept alive by its first part.
  const bytes = cut ? all.slice(0, SHOWN_BYTES) : all
  const text = readableText(bytes, cut)
  return {
    ...plain,
    ...types,
    at,
    direction,
    kind: typeof body === 'string' ? 'text' : 'binary',
    length: all.length,
    text,
    bytes: text === null ? bytes : null,
    cut,
  }
}

/** Something that the page says in between. */
export function said(kind: 'note' | 'failure', sentence: string, at: number): NewMessage {
  return { ...plain, at, direction: 'down', kind, length: 0, text: sentence, bytes: null }
}

/** Something that passed, not what the page says in between. */
export function isReal({ kind }: Pick<Message, 'kind'>): boolean {
  return kind !== 'note' && kind !== 'failure'
}

/** What is kept of the payload. */
export function bytesOf({ text, bytes }: Pick<Message, 'text' | 'bytes'>): Uint8Array {
  return bytes ?? new TextEncoder().encode(text ?? '')
}

/** What keeping a message costs, in bytes. */
export function weightOf({ text, bytes }: NewMessage): number {
  return 256 + (text?.length ?? 0) + (bytes?.length ?? 0)
}

/** Bytes as text, a character that the cut went through left out; null when they are none, or hold control characters. */
export function readableText(bytes: Uint8Array, cut: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut })
    return /[^\P{Cc}\t\r\n]/u.test(text) ? null : text
  } catch {
    return null
  }
}

/** @throws DOMException when it is none */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
