import { Buffer } from 'node:buffer'

/** RFC 6455 5.2. */
export const CONTINUATION = 0
export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

/** Bytes of an unmasked frame head for a payload of `length` bytes. */
export function headSize(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10
}

/** Writes an unmasked frame head at `b[at]` and returns the index behind it. */
export function writeHead(b: Uint8Array, at: number, opcode: number, fin: boolean, length: number): number {
  b[at] = fin ? 0x80 | opcode : opcode
  if (length < 126) {
    b[at + 1] = length
    return at + 2
  }
  if (length < 65_536) {
    b[at + 1] = 126
    b[at + 2] = length >>> 8
    b[at + 3] = length
    return at + 4
  }
  b[at + 1] = 127
  const high = Math.floor(length / 0x1_0000_0000)
  for (let i = 0; i < 4; i++) {
    b[at + 2 + i] = high >>> (24 - 8 * i)
    b[at + 6 + i] = length >>> (24 - 8 * i)
  }
  return at + 10
}

/** A whole unmasked frame. */
export function frame(opcode: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(headSize(payload.length) + payload.length)
  bytes.set(payload, writeHead(bytes, 0, opcode, true, payload.length))
  return bytes
}

/** A close frame; code 1005 means none was given and none is sent back. `reason` fits (GateError cuts it). */
export function closeFrame(code: number, reason = ''): Buffer {
  return frame(CLOSE, closePayload(code, reason))
}

/** What a close frame holds (RFC 6455 5.5.1): code and reason, or nothing when the code is 1005. */
export function closePayload(code: number, reason: string): Buffer {
  if (code === 1005) return Buffer.alloc(0)
  const text = Buffer.from(reason, 'utf8')
  const payload = Buffer.allocUnsafe(2 + text.length)
  payload.writeUInt16BE(code, 0)
  text.copy(payload, 2)
  return payload
}

/** Whether a peer may send this close code (RFC 6455 7.4 and the IANA registry). */
export function isCloseCode(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
  )
}
