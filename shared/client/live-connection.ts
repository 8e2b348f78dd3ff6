import { attempt } from './attempt.ts'
import { causeOf, MALFORMED, splitRequestId, UNREAD } from './closing.ts'
import type { CloseInfo, Connection } from './connection.ts'
import { ConnectionError, LostError, RefusedError } from './errors.ts'
import { Inbox } from './inbox.ts'
import { backoffMs } from './options.ts'
import type { Plan, State } from './options.ts'
import { Outbox } from './outbox.ts'
import { views } from './views.ts'
import type { Frame, Received, Sendable, ViewName } from './views.ts'
import type { Platform, Wire, WireEnd } from './wire.ts'

/** An opening that lasted this long was a success, and the next outage starts with the shortest wait again. */
const STABLE_MS = 5000

/**
 * A connection with whatever wire it has at the moment: opens it, judges its end, and opens the next where that was asked
 * for. `start` comes first; after `closed` has resolved nothing happens any more.
 */
export class LiveConnection<V extends ViewName> implements Connection<V> {
  readonly closed: Promise<CloseInfo>
  readonly #platform: Platform
  readonly #plan: Plan<V>
  readonly #onState: (state: State) => void
  readonly #inbox: Inbox<Received[V]>
  readonly #stop = new AbortController()
  #state: State['type'] | 'connecting' = 'connecting'
  #wire: Wire | null = null
  #outbox: Outbox | null = null
  #openedAt = 0
  /** A message came since the last opening. */
  #heard = false
  /** It was open once, and not only to be told of a refusal. */
  #wasOpen = false
  #attempts = 0
  #closing: { code: number; reason: string } | null = null
  #blame: LostError | null = null
  #closeTimer: ReturnType<typeof setTimeout> | undefined
  #pingTimer: ReturnType<typeof setInterval> | undefined
  #settled!: (info: CloseInfo) => void

  constructor(platform: Platform, plan: Plan<V>, onState: (state: State) => void) {
    this.#platform = platform
    this.#plan = plan
    this.#onState = onState
    this.#inbox = new Inbox(plan.maxBufferedBytes, {
      full: () => this.#unread(),
      room: () => this.#wire?.resume(),
    })
    this.closed = new Promise((resolve) => {
      this.#settled = resolve
    })
  }

  get url(): string {
    return this.#plan.url
  }

  get view(): V {
    return this.#plan.view
  }

  get protocol(): string {
    return this.#wire?.protocol ?? ''
  }

  get state(): State['type'] {
    return this.#state === 'connecting' ? 'reconnecting' : this.#state
  }

  /** The first opening, with further attempts if those are asked for. */
  async start(): Promise<void> {
    try {
      await this.#open()
    } catch (error) {
      if (!this.#mayRetry(error)) {
        this.#finish({ code: 1006, reason: '', error: error instanceof RefusedError ? error : null })
        throw error
      }
      const failure = await this.#revive(error)
      if (failure) throw failure
    }
  }

  async send(message: Sendable[V]): Promise<void> {
    const frame = views[this.#plan.view].encode(message)
    if (this.#state !== 'open' || !this.#outbox) throw new Error(`The connection is not open (${this.#state})`)
    await this.#outbox.send(frame)
  }

  onMessage(listener: (message: Received[V]) => void): void {
    this.#inbox.listen(listener)
  }

  [Symbol.asyncIterator](): AsyncGenerator<Received[V], void, undefined> {
    return this.#inbox.messages()
  }

  async ping(): Promise<number> {
    if (this.#state !== 'open' || !this.#wire) throw new Error(`The connection is not open (${this.#state})`)
    if (!this.#wire.ping) throw new TypeError('Browsers do not let a page send pings')
    return this.#wire.ping()
  }

  close(code = 1000, reason = ''): Promise<CloseInfo> {
    if (new TextEncoder().encode(reason).length > 123) throw new RangeError('A close reason holds at most 123 bytes')
    if (!maySend(code)) throw new RangeError(`Close code ${code} may not be sent; choose 1000 or 3000 to 4999`)
    if (this.#state === 'closed' || this.#closing) return this.closed
    if (this.#wire) this.#wire.close(code, reason) // browsers throw for 1001 to 1014; nothing has changed then
    this.#closing = { code, reason }
    this.#goodbye()
    return this.closed
  }

  abort(reason: unknown): void {
    if (this.#wire) void this.close()
    else {
      this.#stop.abort(reason)
      this.#finish({ code: 1006, reason: '', error: null })
    }
  }

  /** Waits for the other side's answer to our close, but not for ever. */
  #goodbye(): void {
    if (!this.#wire) {
      this.#stop.abort(new Error('Closed while connecting'))
      this.#finish({ ...this.#closing!, error: null })
      return
    }
    this.#wire.resume() // the answer is behind whatever was not read yet
    const wire = this.#wire
    this.#closeTimer = setTimeout(() => {
      wire.terminate()
      this.#ended({ code: 1006, reason: '', error: null })
    }, this.#plan.closeTimeoutMs)
  }

  #open(): Promise<void> {
    let own: Wire | null = null
    const owner = {
      open: (wire: Wire) => {
        own = wire
        this.#opened(wire)
      },
      message: (frame: Frame) => this.#receive(frame),
      close: (end: WireEnd) => {
        if (own === this.#wire) this.#ended(end) // otherwise given up already
      },
    }
    return attempt(this.#platform, this.#plan, owner, this.#stop.signal)
  }

  #opened(wire: Wire): void {
    this.#wire = wire
    this.#outbox = new Outbox(wire, this.#plan.maxBufferedBytes)
    this.#heard = false
    this.#openedAt = performance.now()
    this.#enter({ type: 'open' })
    this.#startPings(wire)
  }

  #receive(frame: Frame): void {
    this.#heard = true
    if (this.#blame) return
    let message: Received[V]
    try {
      message = views[this.#plan.view].decode(frame)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#fail(new LostError(MALFORMED, reason, { retry: false, cause: error }))
      return
    }
    this.#inbox.push(message, frame.length)
  }

  /** More is unread than may be kept. After a close the rest is let in: the answer comes behind it. */
  #unread(): void {
    if (this.#closing || this.#wire?.pause()) return
    this.#fail(new LostError(UNREAD, `More than ${this.#plan.maxBufferedBytes} bytes were not read in time`))
  }

  /** Ends the wire for a reason of our own. */
  #fail(error: LostError): void {
    if (this.#blame || this.#closing) return
    this.#blame = error
    if (error.code === 1006) this.#wire?.terminate()
    else this.#wire?.close(error.code, '')
    this.#goodbye()
  }

  #startPings(wire: Wire): void {
    const everyMs = this.#plan.pingIntervalMs
    if (everyMs === null || !wire.ping) return
    let missed = 0
    this.#pingTimer = setInterval(() => {
      if (++missed > 2) {
        this.#fail(new LostError(1006, `No answer to pings for ${(2 * everyMs) / 1000} s`))
        return
      }
      wire.ping!().then(
        () => (missed = 0),
        () => {}, // the end of the wire is told by its close
      )
    }, everyMs)
  }

  #ended(end: WireEnd): void {
    clearTimeout(this.#closeTimer)
    clearInterval(this.#pingTimer)
    this.#wire = null
    this.#outbox = null
    const error = this.#judge(end)
    if (this.#openedFor() > STABLE_MS) this.#attempts = 0
    this.#blame = null
    if (!(error instanceof RefusedError)) this.#wasOpen = true
    const outage = error ?? serviceEnded(end)
    if (outage && this.#mayRetry(outage)) void this.#revive(outage)
    else this.#finish({ code: error?.code ?? end.code, reason: error?.reason ?? end.reason, error })
  }

  #judge(end: WireEnd): RefusedError | LostError | null {
    if (this.#blame) return this.#blame
    if (this.#closing) return null
    if (end.error instanceof LostError) return end.error
    if (end.code === 1000 || end.code === 1005) return null
    const refused = !this.#heard && this.#platform.refusesByClosing(this.#plan) && splitRequestId(end.reason)
    if (refused) return RefusedError.byClose(end.code, end.reason)
    return new LostError(end.code, end.reason)
  }

  #openedFor(): number {
    return performance.now() - this.#openedAt
  }

  #mayRetry(error: unknown): boolean {
    const { reconnect } = this.#plan
    if (!reconnect || this.#closing || this.#stop.signal.aborted) return false
    if (!(error instanceof ConnectionError) || this.#attempts >= reconnect.attempts) return false
    // A service that was there a moment ago may have taken its socket away for the time of a restart.
    return error.retry || (this.#wasOpen && error.causeCode === 'no-service')
  }

  /** Tries until it is open again (null) or nothing more can be hoped for: then the connection has ended with that error. */
  async #revive(first: unknown): Promise<unknown> {
    let error = first
    while (this.#mayRetry(error)) {
      this.#attempts++
      const delayMs = backoffMs(this.#plan.reconnect!, this.#attempts)
      this.#enter({ type: 'reconnecting', delayMs, attempt: this.#attempts, error: error as Error })
      try {
        await delay(delayMs, this.#stop.signal)
        await this.#open()
        return null
      } catch (failure) {
        error = failure
      }
    }
    const told = error instanceof RefusedError || error instanceof LostError ? error : null
    this.#finish({ code: told?.code ?? 1006, reason: told?.reason ?? '', error: told })
    return error
  }

  #finish(info: CloseInfo): void {
    if (this.#state === 'closed') return
    this.#enter({ type: 'closed' })
    this.#inbox.end(info.error)
    this.#settled(info)
  }

  #enter(state: State): void {
    this.#state = state.type
    this.#onState(state)
  }
}

/** The gateway's word that the service went, which is well for who wanted one conversation and an outage for who comes back. */
function serviceEnded({ code, reason }: WireEnd): LostError | null {
  return causeOf(code, reason) === 'service-ended' ? new LostError(code, reason, { retry: true }) : null
}

/** RFC 6455 7.4: the registered codes but those that only stand for what was not said, and the free ranges. */
function maySend(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
