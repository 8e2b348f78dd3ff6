import type { Buffer } from 'node:buffer'

import type { CauseCode } from '../../shared/causes.ts'
import type { Chunk } from '../transports/chunk.ts'
import type { DataSink } from '../websocket/frame-reader.ts'

/** What has passed in each direction: `up` client to service, `down` service to client. Payload bytes only. */
export interface Counters {
  upMessages: number
  upBytes: number
  downMessages: number
  downBytes: number
}

/** Takes what a lane wrote. */
export interface Writer {
  write(bytes: Buffer): void
}

/** Where bytes leave: a port, or what keeps frames apart in front of one. */
export interface Outlet extends Writer {
  /** Bytes written that the kernel has not taken yet. */
  readonly queuedBytes: number
  /** Calls back once, when all that is queued now has left; not at all when the connection ends first. */
  afterWrites(done: () => void): void
  /** No more writes: what is queued goes out, then the peer sees the end. */
  end(): void
}

/** The bridge as its lanes see it: the one place to say that a connection is over. */
export interface Failing {
  fail(code: CauseCode, detail: string): void
}

/** Client to service: takes a chunk's frames and sends the service what they hold, one write per chunk. */
export interface UpLane extends DataSink {
  /** Writes may refer to a borrowed chunk: it must not be read into before they have left. */
  readonly retains: boolean
  begin(chunk: Chunk, own: boolean): void
  /** Writes what was gathered; called after each chunk. */
  flush(): void
  /** The connection ends, perhaps inside a chunk: writes what is complete and drops the rest. */
  finish(): void
}

/** Service to client: turns a chunk into frames, one write per chunk. */
export interface DownLane {
  /** As for `UpLane`. */
  readonly retains: boolean
  bytes(chunk: Chunk, from: number, to: number, own: boolean): void
  /** Whether the service may end here without cutting a message. */
  readonly idle: boolean
}
