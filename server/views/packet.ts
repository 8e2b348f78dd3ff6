import type { Buffer } from 'node:buffer'

import { type Codec, DATA, FrameError, type Message, type Scanner } from '../codecs/codec.ts'
import { type View, ViewError } from './view.ts'

/** One binary WebSocket message is one whole frame of the service's codec, head and tail included. */
export const packet: View = {
  name: 'packet',
  summary: 'the whole framed packet, as it stands on the wire to the service',
  sends: 'binary',

  decode(data, text, codec) {
    if (text && codec.headMax > 0) {
      throw new ViewError(`packet: a ${codec.name} frame is binary, this message is text; send binary messages`)
    }
    if (data.length === 0) return empty(data, codec)
    const scanner = codec.scanner({ maxMessageBytes: codec.maxPayloadBytes })
    const { from, to, end } = scanOne(scanner, data)
    if (!scanner.done) {
      throw new ViewError(`packet: cut short at byte ${data.length}; a message must be one whole ${codec.name} frame`)
    }
    if (end < data.length) {
      throw new ViewError(
        `packet: the ${codec.name} frame ends at byte ${end} of ${data.length}; send one frame per message`,
      )
    }
    return { type: scanner.type, utype: scanner.utype, payload: data.subarray(from, to) }
  },

  encode: (message, codec) => codec.frame(message),
}

/** Nothing at all is a frame only where framing takes no bytes. */
function empty(data: Buffer, codec: Codec): Message {
  if (codec.headMax + codec.tail.length === 0) return { type: DATA, utype: 0, payload: data }
  throw new ViewError(`packet: empty; a message must be one whole ${codec.name} frame`)
}

/** Runs to the end of the first message or of the bytes. @throws ViewError when they are no frame */
function scanOne(scanner: Scanner, data: Uint8Array): { from: number; to: number; end: number } {
  try {
    // The bytes are in one place, so the payload is one piece; only framing can be left for a further call.
    let end = scanner.next(data, 0, data.length)
    const { from, to } = scanner
    while (!scanner.done && end < data.length) end = scanner.next(data, end, data.length)
    return { from, to, end }
  } catch (error) {
    if (error instanceof FrameError) throw new ViewError(`packet: ${error.message}`, { cause: error })
    throw error
  }
}
