import { Buffer, isUtf8 } from 'node:buffer'

import type { Message } from '../codecs/codec.ts'
import { isByte, type Profile, typesOf } from './fields.ts'
import { type JsonMember, jsonMembers, lineAndColumn } from './json-members.ts'
import { type View, ViewError } from './view.ts'

const KEYS = ['mtype', 'utype', 'payload', 'payload_base64'] as const

/** One JSON object per text message: `{"mtype":2,"utype":7,"payload":"..."}` (PROTOCOLS 3, CONTRACT 4). */
export const json: View = {
  name: 'json',
  summary: 'text: {"mtype":2,"utype":7,"payload":"..."}, or "payload_base64" for bytes that are not UTF-8',
  sends: 'text',

  decode(data, text) {
    if (!text) throw new ViewError('json: this message is binary; send text, or ask for the cbor view')
    return decodeJson(data, 'gateway')
  },

  encode({ type, utype, payload }) {
    const types = `{"mtype":${type},"utype":${utype},`
    if (!isUtf8(payload)) return Buffer.from(`${types}"payload_base64":"${payload.toString('base64')}"}`)
    // The original escapes DEL as well (PROTOCOLS 3), which JSON leaves free.
    const quoted = JSON.stringify(payload.toString('utf8')).replaceAll('\x7f', '\\u007f')
    return Buffer.from(`${types}"payload":${quoted}}`)
  },
}

/**
 * One message from the bytes of a JSON text. Any order of keys, the last of a double one, and unknown ones ignored, as
 * in the original (PROTOCOLS 3).
 * @throws ViewError that names the member, or line and column
 */
export function decodeJson(data: Buffer, profile: Profile): Message {
  if (!isUtf8(data)) {
    throw new ViewError(
      `json: byte ${badUtf8(data)} is not UTF-8; send such bytes as "payload_base64", or use the cbor view`,
    )
  }
  const text = data.toString('utf8')
  const members = jsonMembers(text, KEYS)
  const given = { mtype: typeMember(text, members, 'mtype'), utype: typeMember(text, members, 'utype') }
  return { ...typesOf('json', given, profile), payload: payloadMember(text, members) }
}

type Members = ReadonlyMap<(typeof KEYS)[number], JsonMember>

function typeMember(text: string, members: Members, key: 'mtype' | 'utype'): number | undefined {
  const member = members.get(key)
  if (!member || member.value === null) return undefined
  // Judged as written: the original takes neither 1.0 nor 1e0.
  if (/^\d+$/.test(member.source) && isByte(Number(member.source))) return Number(member.source)
  throw refused(text, member, `"${key}" must be an integer from 0 to 255`)
}

function payloadMember(text: string, members: Members): Buffer {
  const plain = members.get('payload')
  const base64 = members.get('payload_base64')
  if (plain && base64) throw refused(text, base64, '"payload" and "payload_base64" exclude each other; send one')
  if (plain) return plainBytes(text, plain)
  if (base64) return base64Bytes(text, base64)
  throw new ViewError('json: "payload" is missing; send "payload" (a string) or "payload_base64"')
}

function plainBytes(text: string, member: JsonMember): Buffer {
  if (typeof member.value !== 'string') throw refused(text, member, '"payload" must be a string')
  // Only an escape can bring one in; encoding would replace it silently.
  if (member.source.includes('\\u') && /\p{Surrogate}/u.test(member.value)) {
    throw refused(text, member, '"payload" has half a surrogate pair (\\ud800 to \\udfff), which is no character')
  }
  return Buffer.from(member.value, 'utf8')
}

function base64Bytes(text: string, member: JsonMember): Buffer {
  if (typeof member.value !== 'string') throw refused(text, member, '"payload_base64" must be a string')
  const bytes = Buffer.from(member.value, 'base64')
  // Buffer skips what it does not know; what does not come back the same was not base64.
  if (bytes.toString('base64') === member.value) return bytes
  throw refused(text, member, '"payload_base64" must be base64 (A-Z a-z 0-9 + /), padded with =')
}

function refused(text: string, member: JsonMember, rule: string): ViewError {
  return new ViewError(`json: ${rule} (${lineAndColumn(text, member.at)})`)
}

/** Index of the first byte that decoding would replace. */
function badUtf8(data: Buffer): number {
  const replaced = Buffer.from(data.toString('utf8'))
  let at = 0
  while (at < data.length && data[at] === replaced[at]) at++
  return at
}
