import type { Socket } from 'node:net'

import { Ended, GateError } from '../../shared/causes.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import type { ConnectionRequest, Policy } from '../../shared/policy/policy.ts'
import { spellDuration } from '../../shared/units.ts'
import type { Codec } from '../codecs/codec.ts'
import type { Service } from '../services/service.ts'
import type { Ingress, TurnedAway } from '../transports/ingress.ts'
import { Port } from '../transports/port.ts'
import type { DialOptions, Target } from '../transports/transport.ts'
import type { View } from '../views/view.ts'
import { Bridge } from './bridge.ts'
import { Connection, refusedInfo, type ConnectionFacts } from './connection.ts'
import { Dials } from './dials.ts'
import type { Outlet } from './lane.ts'
import type { Limits } from './limits.ts'
import type { Registry } from './registry.ts'

/** How often the gateway's one clock looks at every connection: often enough for limits of a second. */
const SWEEP_MS = 250
const SWEEP_MIN_MS = 10

/** What the gateway is handed; it makes none of it. */
export interface GatewayParts {
  readonly registry: Registry
  /** The policy in force now; each connection is judged by one. */
  readonly policy: () => Policy
  readonly limits: () => Limits
  /** @throws GateError no-service */
  readonly service: (name: string) => Service
  /** @throws GateError bad-request */
  readonly view: (name: string) => View
  readonly codec: (name: string) => Codec
  /** @throws GateError upstream-refused and the signal's reason */
  readonly dial: (target: Target, options: DialOptions) => Promise<Socket>
  /** Puts frames of this service into reads of their own. */
  readonly barrier: (service: Port, onError: (error: GateError) => void) => Outlet
  /** False when so few descriptors are left that nobody more may be let in. */
  readonly hasRoom: () => boolean
  /** A connection has opened: a line for the log. */
  readonly opened: (connection: Connection) => void
  /** It is over, or was refused: another line. `why` is what only the log may know of a refusal. */
  readonly over: (info: ConnectionInfo, why?: string) => void
  /** What must never happen: a bug. */
  readonly bug: (error: unknown, request: ConnectionRequest) => void
}

/** The data plane: takes each client from the door to its end. */
export class Gateway {
  readonly #parts: GatewayParts
  readonly #dials = new Dials()
  #draining = false
  #clock: NodeJS.Timeout | null = null
  #whenEmpty: (() => void) | null = null

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Clients that wait for their service to take the connection. */
  get dialling(): number {
    return this.#dials.size
  }

  /**
   * The whole life of one connection: decide, dial, accept, bridge, forget. Listeners call it with every client; it
   * never throws, and whatever happens the client is told, the registry and the log know, and no handle stays open.
   */
  async handle(ingress: Ingress): Promise<void> {
    const { registry, opened, over } = this.#parts
    const facts: { -readonly [K in keyof ConnectionFacts]: ConnectionFacts[K] } = {
      request: ingress.request,
      target: '',
      codec: '',
      view: ingress.view,
    }
    let upstream: Port | null = null
    let bridge: Bridge
    let early: Buffer
    try {
      const { service, codec, view } = this.#decide(ingress, facts)
      const maxMessageBytes = service.maxMessageBytes ?? this.#parts.limits().maxMessageBytes
      upstream = await this.#dial(service, ingress)
      if (this.#draining) throw new GateError('draining')
      const { port: client, early: bytes } = ingress.accept({ compression: service.compression, maxMessageBytes })
      early = bytes
      bridge = new Bridge({
        client,
        service: upstream,
        apart: service.barrier ? this.#parts.barrier : null,
        codec,
        view,
        text: ingress.text ?? service.text,
        halfClose: service.halfClose,
        maxMessageBytes,
        limits: this.#parts.limits,
      })
    } catch (thrown) {
      upstream?.destroy()
      const error = GateError.from(thrown)
      if (error.code === 'no-service') facts.target = facts.codec = '' // there is none, whatever would have been dialled
      if (error.code === 'internal') this.#parts.bug(thrown, facts.request)
      return this.#refused(facts, error, ingress.reject(error))
    }

    const connection = new Connection(facts, bridge)
    registry.opened(connection)
    opened(connection)
    const ending = await bridge.run(early)
    const info = connection.closedInfo(ending)
    registry.closed(connection, info)
    over(info)
    if (registry.size === 0) this.#whenEmpty?.()
  }

  /** A client that the listener turned away before it could ask for anything: recorded like every refusal. */
  turnedAway({ request, error, told }: TurnedAway): void {
    this.#refused({ request, target: '', codec: '', view: '' }, error, told)
  }

  #refused(facts: ConnectionFacts, error: GateError, told: number): void {
    const info = refusedInfo(facts, error, told)
    this.#parts.registry.refused(info)
    this.#parts.over(info, error.cause instanceof Error ? error.cause.message : undefined)
  }

  /** Who may connect where; fills in the facts as it learns them, so that a refusal shows what was known. */
  #decide(ingress: Ingress, facts: { target: string; codec: string }) {
    const { registry, limits, policy, hasRoom } = this.#parts
    const { request } = ingress
    if (this.#draining) throw new GateError('draining')
    if (ingress.objection) throw ingress.objection
    const view = this.#parts.view(ingress.view)
    const decision = policy().decide(request)
    if (!decision.allow) throw decision.error
    const service = this.#parts.service(request.service)
    const codec = this.#parts.codec(service.codec)
    facts.target = service.target.uri
    facts.codec = codec.name
    if (service.maxConnections !== null && this.#count(service.name) >= service.maxConnections) {
      throw new GateError('too-many', `${service.name} takes at most ${service.maxConnections} connections at a time`)
    }
    if (registry.size + this.#dials.size >= limits().maxConnections) {
      throw new GateError('too-many', `this gateway takes at most ${limits().maxConnections} connections at a time`)
    }
    if (!hasRoom()) throw new GateError('no-descriptors', 'the gateway is out of file descriptors; try again later')
    return { service, codec, view }
  }

  /** Connections to a service, those included that it has yet to take. */
  #count(service: string): number {
    return this.#parts.registry.count(service) + this.#dials.count(service)
  }

  async #dial(service: Service, ingress: Ingress): Promise<Port> {
    const { connectTimeoutMs } = this.#parts.limits()
    const port = new Port()
    const giveUp = this.#dials.begin(service.name)
    ingress.onLeave(() => giveUp.abort(new GateError('client-lost', 'the client left before it was let in')))
    const late = setTimeout(() => {
      const detail = `${service.name} did not take the connection within ${spellDuration(connectTimeoutMs)}`
      giveUp.abort(new GateError('upstream-timeout', detail))
    }, connectTimeoutMs)
    try {
      const options: DialOptions = {
        get signal() {
          return giveUp.signal // made when somebody asks
        },
        onread: port.onread,
      }
      port.attach(await this.#parts.dial(service.target, options))
      return port
    } finally {
      clearTimeout(late)
      this.#dials.end(service.name, giveUp)
    }
  }

  /** Starts the one clock for pings and time limits; call again when the limits change. */
  start(): void {
    const { timerMs, idleTimeoutMs, stallTimeoutMs } = this.#parts.limits()
    const shortest = Math.min(...[timerMs, idleTimeoutMs, stallTimeoutMs].filter((ms) => ms > 0), 4 * SWEEP_MS)
    if (this.#clock) clearInterval(this.#clock)
    // Judged after the reads of this turn: an answer that waits in a socket because the process was busy still counts.
    this.#clock = setInterval(() => setImmediate(() => this.#sweep()), Math.max(shortest / 4, SWEEP_MIN_MS))
    this.#clock.unref()
  }

  #sweep(): void {
    const now = performance.now()
    for (const { bridge } of this.#parts.registry.values()) bridge.sweep(now)
  }

  /**
   * Takes no more clients and ends those that are here with 1012, spread over the first half of the deadline so that
   * they do not all come back at once. Resolves when the last is gone or at the deadline, when the rest is cut off.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true
    this.#dials.abort(new GateError('draining'))
    const { registry } = this.#parts
    const connections = [...registry.values()]
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve
      if (registry.size === 0) resolve()
    })
    const spread = setInterval(() => {
      for (const { bridge } of connections.splice(0, step)) bridge.end(new Ended('draining'))
      if (connections.length === 0) clearInterval(spread)
    }, 20)
    const step = Math.max(20, Math.ceil(connections.length / Math.max(1, deadlineMs / 2 / 20)))
    let deadline: NodeJS.Timeout | undefined
    await Promise.race([empty, new Promise((resolve) => (deadline = setTimeout(resolve, deadlineMs)))])
    clearInterval(spread)
    clearTimeout(deadline)
    this.stop()
  }

  /** Ends everything at once. */
  stop(): void {
    this.#draining = true
    if (this.#clock) clearInterval(this.#clock)
    this.#clock = null
    this.#dials.abort(new GateError('draining'))
    for (const { bridge } of this.#parts.registry.values()) bridge.cut()
  }
}
