import { Buffer } from 'node:buffer'
import { Socket } from 'node:net'

import { Chunk, ReadBuffer, ROOM } from './chunk.ts'

const NOTHING = Buffer.alloc(0)
/** What the HTTP server may still listen to on an upgraded socket; who waits for its close goes on waiting. */
const HTTP_EVENTS = ['data', 'end', 'error', 'readable', 'drain', 'timeout']

/** Who gets what a port reads. */
export interface PortSink {
  /**
   * Bytes arrived in `chunk.bytes[from..to)`, with at least ROOM bytes free to use in front. They may be changed in place.
   * `own`: they stay valid until this port reads again, which a caller that still writes from them prevents by returning
   * false; otherwise they are gone when this returns. False stops reading until `resume`.
   */
  bytes(chunk: Chunk, from: number, to: number, own: boolean): boolean
  /** The peer will send no more. */
  ended(): void
  /** The last call: the handle is gone. `error` when it broke. */
  closed(error: Error | null): void
}

/** The client's side of a bridge: a socket of ours, or `ws` where it compresses. */
export interface ClientPort {
  /** Starts delivery; `early` are bytes that were read before the port took over. Called once. */
  open(sink: PortSink, early?: Buffer): void
  write(frames: Buffer): void
  /** Bytes written that the kernel has not taken yet. */
  readonly queuedBytes: number
  /** Calls back once everything written so far has left for the kernel; not at all when the port closes first. */
  afterWrites(done: () => void): void
  resume(): void
  /** No more writes: what is queued goes out, then the peer sees the end. */
  end(): void
  /** Closes now; queued bytes are lost. */
  destroy(): void
}

/** The parts of Node's stream handle that taking it over needs. Not documented, so each is checked before use. */
interface StreamHandle {
  reading?: boolean
  readStop?: () => number
  useUserBuffer?: (buffer: Uint8Array) => void
}

/**
 * One connected stream socket: reads into shared or borrowed buffers with room in front, writes without copying.
 * Owns the socket from `attach` or `take` on: whoever holds the port closes it.
 */
export class Port implements ClientPort {
  /** Options for `net.connect`, so that a dialled socket reads into our buffers. */
  readonly onread: { buffer: () => Uint8Array; callback: (bytes: number, buffer: Uint8Array) => boolean }
  readonly #buffer = new ReadBuffer()
  #socket: Socket = unattached
  #sink: PortSink | null = null
  #lastRead = 0
  #held = false
  #error: Error | null = null

  constructor() {
    this.onread = {
      buffer: () => this.#buffer.next(this.#lastRead, this.#held),
      callback: (bytes) => this.#didRead(bytes),
    }
  }

  /** Adopts a connected socket that was dialled with `onread`; it stays paused until `open`. */
  attach(socket: Socket): void {
    this.#socket = socket
    this.#listen()
  }

  /**
   * Takes over an accepted socket. Node gives accepted sockets no `onread`, so where it can the handle moves into a new
   * Socket that has it; elsewhere (TLS, another runtime, `fast` false) its data events are copied into chunks.
   */
  static take(accepted: Socket, fast = true): Port {
    const port = new Port()
    const socket = accepted as unknown as { _handle: (StreamHandle & object) | null }
    const handle = socket._handle
    const movable =
      fast &&
      accepted.constructor === Socket &&
      accepted.writableLength === 0 &&
      accepted.readableLength === 0 &&
      typeof handle?.readStop === 'function' &&
      typeof handle.useUserBuffer === 'function'
    if (movable && handle) {
      handle.reading = false
      handle.readStop!()
      socket._handle = null
      accepted.destroy() // only the shell: the HTTP server need not wait for it
      const options = { handle, allowHalfOpen: true, onread: port.onread, pauseOnCreate: true }
      port.#socket = new Socket(options as ConstructorParameters<typeof Socket>[0])
    } else {
      for (const event of HTTP_EVENTS) accepted.removeAllListeners(event)
      accepted.setTimeout(0)
      accepted.allowHalfOpen = true
      accepted.pause()
      port.#socket = accepted
      accepted.on('data', (bytes: Buffer) => port.#copied(bytes))
    }
    port.#listen()
    return port
  }

  open(sink: PortSink, early: Buffer = NOTHING): void {
    this.#sink = sink
    if (this.#socket.destroyed) {
      queueMicrotask(() => this.#didClose())
      return
    }
    if (early.length === 0 || this.#copied(early)) this.resume()
  }

  /** Hands delivery to another sink from the next read on; nothing is read in between. */
  set sink(sink: PortSink) {
    this.#sink = sink
  }

  write(bytes: Uint8Array): void {
    if (!this.#socket.destroyed && !this.#socket.writableEnded) this.#socket.write(bytes)
  }

  afterWrites(done: () => void): void {
    this.#socket.write(NOTHING, (error) => {
      if (!error) done()
    })
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  get destroyed(): boolean {
    return this.#socket.destroyed
  }

  /** The socket itself, for those who need its descriptor or send past the port (the barrier). */
  get socket(): Socket {
    return this.#socket
  }

  resume(): void {
    if (!this.#socket.destroyed) this.#socket.resume()
  }

  end(): void {
    if (!this.#socket.writableEnded) this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #listen(): void {
    const socket = this.#socket
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.on('end', () => this.#sink?.ended())
    socket.on('close', () => this.#didClose())
  }

  #didRead(bytes: number): boolean {
    this.#lastRead = bytes
    const { chunk, own } = this.#buffer
    const more = this.#sink!.bytes(chunk, ROOM, ROOM + bytes, own)
    this.#held = !more
    return more
  }

  #copied(bytes: Buffer): boolean {
    const more = this.#sink!.bytes(Chunk.of(bytes), ROOM, ROOM + bytes.length, true)
    if (!more) this.#socket.pause()
    return more
  }

  #didClose(): void {
    this.#buffer.release(true)
    const sink = this.#sink
    this.#sink = null
    sink?.closed(this.#error)
  }
}

/** Stands in until a socket is attached, so that the field is never null on the hot path. */
const unattached = new Socket()
