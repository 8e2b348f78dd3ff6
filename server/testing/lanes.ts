import { Buffer } from 'node:buffer'

import * as ws from 'ws'

import type { CauseCode } from '../../shared/causes.ts'
import type { Counters, DownLane, Failing, Outlet, UpLane } from '../gateway/lane.ts'
import { Chunk, ROOM } from '../transports/chunk.ts'
import { FrameReader } from '../websocket/frame-reader.ts'

/** How the chunks of a run lie in memory: one buffer that everybody shares, or one of their own that just fits. */
export type Memory = 'shared' | 'own'

/** What left, and how it ended. */
export interface Run {
  /** Every write, in order; with `fail` in its place among them. */
  readonly writes: Buffer[]
  readonly bytes: Buffer
  /** Why the lane ended the connection, and after how many writes; null when it did not. */
  failed: { code: CauseCode; detail: string; afterWrites: number } | null
  /** Largest number of writes for one chunk. */
  mostWrites: number
  readonly counters: Counters
}

/** Takes writes as a port does: what they refer to is read only when the whole chunk has been handled, or even later. */
class Recorder implements Outlet, Failing {
  readonly queuedBytes = 0
  readonly counters: Counters = { upMessages: 0, upBytes: 0, downMessages: 0, downBytes: 0 }
  readonly writes: Buffer[] = []
  failed: Run['failed'] = null
  mostWrites = 0
  onFail: () => void = () => {}
  #settled = 0

  write(bytes: Buffer): void {
    this.writes.push(bytes)
  }

  afterWrites(): void {}

  end(): void {}

  fail(code: CauseCode, detail: string): void {
    if (this.failed) return
    this.failed = { code, detail, afterWrites: this.writes.length }
    this.onFail()
  }

  /** The chunk was handled: writes from its own memory have left, those from shared memory must be copies. */
  settle(chunk: Chunk, memory: Memory): void {
    this.mostWrites = Math.max(this.mostWrites, this.writes.length - this.#settled)
    if (memory === 'own') {
      for (let i = this.#settled; i < this.writes.length; i++) this.writes[i] = Buffer.from(this.writes[i]!)
    }
    this.#settled = this.writes.length
    chunk.bytes.fill(0xa5)
  }

  run(): Run {
    const { writes, failed, mostWrites, counters } = this
    return { writes, bytes: Buffer.concat(writes), failed, mostWrites, counters }
  }
}

function chunks(pieces: readonly Uint8Array[], memory: Memory): (piece: Uint8Array) => Chunk {
  if (memory === 'own') return (piece) => Chunk.of(piece)
  const shared = new Chunk(pieces.reduce((most, piece) => Math.max(most, piece.length), 0) + 100)
  return (piece) => {
    shared.target.set(piece)
    return shared
  }
}

type Make<Lane> = (outlet: Outlet, counters: Counters, bridge: Failing) => Lane

/** Sends a client's bytes through a lane, with the reader in front as the bridge has it. */
export function runUp(make: Make<UpLane>, pieces: readonly Uint8Array[], memory: Memory, maxMessageBytes = 1e9): Run {
  const recorder = new Recorder()
  const lane = make(recorder, recorder.counters, recorder)
  const reader = new FrameReader(
    lane,
    {
      ping: () => {},
      pong: () => {},
      close: () => recorder.fail('client-closed', 'closed'),
      fail: (code, detail) => recorder.fail(code, detail),
    },
    maxMessageBytes,
  )
  recorder.onFail = () => {
    reader.stop()
    lane.finish()
  }
  const chunkOf = chunks(pieces, memory)
  for (const piece of pieces) {
    if (recorder.failed) break
    const chunk = chunkOf(piece)
    lane.begin(chunk, memory === 'own')
    reader.read(chunk, ROOM, ROOM + piece.length)
    lane.flush()
    recorder.settle(chunk, memory)
  }
  return recorder.run()
}

/** Sends a service's bytes through a lane. `idle`: whether it may end there. */
export function runDown(make: Make<DownLane>, pieces: readonly Uint8Array[], memory: Memory): Run & { idle: boolean } {
  const recorder = new Recorder()
  const lane = make(recorder, recorder.counters, recorder)
  const chunkOf = chunks(pieces, memory)
  for (const piece of pieces) {
    if (recorder.failed) break
    const chunk = chunkOf(piece)
    lane.bytes(chunk, ROOM, ROOM + piece.length, memory === 'own')
    recorder.settle(chunk, memory)
  }
  return { ...recorder.run(), idle: lane.idle }
}

interface WsReceiver {
  on(event: 'message', listener: (data: Buffer, binary: boolean) => void): this
  _write(chunk: Buffer, encoding: string, done: (error?: Error) => void): void
}
const Receiver = (ws as unknown as { Receiver: new (options: object) => WsReceiver }).Receiver

/** What a client makes of our frames, according to `ws`. @throws Error when it finds fault with them */
export function clientMessages(bytes: Buffer): { text: boolean; data: Buffer }[] {
  const messages: { text: boolean; data: Buffer }[] = []
  const receiver = new Receiver({ isServer: false })
  receiver.on('message', (data, binary) => messages.push({ text: !binary, data: Buffer.from(data) }))
  receiver._write(Buffer.from(bytes), 'buffer', (error) => {
    if (error) throw error
  })
  return messages
}

/** Whether bytes are whole server frames (RFC 6455 5.2, no mask), one after the other. */
export function areWholeFrames(bytes: Buffer): boolean {
  let at = 0
  while (at < bytes.length) {
    const short = bytes[at + 1]!
    if (short < 126) at += 2 + short
    else if (short === 126) at += 4 + bytes.readUInt16BE(at + 2)
    else at += 10 + Number(bytes.readBigUInt64BE(at + 2))
  }
  return at === bytes.length
}
