import { Buffer } from 'node:buffer'

import type { ShownMessage } from '../../shared/api.ts'
import { redactJson } from '../../shared/redact-json.ts'
import type { TappedMessage } from '../gateway/tapped.ts'

/** A message as it is shown to an administrator: as text where it is text, and without what looks secret. */
export function shownMessage(message: TappedMessage): ShownMessage {
  const { at, direction, kind, length, payload, partial, code, reason, mtype, utype } = message
  const text = kind === 'text' ? payload.toString() : utf8(payload)
  return {
    at,
    direction,
    kind,
    length,
    cut: payload.length < length,
    partial,
    ...(text === null ? hiddenBytes(payload) : hiddenText(text)),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason: redactJson(reason) }),
    ...(mtype !== undefined && { mtype }),
    ...(utype !== undefined && { utype }),
  }
}

type Payload = Pick<ShownMessage, 'text' | 'base64' | 'redacted'>

function hiddenText(text: string): Payload {
  const shown = redactJson(text)
  return { text: shown, base64: null, redacted: shown !== text }
}

/** JSON behind a header of bytes is JSON still: all that it is made of is the same in any single-byte text. */
function hiddenBytes(payload: Buffer): Payload {
  const text = payload.toString('latin1')
  const shown = redactJson(text)
  const redacted = shown !== text
  return { text: null, base64: (redacted ? Buffer.from(shown, 'latin1') : payload).toString('base64'), redacted }
}

/** Bytes as text, but for a character that was cut off at the end; null when they are none, or hold control characters. */
function utf8(payload: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload, { stream: true })
    return /[^\P{Cc}\t\r\n]/u.test(text) ? null : text
  } catch {
    return null
  }
}
