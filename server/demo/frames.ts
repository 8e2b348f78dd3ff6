import type { Socket } from 'node:net'

/** type (1 byte), payload length (4, big-endian), user type (1); the payload follows. */
const HEAD_BYTES = 6
/** What libipc accepts. */
const MAX_PAYLOAD_BYTES = 1_999_994

/**
 * Calls `onFrame` with every whole libipc frame, head included, that arrives on `socket`, however the bytes were cut on
 * their way (PROTOCOLS 1.2). A payload above `maxPayloadBytes` ends the connection.
 */
export function eachFrame(socket: Socket, onFrame: (frame: Buffer) => void, maxPayloadBytes = MAX_PAYLOAD_BYTES): void {
  let chunks: Buffer[] = []
  let have = 0
  let need = HEAD_BYTES

  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    have += chunk.length
    if (have < need) return // joined only once it pays: a long frame in many pieces is copied once
    let rest = Buffer.concat(chunks, have)
    for (;;) {
      need = HEAD_BYTES
      if (rest.length < need) break
      const payloadBytes = rest.readUInt32BE(1)
      if (payloadBytes > maxPayloadBytes) {
        socket.destroy()
        return
      }
      need += payloadBytes
      if (rest.length < need) break
      onFrame(rest.subarray(0, need))
      rest = rest.subarray(need)
    }
    chunks = [rest]
    have = rest.length
  })
}
