import { parseOutgoing, utf8 } from '../../shared/client/views.ts'
import type { Sendable, ViewName } from '../../shared/client/views.ts'
import type { Settings } from './options.ts'

type Message = Sendable[ViewName]

/** What to send for a line of text, in the view and kind asked for. @throws TypeError, RangeError for bad JSON forms */
export function fromText(text: string, settings: Settings): Message {
  switch (settings.view) {
    case 'payload':
      return settings.kind === 'binary' ? new TextEncoder().encode(text) : text
    case 'packet':
      return new TextEncoder().encode(text)
    case 'json':
    case 'cbor':
      return typed(text, settings)
  }
}

/** The same for bytes. @throws TypeError when text is asked for and the bytes are not UTF-8 */
export function fromBytes(bytes: Uint8Array, settings: Settings): Message {
  switch (settings.view) {
    case 'payload':
      return settings.kind === 'text' ? decoded(bytes) : bytes
    case 'packet':
      return bytes
    case 'json':
    case 'cbor':
      return { mtype: settings.mtype, utype: settings.utype, payload: bytes }
  }
}

function decoded(bytes: Uint8Array): string {
  const text = utf8(bytes)
  if (text === undefined) throw new TypeError('The input is not UTF-8; leave out --text to send it as binary messages')
  return text
}

/** Text that is an object with a payload is meant as the message itself; everything else is a payload. */
function typed(text: string, { mtype, utype }: Settings): Message {
  if (!/^\s*\{.*"payload(_base64)?"\s*:/s.test(text)) return { mtype, utype, payload: text }
  return parseOutgoing(text, { mtype, utype })
}
