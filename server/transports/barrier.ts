import type { Buffer } from 'node:buffer'
import { openSync } from 'node:fs'
import type { Socket } from 'node:net'

import { GateError } from '../../shared/causes.ts'
import { fdOf, native } from '../native/libc.ts'
import type { Native } from '../native/libc.ts'

/** Longest frame that Linux 6 keeps in one segment, in bytes: 32 KiB of pages and the rest of one (PROTOCOLS 0.1). */
const SEGMENT_MAX = 36_544
/** Longest frame that fits an empty send queue of the default 212,992 bytes, in bytes (PROTOCOLS 1.2). */
export const BARRIER_FRAME_MAX = 219_264
/** After a long frame was read to its end, before the next leaves: the reader may be about to look for more. */
const SETTLE_MS = 2
/** Between two frames where the kernel can't be asked. 5 is safe with a reader that keeps up; timers are a bit early. */
const GAP_MS = 6
/** Longest pause between two looks at a full queue. */
const RETRY_MAX_MS = 20

/** What a machine without native calls loses: for the warning at start, behind `nativeProblem`. */
export const GAP_WARNING =
  `messages to services that take one read for one message leave at least ${GAP_MS} ms apart, ` +
  'and a service that falls behind may still get two at once'

export interface BarrierOptions {
  /** Bytes that may wait before `send` asks the caller to stop. */
  readonly highWaterBytes: number
  /** Called once after a `send` that returned false, when at most half of that still waits. */
  readonly onDrain: () => void
  /** Called once, never from within `send`; nothing is sent afterwards. The socket is the owner's to destroy. */
  readonly onError: (error: GateError) => void
  /** Other than this machine's: for tests of the fall-back. */
  readonly native?: Native | null
}

/**
 * Sends frames to a service that takes what one read returns for one message, so that one read returns one frame
 * (PROTOCOLS 0.1, 1.5). Bytes written back to back are glued together by the kernel; three ways keep them apart:
 *
 * - Up to SEGMENT_MAX: one sendmsg with a throw-away descriptor. A read ends behind a segment that carried one.
 * - Longer ones: alone in an empty queue, in one call, and nothing behind them until they were read.
 * - Without native calls: a gap in time between frames.
 *
 * Frames above BARRIER_FRAME_MAX are refused: the kernel would take only a part, and such a service writes the rest
 * over the beginning. (A service that collects its messages properly needs no barrier: its entry says `barrier: false`.)
 *
 * Owns neither the socket nor its reading side. Nobody else may write to it. Ends with the socket by itself.
 */
export class BarrierSender {
  readonly #socket: Socket
  readonly #options: BarrierOptions
  readonly #native: Native | null
  /** Waiting frames from `#head` on. */
  #frames: Buffer[] = []
  #head = 0
  #queuedBytes = 0
  #timer: NodeJS.Timeout | null = null
  #retryMs = 1
  #behindLong = false
  #writtenAt = -Infinity
  #full = false
  #ending = false
  #closed = false

  constructor(socket: Socket, options: BarrierOptions) {
    this.#socket = socket
    this.#options = options
    this.#native = options.native === undefined ? native() : options.native
    socket.once('close', () => this.destroy())
  }

  /** Bytes that the kernel has not taken yet. */
  get queuedBytes(): number {
    return this.#queuedBytes + this.#socket.writableLength
  }

  /**
   * Sends one frame, at once when nothing waits. The frame's memory must not change until it was sent. Frames after
   * `end`, an error or the socket's end are dropped.
   * @returns false when more than `highWaterBytes` wait: the caller should wait for `onDrain`
   */
  send(frame: Buffer): boolean {
    if (this.#closed || this.#ending || frame.length === 0) return true
    if (frame.length > BARRIER_FRAME_MAX) {
      const limit = `this service takes one read for one message and so at most ${BARRIER_FRAME_MAX} bytes`
      this.#fail(new GateError('client-too-large', `${limit}, a message has ${frame.length}`))
      return false
    }
    this.#frames.push(frame)
    this.#queuedBytes += frame.length
    if (this.#timer === null) this.#pump()
    this.#full ||= this.queuedBytes > this.#options.highWaterBytes
    return !this.#full
  }

  /** Sends what waits, then ends the socket's writing side. */
  end(): void {
    if (this.#ending) return
    this.#ending = true
    if (!this.#closed && this.#frames.length === 0) this.#socket.end()
  }

  /** Drops what waits and stops all timers; the socket stays as it is. */
  destroy(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#frames = []
    this.#head = 0
    this.#queuedBytes = 0
  }

  /** Sends until all is sent or something has to be waited for. */
  #pump(): void {
    this.#timer = null
    while (this.#head < this.#frames.length) {
      const waitMs = this.#tryFrame(this.#frames[this.#head]!)
      if (this.#closed) return
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#resume(), waitMs)
        return
      }
      this.#queuedBytes -= this.#frames[this.#head]!.length
      this.#head++
    }
    this.#frames = []
    this.#head = 0
    if (this.#ending) this.#socket.end()
  }

  #resume(): void {
    this.#pump()
    if (!this.#full || this.#closed || this.queuedBytes > this.#options.highWaterBytes / 2) return
    this.#full = false
    this.#options.onDrain()
  }

  /** Sends one frame if it may leave now. Returns 0 when it was sent, otherwise the milliseconds until the next try. */
  #tryFrame(frame: Buffer): number {
    if (this.#socket.destroyed) {
      this.destroy()
      return 0
    }
    if (this.#native === null) return this.#tryGap(frame)
    try {
      return this.#tryNative(this.#native, fdOf(this.#socket), frame)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EMFILE' || code === 'ENFILE') return this.#later() // none left to throw away: passes
      this.#fail(
        new GateError('service-failed', 'the service closed its end while messages were on the way', { cause: error }),
      )
      return 0
    }
  }

  #tryNative(calls: Native, fd: number, frame: Buffer): number {
    if (this.#behindLong) {
      if (calls.sendQueueBytes(fd) > 0) return this.#later()
      this.#behindLong = false
      return SETTLE_MS
    }
    const long = frame.length > SEGMENT_MAX
    if (long && calls.sendQueueBytes(fd) > 0) return this.#later()
    const taken = long ? calls.send(fd, frame) : calls.sendWithDescriptor(fd, frame, throwAway())
    if (taken === 'again') return this.#later()
    if (taken < frame.length) {
      const part = `the service's socket took only ${taken} of a frame's ${frame.length} bytes; the rest would overwrite them`
      this.#fail(new GateError('service-failed', part))
      return 0
    }
    this.#behindLong = long
    this.#retryMs = 1
    return 0
  }

  #tryGap(frame: Buffer): number {
    const now = performance.now()
    if (this.#socket.writableLength > 0) {
      this.#writtenAt = now
      return this.#later()
    }
    const waitMs = Math.ceil(this.#writtenAt + GAP_MS - now)
    if (waitMs > 0) return waitMs
    this.#socket.write(frame)
    this.#writtenAt = now
    this.#retryMs = 1
    return 0
  }

  /** A reader that is merely busy is looked after soon, one that stands still ever more rarely. */
  #later(): number {
    const waitMs = this.#retryMs
    this.#retryMs = Math.min(RETRY_MAX_MS, waitMs * 2)
    return waitMs
  }

  #fail(error: GateError): void {
    this.destroy()
    process.nextTick(this.#options.onError, error)
  }
}

let devNull = -1

/** The descriptor that rides along; one per process, for ever. Receivers that don't ask for descriptors never see it. */
function throwAway(): number {
  if (devNull < 0) devNull = openSync('/dev/null', 'r')
  return devNull
}
