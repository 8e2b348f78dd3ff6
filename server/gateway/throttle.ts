import type { RuleLimits } from '../../shared/policy/document.ts'
import type { Counters } from './lane.ts'
import { Bucket } from './rate.ts'

/** What a rule says of one client's rates; the rest of its limits is the door's business. */
export type Rates = Pick<RuleLimits, 'messagesPerSecond' | 'bytesPerSecond' | 'over'>

/**
 * Pings and unasked pongs that a client may send in a second, whatever its rule says. Each costs a frame of its own both
 * ways; browsers can't send any, and programs send one every few seconds.
 */
const CONTROL_FRAMES_PER_SECOND = 1000
/** Longer pauses are looked at again in between: timers hold no more than 31 bits. */
const LONGEST_TIMER_MS = 60_000

/**
 * Keeps one client to the rates of its rule. Looks at the counters once per chunk, never at a message; while the rule has
 * no rates, `active` is false and nothing is asked. Owns a timer while it holds the client back: call `end`.
 */
export class Throttle {
  /** Whether `passed` must be called after each chunk. */
  active = false
  readonly #counters: Counters
  readonly #resume: () => void
  #over: Rates['over'] = 'wait'
  #messages: Bucket | null = null
  #bytes: Bucket | null = null
  #controls: Bucket | null = null
  // As of the last chunk.
  #messagesSeen = 0
  #bytesSeen = 0
  #controlsNow = 0
  #wasMidway = false
  // The pause.
  #timer: NodeJS.Timeout | null = null
  #heldAt = 0
  #freedAt = -Infinity
  #pausedMs = 0

  /** @param resume called when the client may be read again, unless something else forbids it */
  constructor(counters: Counters, resume: () => void) {
    this.#counters = counters
    this.#resume = resume
  }

  /**
   * From now on by these rates. A bucket whose figure stays keeps its level; a new one is full. A client that no longer
   * owes anything is read again at once.
   */
  limit(rates: Rates | null, now: number): void {
    const over = rates?.over ?? 'wait'
    const same = over === this.#over
    this.#over = over
    this.#messages = bucketOf(rates?.messagesPerSecond, same ? this.#messages : null, now)
    this.#bytes = bucketOf(rates?.bytesPerSecond, same ? this.#bytes : null, now)
    if (!this.active) this.#see()
    this.active = this.#messages !== null || this.#bytes !== null
    if (this.#timer) this.#look()
  }

  /** Whether the client is not to be read. */
  get holding(): boolean {
    return this.#timer !== null
  }

  /** When the client was last held back: now while it is, long ago when it never was. */
  lastHeldAt(now: number): number {
    return this.#timer ? now : this.#freedAt
  }

  /** Total time of all pauses in milliseconds, the present one included. */
  pausedMs(now: number): number {
    return this.#pausedMs + (this.#timer ? now - this.#heldAt : 0)
  }

  /** A ping or an unasked pong came. Returns why that was one too many, or null. Counts as a message, too. */
  control(now: number): string | null {
    this.#controlsNow++
    this.#controls ??= new Bucket(CONTROL_FRAMES_PER_SECOND, now)
    if (this.#controls.take(1, now) >= 0) return null
    return `more than ${CONTROL_FRAMES_PER_SECOND} pings and pongs in a second`
  }

  /**
   * A chunk has passed; `midway`: it ends inside a message. Returns why the client must go, or null; `holding` says
   * whether it may be read on.
   *
   * What a chunk brought has gone to the service when it is counted: a client that is closed for it has sent up to one
   * chunk (64 KiB) more than its rule allows. One message that is larger than the bucket passes, in as many chunks as it
   * takes, when nothing was owed at its beginning.
   */
  passed(midway: boolean, now: number): string | null {
    const messages = this.#counters.upMessages - this.#messagesSeen
    const bytes = this.#counters.upBytes - this.#bytesSeen
    const controls = this.#controlsNow
    /** Messages of which this chunk held a part, and those that began in it. */
    const parts = messages + (midway ? 1 : 0)
    const begun = parts - (this.#wasMidway ? 1 : 0)
    this.#see()
    this.#wasMidway = midway

    const owing = this.#bytes !== null && this.#bytes.level(now) < 0
    const tooMany = this.#messages !== null && this.#messages.take(messages + controls, now) < 0
    const tooMuch = this.#bytes !== null && this.#bytes.take(bytes, now) < 0
    if (!tooMany && !tooMuch) return null
    if (this.#over === 'wait') this.#hold(now)
    else if (tooMany)
      return `more than ${count(this.#messages!.perSecond, 'message')} in a second, which its rule allows`
    else if (owing ? begun > 0 : parts > 1) {
      return `more than ${count(this.#bytes!.perSecond, 'byte')} in a second, which its rule allows`
    }
    return null
  }

  /** The connection is over: lets go of the client. Nothing is held back afterwards. */
  end(): void {
    this.active = false
    if (this.#timer) this.#free(performance.now())
  }

  #see(): void {
    this.#messagesSeen = this.#counters.upMessages
    this.#bytesSeen = this.#counters.upBytes
    this.#controlsNow = 0
  }

  #hold(now: number): void {
    if (this.#timer) return // chunks that were under way; what they added is seen when it rings
    this.#heldAt = now
    this.#wait(now)
  }

  #wait(now: number): void {
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.ceil(this.#owedMs(now)), LONGEST_TIMER_MS))
  }

  #look(): void {
    const now = performance.now()
    if (this.#owedMs(now) === 0) return this.#free(now)
    clearTimeout(this.#timer!)
    this.#wait(now)
  }

  #owedMs(now: number): number {
    return Math.max(this.#messages?.owedMs(now) ?? 0, this.#bytes?.owedMs(now) ?? 0)
  }

  #free(now: number): void {
    clearTimeout(this.#timer!)
    this.#timer = null
    this.#pausedMs += now - this.#heldAt
    this.#freedAt = now
    this.#resume()
  }
}

function bucketOf(perSecond: number | undefined, present: Bucket | null, now: number): Bucket | null {
  if (perSecond === undefined) return null
  return present?.perSecond === perSecond ? present : new Bucket(perSecond, now)
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}
