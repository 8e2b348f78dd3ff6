import { bytesOf } from './message.ts'
import type { Message } from './message.ts'
import { readableText } from './message.ts'

/** What a payload is, as far as can be told from itself. */
export type Decoded =
  | { readonly form: 'json' | 'cbor'; readonly value: unknown }
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'bytes'; readonly bytes: Uint8Array }
  | { readonly form: 'empty' }
  /** A whole libipc packet with its header, as the view `packet` carries it. */
  | { readonly form: 'packet'; readonly mtype: number; readonly utype: number; readonly payload: Decoded }

/** Reads one item of CBOR that is all of the bytes. @throws when it is none */
export type CborReader = (bytes: Uint8Array) => unknown

/** Comes with the first message that needs it. */
export async function loadCbor(): Promise<CborReader> {
  const cborg = await import('cborg')
  return (bytes) => cborg.decode(bytes, { rejectDuplicateMapKeys: true })
}

const json = new WeakMap<Message, { readonly value: unknown } | null>()

/** The message as JSON, read once. */
export function jsonOf(message: Message): { readonly value: unknown } | null {
  let known = json.get(message)
  if (known === undefined) {
    known = jsonText(message.text)
    json.set(message, known)
  }
  return known
}

/** Without `cbor` such bytes stay bytes. */
export function decode(message: Message, cbor: CborReader | null): Decoded {
  const found = jsonOf(message)
  if (found !== null) return { form: 'json', value: found.value }
  if (message.text !== null) return ofText(message.text)
  return decodeBytes(bytesOf(message), message.cut || message.partial, cbor)
}

/** Whether `decode` may say more once it has CBOR. */
export function mayBeCbor(message: Message): boolean {
  return message.bytes !== null && !message.cut && !message.partial
}

function decodeBytes(bytes: Uint8Array, incomplete: boolean, cbor: CborReader | null): Decoded {
  if (incomplete) return { form: 'bytes', bytes }
  return packet(bytes, cbor) ?? cborItem(bytes, cbor) ?? { form: 'bytes', bytes }
}

/** PROTOCOLS 1.2: type, length of the payload in four bytes, user type. Any other bytes hardly say their own length. */
function packet(bytes: Uint8Array, cbor: CborReader | null): Decoded | null {
  if (bytes.length < 6 || bytes[0]! > 3) return null
  const { buffer, byteOffset } = bytes
  const length = new DataView(buffer, byteOffset).getUint32(1)
  if (length !== bytes.length - 6) return null
  return { form: 'packet', mtype: bytes[0]!, utype: bytes[5]!, payload: payloadOf(bytes.subarray(6), cbor) }
}

function payloadOf(bytes: Uint8Array, cbor: CborReader | null): Decoded {
  const text = readableText(bytes, false)
  if (text === null) return cborItem(bytes, cbor) ?? { form: 'bytes', bytes }
  const found = jsonText(text)
  return found === null ? ofText(text) : { form: 'json', value: found.value }
}

/** Lists, maps and tags only: nearly any bytes begin with what could be a number or a string (RFC 8949, 3.1). */
function cborItem(bytes: Uint8Array, cbor: CborReader | null): Decoded | null {
  const major = (bytes[0] ?? 0) >> 5
  if (cbor === null || major < 4 || major > 6) return null
  try {
    return { form: 'cbor', value: cbor(bytes) }
  } catch {
    return null
  }
}

function ofText(text: string): Decoded {
  return text === '' ? { form: 'empty' } : { form: 'text', text }
}

/** A text as JSON; null when it is none, or only a bare word or number. */
export function jsonText(text: string | null): { readonly value: unknown } | null {
  if (text === null || !/^\s*[[{]/.test(text)) return null
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}
