import type { Buffer } from 'node:buffer'

import { Ended, GateError, type CauseCode, type Over } from '../../shared/causes.ts'
import { spellDuration } from '../../shared/units.ts'
import type { Codec } from '../codecs/codec.ts'
import type { Chunk } from '../transports/chunk.ts'
import type { ClientPort, ClientSink, Port, PortSink } from '../transports/port.ts'
import type { View } from '../views/view.ts'
import { FrameReader, type ControlSink } from '../websocket/frame-reader.ts'
import { CLOSE, closeFrame, closePayload, frame, PING, PONG } from '../websocket/frames.ts'
import { FastDown } from './fast-down.ts'
import { FastUp } from './fast-up.ts'
import { Flow } from './flow.ts'
import { Heartbeat } from './heartbeat.ts'
import { Idle } from './idle.ts'
import type { Counters, DownLane, Failing, Outlet, UpLane, Writer } from './lane.ts'
import type { Limits } from './limits.ts'
import { Linger } from './linger.ts'
import { MessageDown } from './message-down.ts'
import { MessageUp } from './message-up.ts'
import { Tap } from './tap.ts'
import type { TapObserver } from './tapped.ts'
import { Throttle, type Rates } from './throttle.ts'

export interface BridgeOptions {
  readonly client: ClientPort
  readonly service: Port
  /** For services that need each frame in a read of its own (PROTOCOLS 0.1): makes what keeps them apart. */
  readonly apart: ((service: Port, onError: (error: GateError) => void) => Outlet) | null
  readonly codec: Codec
  readonly view: View
  readonly text: boolean
  readonly halfClose: boolean
  readonly maxMessageBytes: number
  readonly limits: () => Limits
  /** What the client may send in a second; null when its rule does not say. `limit` changes it. */
  readonly rates: Rates | null
}

/**
 * One open connection: relays both ways until either side, a limit or an administrator ends it, says why once, and
 * settles when both handles are gone. Owns both ports.
 */
export class Bridge implements ControlSink, Failing, Writer {
  readonly counters: Counters = { upMessages: 0, upBytes: 0, downMessages: 0, downBytes: 0 }
  /** Why it is over; null while it is open. Set once. */
  ending: Over | null = null
  readonly #options: BridgeOptions
  readonly #client: ClientPort
  readonly #service: Port
  /** Where frames for the service go: its port, or what keeps them apart. */
  readonly #outlet: Outlet
  /** What keeps frames apart calls back only above the limit it was made with, though a reload may have lowered that. */
  readonly #apartBytes: number
  readonly #reader: FrameReader
  #up: UpLane
  #down: DownLane
  #tap: Tap | null = null
  readonly #upFlow: Flow
  readonly #downFlow: Flow
  /** Answers to a client that pings but does not read pile up as well. */
  readonly #pongFlow: Flow
  readonly #throttle: Throttle
  readonly #heartbeat: Heartbeat
  #settle: (ending: Over) => void = () => {}
  #openHandles = 2
  #serviceEnded = false
  readonly #idle: Idle
  readonly #linger = new Linger()

  constructor(options: BridgeOptions) {
    const { client, service, codec, view, text, maxMessageBytes } = options
    const { counters } = this
    const apart = options.apart !== null
    const outlet = options.apart?.(service, (error) => this.end(error)) ?? service
    this.#options = options
    this.#client = client
    this.#service = service
    this.#outlet = outlet
    this.#apartBytes = apart ? options.limits().maxBufferedBytes : 0
    const plain = view.name === 'payload'
    this.#up =
      plain && !apart
        ? new FastUp(codec, outlet, counters, this)
        : new MessageUp({ codec, view, apart, outlet, counters, bridge: this })
    this.#down =
      plain && !text
        ? new FastDown(codec, maxMessageBytes, this, counters, this)
        : new MessageDown({ codec, view, text, maxMessageBytes, outlet: this, counters, bridge: this })
    this.#reader = new FrameReader(this.#up, this, maxMessageBytes)
    const resumeClient = (): void => {
      if (this.#upFlow.stoppedAt === 0 && this.#pongFlow.stoppedAt === 0 && !this.#throttle.holding) client.resume()
    }
    this.#upFlow = new Flow(outlet, resumeClient)
    this.#pongFlow = new Flow(client, resumeClient)
    this.#downFlow = new Flow(client, () => service.resume())
    const now = performance.now()
    this.#throttle = new Throttle(counters, resumeClient)
    this.#throttle.limit(options.rates, now)
    this.#heartbeat = new Heartbeat(now)
    this.#idle = new Idle(now)
  }

  /** Starts relaying; `early` is what the client sent right behind its upgrade request. Resolves with the ending. */
  run(early: Buffer): Promise<Over> {
    return new Promise((settle) => {
      this.#settle = settle
      this.#service.open(this.#fromService())
      this.#client.open(this.#fromClient(), early)
    })
  }

  #fromClient(): ClientSink {
    return {
      bytes: (chunk, from, to, own) => this.#clientBytes(chunk, from, to, own),
      failed: (error) => this.end(error),
      ended: () => {
        this.end(new Ended('client-lost', 'the client left without a close frame'))
        this.#client.end()
      },
      closed: (error) => {
        this.end(error instanceof GateError ? error : new Ended('client-lost', `the client vanished${because(error)}`))
        this.#handleGone()
      },
    }
  }

  #fromService(): PortSink {
    return {
      bytes: (chunk, from, to, own) => {
        if (this.ending) return true
        this.#down.bytes(chunk, from, to, own)
        const held = own && this.#down.retains
        if (this.ending) return !held || this.#client.queuedBytes === 0
        return this.#downFlow.mayRead(held, this.#options.limits().maxBufferedBytes)
      },
      ended: () => this.#serviceEnd(),
      closed: (error) => {
        this.end(
          this.#serviceEnded
            ? new Ended('service-ended', 'the service ended the connection')
            : new Ended('service-failed', `the service broke off${because(error)}`),
        )
        this.#client.resume() // nothing written to the service refers to its buffer any more
        this.#handleGone()
      },
    }
  }

  #clientBytes(chunk: Chunk, from: number, to: number, own: boolean): boolean {
    if (this.ending) return true // only its end is awaited
    this.#up.begin(chunk, own)
    this.#reader.read(chunk, from, to)
    this.#up.flush()
    if (this.#throttle.active) this.#checkRates()
    // What left may still refer to a borrowed buffer: it must not be read into.
    const held = own && this.#up.retains
    if (this.ending) return !held || this.#outlet.queuedBytes === 0
    const { maxBufferedBytes } = this.#options.limits()
    const read = this.#upFlow.mayRead(held, Math.max(maxBufferedBytes, this.#apartBytes))
    return this.#pongFlow.mayRead(false, maxBufferedBytes) && read && !this.#throttle.holding
  }

  #checkRates(): void {
    const excess = this.#throttle.passed(this.#reader.midway, performance.now())
    if (excess !== null) this.fail('rate-exceeded', excess)
  }

  #serviceEnd(): void {
    if (!this.#down.idle) this.end(new Ended('service-failed', 'the service ended inside a message'))
    else if (this.#options.halfClose && !this.ending) this.#serviceEnded = true
    else this.end(new Ended('service-ended', 'the service ended the connection'))
  }

  // What the client says besides data.

  ping(payload: Buffer): void {
    this.#tap?.control('up', PING, payload)
    this.#countControl(performance.now())
    if (!this.ending) this.write(frame(PONG, payload))
  }

  pong(payload: Buffer): void {
    this.#tap?.control('up', PONG, payload)
    const now = performance.now()
    // An answer that we asked for is not the client's idea.
    if (!this.#heartbeat.answered(payload, now)) this.#countControl(now)
  }

  #countControl(now: number): void {
    const excess = this.#throttle.control(now)
    if (excess !== null) this.fail('rate-exceeded', excess)
  }

  close(code: number, reason: string): void {
    this.#tap?.control('up', CLOSE, closePayload(code, reason))
    const said = code === 1005 ? 'without a code' : `with ${code}`
    this.end(new Ended('client-closed', reason || `the client closed ${said}`, code))
  }

  fail(code: CauseCode, detail: string): void {
    this.end(new Ended(code, detail))
  }

  /** Frames for the client, whole ones: every one passes here. */
  write(frames: Buffer): void {
    this.#tap?.written(frames)
    this.#client.write(frames)
  }

  /** From now on the client may send so much in a second; null: as much as it likes. */
  limit(rates: Rates | null): void {
    if (!this.ending) this.#throttle.limit(rates, performance.now())
  }

  /**
   * Shows `observer` every message of both directions that completes from now on, until the connection ends or the
   * function that is returned is called. Null when the connection is over.
   */
  tap(observer: TapObserver): (() => void) | null {
    if (this.ending) return null
    this.#tap ??= this.#beginTap()
    return this.#tap.add(observer)
  }

  #beginTap(): Tap {
    const up = this.#up
    const down = this.#down
    const unused = (): void => {
      this.#tap = null
      this.#divert(up, down)
    }
    const { codec, view, maxMessageBytes } = this.#options
    const tap = new Tap({ up, down, codec, view, maxMessageBytes, unused })
    this.#divert(tap.up, tap.down)
    return tap
  }

  #divert(up: UpLane, down: DownLane): void {
    this.#up = up
    this.#down = down
    this.#reader.divert(up)
  }

  /** Ends the connection, once: what was taken so far is still delivered, the client is told why, both sides close. */
  end(over: Over): void {
    if (this.ending) return
    this.ending = over
    this.#reader.stop()
    this.#up.finish()
    const answer = over.code === 'client-closed'
    if (over.close !== 1006) this.write(closeFrame(over.close, answer ? '' : over.reason))
    this.#tap?.ended()
    this.#throttle.end()
    // Both have said goodbye: the server is the one to close (RFC 6455 7.1.1). Else the client's answer is awaited.
    if (answer) this.#client.finish()
    else this.#client.end()
    if (over.code === 'slow-service') this.#service.destroy()
    else this.#outlet.end()
  }

  /** Closes both handles now: the process is about to end. */
  cut(): void {
    this.end(new Ended('draining'))
    this.#client.destroy()
    this.#service.destroy()
  }

  /** Checks every limit of time; called by the gateway's one clock. `now` is monotonic milliseconds. */
  sweep(now: number): void {
    const limits = this.#options.limits()
    if (this.ending) return this.#sweepEnding(now, limits, this.ending)
    const { stallTimeoutMs, idleTimeoutMs, timerMs } = limits
    const stuck = (flow: Flow): boolean => stallTimeoutMs > 0 && flow.stuckMs(now) >= stallTimeoutMs
    if (stuck(this.#upFlow)) {
      return this.fail('slow-service', `the service read nothing for ${spellDuration(stallTimeoutMs)}`)
    }
    if (stuck(this.#downFlow) || stuck(this.#pongFlow)) {
      return this.fail('slow-client', `the client read nothing for ${spellDuration(stallTimeoutMs)}`)
    }
    const heldAt = this.#throttle.lastHeldAt(now)
    if (idleTimeoutMs > 0 && this.#idle.ms(this.counters, heldAt, now) >= idleTimeoutMs) {
      const between = this.#reader.idle && this.#down.idle
      const idle = spellDuration(idleTimeoutMs)
      if (between) return this.fail('idle-timeout', `no message for ${idle}`)
      return this.fail('slow-message', `a message was not complete after ${idle}`)
    }
    const stopped = ({ stoppedAt }: Flow): boolean => stoppedAt > 0 && now - stoppedAt >= timerMs
    // What a client that is held back has said may wait in the sockets for long after it is read again.
    const deaf = now - heldAt < timerMs || stopped(this.#upFlow) || stopped(this.#downFlow) || stopped(this.#pongFlow)
    const beat = this.#heartbeat.beat(now, timerMs, deaf)
    if (typeof beat === 'string') this.fail('no-answer', beat)
    else if (beat) this.write(beat)
  }

  /** A side that neither takes its last bytes nor closes is not waited for. */
  #sweepEnding(now: number, { stallTimeoutMs }: Limits, { code }: Over): void {
    const patienceMs = code === 'slow-client' || code === 'no-answer' ? 0 : stallTimeoutMs
    if (this.#linger.clientIsOver(this.#client.queuedBytes, patienceMs, now)) this.#client.destroy()
    if (this.#linger.serviceIsOver(this.#outlet.queuedBytes, now)) this.#service.destroy()
  }

  #handleGone(): void {
    if (--this.#openHandles === 0) this.#settle(this.ending!)
  }

  // What the registry shows.

  get queued(): { toClient: number; toService: number } {
    return { toClient: this.#client.queuedBytes, toService: this.#outlet.queuedBytes }
  }

  /** Milliseconds for which each side was not read. */
  get paused(): { client: number; service: number } {
    const now = performance.now()
    const client = this.#upFlow.pausedMs(now) + this.#throttle.pausedMs(now)
    return { client: Math.round(client), service: Math.round(this.#downFlow.pausedMs(now)) }
  }

  get pingMs(): number | null {
    return this.#heartbeat.pingMs
  }
}

function because(error: Error | null): string {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code ? ` (${code})` : ''
}
