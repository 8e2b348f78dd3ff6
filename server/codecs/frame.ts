import { Buffer } from 'node:buffer'

import { FrameError, type Codec, type ScannerLimits } from './codec.ts'

/** A frame around `payload` with the head and the tail of `codec`. The result is a new buffer; nothing is checked. */
export function wrap(codec: Pick<Codec, 'headSize' | 'writeHead' | 'tail'>, payload: Uint8Array): Buffer {
  const head = codec.headSize(payload.length)
  const frame = Buffer.allocUnsafe(head + payload.length + codec.tail.length)
  codec.writeHead(frame, 0, payload.length)
  frame.set(payload, head)
  frame.set(codec.tail, head + payload.length)
  return frame
}

/** Writes `value` (0 to 2^32-1) as four big-endian bytes at `b[at]`. */
export function writeU32(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 24
  b[at + 1] = value >>> 16
  b[at + 2] = value >>> 8
  b[at + 3] = value
}

/** Refuses to send a payload longer than `most` bytes. @throws FrameError with `tooLarge` */
export function checkSize(name: string, payload: Uint8Array, most: number): void {
  if (payload.length <= most) return
  throw new FrameError(`${name} carries at most ${most} bytes in a message, this one has ${payload.length}`, true)
}

/**
 * Why a received head that declares `length` bytes of payload is refused: no sender of this framing may declare more
 * than `most`, and we take no more than the limits say.
 * @param where the bytes of the frame that hold the length, counted from 0, as in `bytes 0 to 3`
 */
export function lengthError(
  name: string,
  where: string,
  length: number,
  most: number,
  limits: ScannerLimits,
): FrameError {
  if (length > most) {
    return new FrameError(`${name}: ${where} of the frame declare ${length} bytes of payload, the most is ${most}`)
  }
  return new FrameError(`${name}: a message of ${length} bytes, the limit is ${limits.maxMessageBytes}`, true)
}
