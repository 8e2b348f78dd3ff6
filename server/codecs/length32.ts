import type { Codec } from './codec.ts'
import { checkSize, wrap, writeU32 } from './frame.ts'
import { U32_HEAD, U32Scanner } from './u32-scanner.ts'

/** Above this the top bit is set, which many programs read as a negative length. */
const MAX_PAYLOAD = 0x7fff_ffff

/** A u32 big-endian length, then that many bytes: the plainest framing there is. */
export const length32: Codec = {
  name: 'length32',
  summary: 'four bytes of length (big-endian), then the message',
  headMax: U32_HEAD,
  tail: new Uint8Array(0),
  maxPayloadBytes: MAX_PAYLOAD,
  streams: true,
  barrier: false,
  headSize: () => U32_HEAD,
  writeHead: writeU32,
  check: (payload) => checkSize('length32', payload, MAX_PAYLOAD),
  encode(message) {
    length32.check(message.payload)
    return length32.frame(message)
  },
  frame: (message) => wrap(length32, message.payload),
  scanner: (limits) => new U32Scanner('length32', MAX_PAYLOAD, limits),
}
