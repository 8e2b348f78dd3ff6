import { Buffer } from 'node:buffer'

import { encode, type Token, Type } from 'cborg'

import type { Message } from '../codecs/codec.ts'
import { CborReader } from './cbor-reader.ts'
import { isByte, type Profile, typesOf } from './fields.ts'
import { type View, ViewError } from './view.ts'

/** One CBOR map per binary message: mtype, utype, payload as a byte string (PROTOCOLS 3, CONTRACT 4). */
export const cbor: View = {
  name: 'cbor',
  summary: 'binary: a CBOR map of mtype, utype and payload (a byte string)',
  sends: 'binary',

  decode(data, text) {
    if (text) throw new ViewError('cbor: this message is text; send binary messages, or ask for the json view')
    return decodeCbor(data, 'gateway')
  },

  // Shorter keys first (RFC 8949, 4.2.3), as cborg sorts, is the original's order too.
  encode: ({ type, utype, payload }) => bufferOf(encode({ mtype: type, utype, payload })),
}

/**
 * One message from the bytes of a CBOR map. As in the original (PROTOCOLS 3), keys come in any order, lengths may be
 * indefinite and integers not minimal, while unknown keys and text payloads are refused. Stricter than it, a key
 * comes once and nothing follows the map. The payload may alias `data`.
 * @throws ViewError that names the member and the byte
 */
export function decodeCbor(data: Buffer, profile: Profile): Message {
  const members = readMap(new CborReader(data), data.length)
  if (!members.payload) throw new ViewError('cbor: "payload" is missing; it must be a byte string')
  return { ...typesOf('cbor', members, profile), payload: members.payload }
}

interface Members {
  mtype: number | undefined
  utype: number | undefined
  payload: Buffer | undefined
}

function readMap(reader: CborReader, length: number): Members {
  const members: Members = { mtype: undefined, utype: undefined, payload: undefined }
  const seen = new Set<string>()
  const root = reader.next('a map')
  if (!is(root, Type.map)) throw new ViewError(`cbor: byte 0: a message must be a map, not ${root.type.name}`)
  // Infinity when the map is to end with a break. Ends early in any case: a fourth key is unknown or comes twice.
  for (let count = root.value as number; count > 0; count--) {
    const token = reader.next('a key')
    if (count === Infinity && is(token, Type.break)) break
    const key = keyOf(token, reader.at)
    if (seen.has(key)) throw new ViewError(`cbor: byte ${reader.at}: "${key}" comes twice`)
    seen.add(key)
    if (key === 'payload') members.payload = payloadOf(reader)
    else members[key] = typeOf(reader, key)
  }
  if (reader.position < length) {
    throw new ViewError(`cbor: the map ends at byte ${reader.position} of ${length}; send one map per message`)
  }
  return members
}

function keyOf(token: Token, at: number): keyof Members {
  const key: unknown = token.value
  if (!is(token, Type.string))
    throw new ViewError(`cbor: byte ${at}: a key must be a text string, not ${token.type.name}`)
  if (key === 'mtype' || key === 'utype' || key === 'payload') return key
  const shown = JSON.stringify(String(key).slice(0, 40))
  throw new ViewError(`cbor: byte ${at}: unknown key ${shown}; there are mtype, utype and payload`)
}

function typeOf(reader: CborReader, key: 'mtype' | 'utype'): number | undefined {
  const token = reader.next(`the value of "${key}"`)
  if (is(token, Type.null)) return undefined
  const value: unknown = token.value
  if (is(token, Type.uint) && typeof value === 'number' && isByte(value)) return value
  throw new ViewError(`cbor: byte ${reader.at}: "${key}" must be an integer from 0 to 255`)
}

function payloadOf(reader: CborReader): Buffer {
  const token = reader.next('the value of "payload"')
  if (is(token, Type.bytes)) return bufferOf(token.value as Uint8Array)
  throw new ViewError(`cbor: byte ${reader.at}: "payload" must be a byte string, not ${token.type.name}`)
}

function is(token: Token, type: Type): boolean {
  return Type.equals(token.type, type)
}

/** The same bytes, not a copy. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
