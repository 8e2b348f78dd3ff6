import { Buffer } from 'node:buffer'

import { WebSocket } from 'ws'

import { GateError, type CauseCode } from '../../shared/causes.ts'
import { BINARY, CLOSE, PING, PONG, TEXT } from '../websocket/frames.ts'
import { Chunk, ROOM } from './chunk.ts'
import type { ClientPort, ClientSink } from './port.ts'

/** What `ws` closes with, as the cause that says the same. */
const CAUSES: Readonly<Record<number, CauseCode>> = {
  1007: 'client-malformed',
  1008: 'client-fragments',
  1009: 'client-too-large',
}

/** Tells of the client's close frame when it comes; `ws` itself only tells when the handle is gone. */
export class CompressedSocket extends WebSocket {
  /** Code 1005: the client gave none. */
  onClientClose: (code: number, reason: Buffer) => void = () => {}

  /** `ws` calls it too: to answer the client's close, always with a reason or without a code, and when it finds fault. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason)
    if (code === undefined) this.onClientClose(1005, Buffer.alloc(0))
    else if (reason instanceof Buffer) this.onClientClose(code, reason)
  }
}

/**
 * A client that negotiated permessage-deflate (RFC 7692): `ws` inflates and deflates, and this side speaks the plain
 * frames that every other port does, so that the bridge need not know. Slower, and only for services that ask for it.
 */
export class CompressedPort implements ClientPort {
  readonly #ws: CompressedSocket
  #sink: ClientSink | null = null
  #error: GateError | null = null
  #waiting: (() => void)[] = []
  #ended = false

  constructor(ws: CompressedSocket) {
    this.#ws = ws
    ws.pause()
  }

  open(sink: ClientSink): void {
    const ws = this.#ws
    this.#sink = sink
    ws.on('message', (data, binary) => this.#deliver(binary ? BINARY : TEXT, data as Buffer))
    ws.on('ping', (data) => this.#deliver(PING, data))
    ws.on('pong', (data) => this.#deliver(PONG, data))
    ws.on('error', (error: Error & { code?: string }) => {
      const code = CAUSES[closeCodeOf(error)] ?? (error.code?.startsWith('WS_ERR') ? 'client-protocol' : 'client-lost')
      this.#error = new GateError(code, error.message)
      // Now, not when the handle is gone: a client that never answers the close must not keep its service meanwhile.
      sink.failed(this.#error)
    })
    ws.onClientClose = (code, reason) => {
      if (this.#ended) return
      this.#ended = true // `ws` has answered
      this.#deliver(CLOSE, closePayload(code, reason))
    }
    ws.on('close', () => sink.closed(this.#error))
    ws.resume()
  }

  /** Whole frames only, which is what every lane writes. */
  write(frames: Buffer): void {
    for (let i = 0; i < frames.length && !this.#ended;) {
      const opcode = frames[i]! & 15
      const fin = frames[i]! > 127
      let length = frames[i + 1]!
      i += 2
      if (length === 126) {
        length = frames.readUInt16BE(i)
        i += 2
      } else if (length === 127) {
        length = Number(frames.readBigUInt64BE(i))
        i += 8
      }
      // `ws` deflates later than this returns, and the bytes may lie in a buffer that is read into again.
      this.#send(opcode, fin, Buffer.from(frames.subarray(i, i + length)))
      i += length
    }
  }

  get queuedBytes(): number {
    return this.#ws.bufferedAmount
  }

  afterWrites(done: () => void): void {
    this.#waiting.push(done)
    if (this.queuedBytes === 0) queueMicrotask(this.#sent)
  }

  resume(): void {
    this.#ws.resume()
  }

  /** The close frame that came before makes `ws` end the socket; without one it is cut. */
  end(): void {
    if (!this.#ended) this.#ws.terminate()
    this.#ended = true
  }

  finish(): void {
    this.end()
  }

  destroy(): void {
    this.#ws.terminate()
  }

  #send(opcode: number, fin: boolean, payload: Buffer): void {
    const ws = this.#ws
    if (opcode === CLOSE) {
      this.#ended = true
      if (payload.length === 0) ws.close()
      else ws.close(payload.readUInt16BE(0), payload.subarray(2).toString('utf8'))
    } else if (opcode === PING) ws.ping(payload, false, this.#sent)
    else if (opcode === PONG) ws.pong(payload, false, this.#sent)
    else ws.send(payload, { binary: opcode !== TEXT, fin }, this.#sent)
  }

  readonly #sent = (): void => {
    if (this.queuedBytes > 0) return
    for (const done of this.#waiting.splice(0)) done()
  }

  /** As the client's frame would look without compression; an all-zero masking key changes nothing. */
  #deliver(opcode: number, payload: Buffer): void {
    const head = Buffer.alloc(14)
    head[0] = 0x80 | opcode
    head[1] = 0x80 | 127
    head.writeBigUInt64BE(BigInt(payload.length), 2)
    const short = opcode >= CLOSE ? Buffer.from([head[0], 0x80 | payload.length, 0, 0, 0, 0]) : head
    const bytes = Buffer.concat([short, payload])
    if (!this.#sink!.bytes(Chunk.of(bytes), ROOM, ROOM + bytes.length, true)) this.#ws.pause()
  }
}

/** `ws` keeps the code it closes with behind a symbol. */
function closeCodeOf(error: Error): number {
  const symbol = Object.getOwnPropertySymbols(error).find(({ description }) => description === 'status-code')
  return symbol ? ((error as unknown as Record<symbol, number>)[symbol] ?? 0) : 0
}

function closePayload(code: number, reason: Buffer): Buffer {
  if (code === 1005) return Buffer.alloc(0)
  const payload = Buffer.alloc(2 + reason.length)
  payload.writeUInt16BE(code)
  reason.copy(payload, 2)
  return payload
}
