import { Buffer } from 'node:buffer'

import { spellDuration } from '../../shared/units.ts'
import { frame, PING } from '../websocket/frames.ts'

/** Pings in a row that may stay unanswered. */
const MISSES = 2
/** The first ping goes out this soon, so that lists have a round-trip time before the first period is over. */
const FIRST_MS = 1000

/**
 * The timer of one connection: a ping each period, and whether the client answered. It owns no clock; the gateway's
 * sweep calls `beat`.
 */
export class Heartbeat {
  /** Last ping to pong time in milliseconds. */
  pingMs: number | null = null
  #sentAt: number
  #number = 0
  #waiting = false
  #missed = 0
  #begun = false

  constructor(now: number) {
    this.#sentAt = now
  }

  /**
   * Called every sweep. `deaf`: we are not reading the client or it is not taking our bytes, so a missing answer
   * is not its fault. Returns a ping to send, a sentence when the client has missed two, or null.
   */
  beat(now: number, periodMs: number, deaf: boolean): Buffer | string | null {
    const waitMs = this.#begun ? periodMs : Math.min(periodMs, FIRST_MS)
    if (periodMs === 0 || now - this.#sentAt < waitMs) return null
    this.#begun = true
    if (deaf) {
      this.#waiting = false
      this.#missed = 0
      this.#sentAt = now
      return null
    }
    if (this.#waiting && ++this.#missed >= MISSES) return `no answer for ${spellDuration(MISSES * periodMs)}`
    this.#waiting = true
    this.#sentAt = now
    const payload = Buffer.allocUnsafe(4)
    payload.writeUInt32BE(++this.#number >>> 0)
    return frame(PING, payload)
  }

  /**
   * A pong; only the answer to the last ping is timed, an older one still shows that the client is there. Returns whether
   * one was awaited.
   */
  answered(payload: Buffer, now: number): boolean {
    const awaited = this.#waiting
    this.#waiting = false
    this.#missed = 0
    if (payload.length === 4 && payload.readUInt32BE() === this.#number) this.pingMs = now - this.#sentAt
    return awaited
  }
}
