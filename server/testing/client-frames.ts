import { Buffer } from 'node:buffer'

/** A frame as a client sends it, or as it must not. */
export interface ClientFrame {
  readonly opcode: number
  readonly payload?: Uint8Array
  /** Default true. */
  readonly fin?: boolean
  /** Bits RSV1 to RSV3 as 4, 2, 1. */
  readonly reserved?: number
  /** Four bytes; null leaves the frame unmasked. Default: a fixed key with four different bytes. */
  readonly key?: Uint8Array | null
  /** Bits of the length field; the shortest that fits unless said. */
  readonly form?: 7 | 16 | 64
  /** Length that the head declares, if not the payload's. */
  readonly declares?: bigint
}

const KEY = Uint8Array.of(0x11, 0x82, 0xc3, 0x34)

/** Writes a client's frame (RFC 6455 5.2), rules broken as asked. For tests: one byte after the other, nothing clever. */
export function clientFrame(frame: ClientFrame): Buffer {
  const { opcode, payload = new Uint8Array(0), fin = true, reserved = 0, key = KEY } = frame
  const length = frame.declares ?? BigInt(payload.length)
  const form = Math.max(frame.form ?? 7, length < 126n ? 7 : length < 65_536n ? 16 : 64)
  const masked = key === null ? 0 : 0x80
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode]
  if (form === 7) head.push(masked | Number(length))
  else {
    head.push(masked | (form === 16 ? 126 : 127))
    for (let shift = BigInt(form) - 8n; shift >= 0n; shift -= 8n) head.push(Number((length >> shift) & 0xffn))
  }
  return Buffer.concat([
    Uint8Array.from([...head, ...(key ?? [])]),
    payload.map((byte, i) => byte ^ (key?.[i & 3] ?? 0)),
  ])
}

/** A close frame's payload. */
export function closePayload(code: number, reason: Uint8Array | string = ''): Buffer {
  return Buffer.concat([Uint8Array.of(code >> 8, code & 255), Buffer.from(reason as string)])
}

/** Cuts bytes at the places given, in any order, taken modulo the length. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...at].map((from, k) => bytes.subarray(from, at[k] ?? bytes.length)).filter((piece) => piece.length > 0)
}
