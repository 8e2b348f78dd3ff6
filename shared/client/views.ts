import { decode as decodeCbor, encode as encodeCborItem } from 'cborg'

/** The forms in which messages travel (CONTRACT 4). */
export const viewNames = ['payload', 'packet', 'json', 'cbor'] as const
export type ViewName = (typeof viewNames)[number]

/** What travels in one WebSocket message: text or bytes. */
export type Frame = string | Uint8Array

/** A message to be sent in the views `json` and `cbor`. */
export interface Outgoing {
  /** libipc's message type, 0..255; 2 (DATA) when left out. */
  readonly mtype?: number
  /** The application's own type, 0..255; 0 when left out. */
  readonly utype?: number
  readonly payload: string | Uint8Array
}

/** A message received in the views `json` and `cbor`. */
export interface Incoming {
  readonly mtype: number
  readonly utype: number
  readonly payload: Uint8Array
  /** The payload as text; undefined when it is not UTF-8. */
  readonly text: string | undefined
}

/** What `send` takes, by view. */
export interface Sendable {
  payload: string | Uint8Array
  packet: Uint8Array
  json: Outgoing
  cbor: Outgoing
}

/** What arrives, by view. */
export interface Received {
  payload: string | Uint8Array
  packet: Uint8Array
  json: Incoming
  cbor: Incoming
}

/** The two directions of one view. Both throw a TypeError or RangeError with a sentence on what does not fit. */
export interface ClientView<V extends ViewName> {
  encode(message: Sendable[V]): Frame
  decode(frame: Frame): Received[V]
}

const DATA = 2

export const views: { readonly [V in ViewName]: ClientView<V> } = {
  payload: {
    encode: (message) => (typeof message === 'string' ? wellFormed(message) : bytes(message, 'A message')),
    decode: (frame) => frame,
  },
  packet: {
    encode: (message) => bytes(message, 'A packet'),
    decode: (frame) => bytes(frame, 'A packet'),
  },
  json: { encode: encodeJson, decode: decodeJson },
  cbor: { encode: encodeCbor, decode: decodeCborMessage },
}

/**
 * The JSON form (PROTOCOLS 3): keys in the originals' order. A payload that is not UTF-8 goes as `payload_base64`.
 * Also how `cbor` messages are shown to people.
 */
export function encodeJson(message: Outgoing): string {
  const { payload } = message
  const text = typeof payload === 'string' ? wellFormed(payload) : utf8(payload)
  const body = text === undefined ? { payload_base64: toBase64(payload as Uint8Array) } : { payload: text }
  return JSON.stringify({ ...types(message), ...body })
}

function encodeCbor(message: Outgoing): Uint8Array {
  const { payload } = message
  const body = typeof payload === 'string' ? new TextEncoder().encode(wellFormed(payload)) : payload
  // Without a sorter cborg would order the keys by length; the originals write them in this order.
  return encodeCborItem({ ...types(message), payload: bytes(body, 'A payload') }, { mapSorter: () => 0 })
}

/**
 * Reads a message in the JSON form, from the gateway or typed by a person; `defaults` stand in for types left out.
 * @throws TypeError, RangeError
 */
export function parseOutgoing(text: string, defaults: { mtype?: number; utype?: number } = {}): Outgoing {
  const value = { ...defaults, ...record(parseJson(text)) }
  const { mtype, utype, payload, payload_base64: base64 } = value as Record<string, unknown>
  if ((payload === undefined) === (base64 === undefined)) {
    throw new TypeError('A message needs either "payload" or "payload_base64"')
  }
  const field = payload === undefined ? 'payload_base64' : 'payload'
  if (typeof (payload ?? base64) !== 'string') throw new TypeError(`"${field}" must be a string`)
  const body = base64 === undefined ? wellFormed(payload as string) : fromBase64(base64 as string)
  return { ...types({ mtype, utype }), payload: body }
}

function decodeJson(frame: Frame): Incoming {
  if (typeof frame !== 'string') throw new TypeError('The json view sends text messages only, a binary one came')
  const { mtype = DATA, utype = 0, payload } = parseOutgoing(frame)
  if (typeof payload === 'string') return { mtype, utype, payload: new TextEncoder().encode(payload), text: payload }
  return incoming(mtype, utype, payload)
}

function decodeCborMessage(frame: Frame): Incoming {
  if (typeof frame === 'string') throw new TypeError('The cbor view sends binary messages only, a text one came')
  const value = record(decodeCbor(frame, { rejectDuplicateMapKeys: true }))
  const { mtype, utype } = types(value)
  return incoming(mtype, utype, bytes(value['payload'], '"payload"'))
}

/** The text is only made when asked for. */
function incoming(mtype: number, utype: number, payload: Uint8Array): Incoming {
  return {
    mtype,
    utype,
    payload,
    get text() {
      return utf8(payload)
    },
  }
}

function types(value: { mtype?: unknown; utype?: unknown }): { mtype: number; utype: number } {
  return { mtype: byte(value.mtype ?? DATA, 'mtype'), utype: byte(value.utype ?? 0, 'utype') }
}

function byte(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255) return value
  throw new RangeError(`"${name}" must be a whole number from 0 to 255, not ${JSON.stringify(value)}`)
}

function bytes(value: unknown, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError(`${what} must be bytes (a Uint8Array)`)
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TypeError('A message must be an object like {"utype":7,"payload":"x"}')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TypeError(`This is not JSON: ${(error as Error).message}`, { cause: error })
  }
}

/** A string that UTF-8 can hold: encoders replace half a surrogate pair silently, so it is refused here. */
function wellFormed(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('The text holds half a surrogate pair, which UTF-8 cannot carry')
  return text
}

/** Bytes as text, or undefined when they are not UTF-8. A byte order mark stays. */
export function utf8(payload: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
  } catch {
    return undefined
  }
}

/** Longest run of arguments that every engine takes in one call. */
const RUN = 8192

/** Standard alphabet with padding. */
export function toBase64(payload: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < payload.length; at += RUN) binary += String.fromCharCode(...payload.subarray(at, at + RUN))
  return btoa(binary)
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch (error) {
    throw new TypeError('"payload_base64" is not base64', { cause: error })
  }
}
