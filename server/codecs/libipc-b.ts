import { FrameError, type Codec } from './codec.ts'
import { checkSize, wrap, writeU32 } from './frame.ts'
import { U32_HEAD, U32Scanner } from './u32-scanner.ts'

/** The originals' fixed buffers of 99,996 bytes less the head (PROTOCOLS 4). A length above it stops their service. */
const MAX_PAYLOAD = 99_992

/** Generation B of libipc (PROTOCOLS 4): a u32 big-endian length, then the payload; no types on the wire. */
export const libipcB: Codec = {
  name: 'libipc-b',
  summary: 'libipc, second generation: four bytes of length, then the message',
  headMax: U32_HEAD,
  tail: new Uint8Array(0),
  maxPayloadBytes: MAX_PAYLOAD,
  streams: false,
  barrier: true,
  headSize: () => U32_HEAD,
  writeHead: writeU32,
  check(payload) {
    // An original takes a read of four bytes or fewer for the end of the connection.
    if (payload.length === 0)
      throw new FrameError('libipc-b services take an empty message for a hang-up; send at least one byte')
    checkSize('libipc-b', payload, MAX_PAYLOAD)
  },
  encode(message) {
    libipcB.check(message.payload)
    return libipcB.frame(message)
  },
  frame: (message) => wrap(libipcB, message.payload),
  scanner: (limits) => new U32Scanner('libipc-b', MAX_PAYLOAD, limits),
}
