import { Buffer } from 'node:buffer'
import { Socket } from 'node:net'

import type { GateError } from '../../shared/causes.ts'
import { ReadBuffer, ROOM, scratch, type Chunk } from './chunk.ts'

const NOTHING = Buffer.alloc(0)
/**
 * Reads by data events before an accepted socket's handle is moved: a second Socket takes longer to make than a short
 * connection has to say.
 */
const READS_BEFORE_MOVE = 2

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

/** Who gets what a client's port reads. */
export interface ClientSink extends PortSink {
  /** The client broke a rule that the port itself checks; it was sent the close code, and `closed` follows. */
  failed(error: GateError): void
}

/** The client's side of a bridge: a socket of ours, or `ws` where it compresses. */
export interface ClientPort {
  /** Starts delivery; `early` are bytes that were read before the port took over. Called once. */
  open(sink: ClientSink, early?: Buffer): void
  write(frames: Buffer): void
  /** Bytes written that the kernel has not taken yet. */
  readonly queuedBytes: number
  /** Calls back once everything written so far has left for the kernel; not at all when the port closes first. */
  afterWrites(done: () => void): void
  resume(): void
  /** No more writes: what is queued goes out, then the peer sees the end. */
  end(): void
  /** Closes once what is queued has left. */
  finish(): void
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
  #readsBeforeMove = Infinity
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
   * Takes over an accepted socket, paused. Node gives accepted sockets no `onread`, so once the connection turns out to
   * have more to say its handle moves into a new Socket that has it. Where that can't be (TLS, another runtime, `fast`
   * false) its data events are copied into chunks to the end.
   */
  static take(accepted: Socket, fast = true): Port {
    const port = new Port()
    accepted.setTimeout(0)
    accepted.allowHalfOpen = true
    accepted.pause()
    accepted.on('data', port.#onData)
    port.#readsBeforeMove = fast ? READS_BEFORE_MOVE : Infinity
    port.#socket = accepted
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

  finish(): void {
    this.#socket.destroySoon()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  readonly #onData = (bytes: Buffer): void => {
    if (!this.#copied(bytes)) this.#socket.pause()
    // Not in the middle of the read that brought these bytes.
    else if (--this.#readsBeforeMove <= 0) process.nextTick(this.#move)
  }
  readonly #onError = (error: Error): void => {
    this.#error ??= error
  }
  readonly #onEnd = (): void => this.#sink?.ended()
  readonly #onClose = (): void => this.#didClose()

  #listen(): void {
    this.#socket.on('error', this.#onError).on('end', this.#onEnd).on('close', this.#onClose)
  }

  /** Moves the handle of an accepted socket into one that reads into our buffers; tried again later when it can't now. */
  readonly #move = (): void => {
    const shell = this.#socket
    const holder = shell as unknown as { _handle: (StreamHandle & object) | null }
    const handle = holder._handle
    if (this.#readsBeforeMove === Infinity || shell.destroyed || shell.isPaused()) return
    if (shell.readableEnded || shell.writableEnded || shell.writableLength > 0 || shell.readableLength > 0) return
    this.#readsBeforeMove = Infinity
    if (shell.constructor !== Socket || typeof handle?.readStop !== 'function' || !handle.useUserBuffer) return
    handle.reading = false
    handle.readStop()
    holder._handle = null
    shell.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose)
    shell.destroy() // only the shell: the HTTP server need not wait for it
    const options = { handle, allowHalfOpen: true, onread: this.onread, pauseOnCreate: true }
    this.#socket = new Socket(options)
    this.#listen()
    this.#socket.resume()
  }

  #didRead(bytes: number): boolean {
    this.#lastRead = bytes
    const { chunk, own } = this.#buffer
    const more = this.#sink!.bytes(chunk, ROOM, ROOM + bytes, own)
    this.#held = !more
    return more
  }

  /** Bytes that came in a buffer of Node's, without room in front; false when reading must stop. */
  #copied(bytes: Buffer): boolean {
    return this.#sink!.bytes(scratch(bytes), ROOM, ROOM + bytes.length, false)
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
