import { Buffer } from 'node:buffer'

import { Bridge, type BridgeOptions } from '../gateway/bridge.ts'
import type { Limits } from '../gateway/limits.ts'
import { Chunk, ROOM } from '../transports/chunk.ts'
import type { ClientPort, ClientSink, Port } from '../transports/port.ts'
import type { Memory } from './lanes.ts'

/** One side of a bridge without a socket: keeps what it is given, and says what a test wants it to say. */
export class FakePort implements ClientPort {
  readonly writes: Buffer[] = []
  /** What waits, as the bridge sees it. */
  queuedBytes = 0
  /** Whether the bridge wants more. */
  reading = false
  isEnded = false
  isDestroyed = false
  readonly #shared = new Chunk(65_536)
  #sink: ClientSink | null = null
  #drained: (() => void)[] = []

  open(sink: ClientSink): void {
    this.#sink = sink
    this.reading = true
  }

  write(bytes: Buffer): void {
    this.writes.push(Buffer.from(bytes))
  }

  afterWrites(done: () => void): void {
    this.#drained.push(done)
  }

  resume(): void {
    this.reading = true
  }

  end(): void {
    this.isEnded = true
  }

  finish(): void {
    this.isEnded = true
  }

  destroy(): void {
    this.isDestroyed = true
  }

  /** These bytes are read: at once, whether or not the bridge wants them. */
  say(bytes: Uint8Array, memory: Memory = 'shared'): void {
    const chunk = memory === 'own' ? Chunk.of(bytes) : this.#shared
    if (memory === 'shared') chunk.target.set(bytes)
    if (!this.#sink!.bytes(chunk, ROOM, ROOM + bytes.length, memory === 'own')) this.reading = false
    chunk.bytes.fill(0xa5)
  }

  /** All that waited has left. */
  drain(): void {
    this.queuedBytes = 0
    for (const done of this.#drained.splice(0)) done()
  }

  get bytes(): Buffer {
    return Buffer.concat(this.writes)
  }
}

const noLimits: Limits = {
  timerMs: 0,
  handshakeTimeoutMs: 0,
  connectTimeoutMs: 0,
  idleTimeoutMs: 0,
  stallTimeoutMs: 0,
  drainTimeoutMs: 0,
  maxMessageBytes: 1 << 24,
  maxBufferedBytes: 1 << 20,
  maxConnections: 1,
}

/** A bridge between two fake ports, running. What is not said is without limits. */
export function fakeBridge(
  options: Pick<BridgeOptions, 'codec' | 'view'> &
    Partial<Omit<BridgeOptions, 'limits'>> & { limits?: Partial<Limits> },
) {
  const client = new FakePort()
  const service = new FakePort()
  const bridge = new Bridge({
    text: false,
    halfClose: false,
    maxMessageBytes: noLimits.maxMessageBytes,
    rates: null,
    apart: null,
    ...options,
    client,
    service: service as unknown as Port,
    limits: () => ({ ...noLimits, ...options.limits }),
  })
  void bridge.run(Buffer.alloc(0))
  return { bridge, client, service }
}
