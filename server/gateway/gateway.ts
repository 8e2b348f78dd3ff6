import type { Socket } from 'node:net'

import { Ended, GateError } from '../../shared/causes.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import type { Allowed, Decision, Policy } from '../../shared/policy/policy.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import { spellDuration } from '../../shared/units.ts'
import type { ClientIdentity, Credential } from '../accounts/desk.ts'
import type { Codec } from '../codecs/codec.ts'
import type { Service } from '../services/service.ts'
import type { Ingress, TurnedAway } from '../transports/ingress.ts'
import { Port } from '../transports/port.ts'
import type { DialOptions, Target } from '../transports/transport.ts'
import type { View } from '../views/view.ts'
import { Bridge } from './bridge.ts'
import { Connection, judgementOf, notJudged, refusedInfo, type ConnectionFacts } from './connection.ts'
import { Dials } from './dials.ts'
import type { Outlet } from './lane.ts'
import type { Limits } from './limits.ts'
import { endPaced } from './paced.ts'
import type { Registry } from './registry.ts'
import { Rejudging, type Manner } from './rejudge.ts'
import { slotsOf } from './slots.ts'
import { Tally, type Slot } from './tally.ts'

/** How often the gateway's one clock looks at every connection: often enough for limits of a second. */
const SWEEP_MS = 250
const SWEEP_MIN_MS = 10

/** What the gateway is handed; it makes none of it. */
export interface GatewayParts {
  readonly registry: Registry
  /** The policy in force now; each connection is judged by one. */
  readonly policy: () => Policy
  readonly limits: () => Limits
  /** Whom a credential belongs to. @throws GateError unauthenticated */
  readonly identify: (credential: Credential) => ClientIdentity
  /** Where the policy sends a connection. @throws GateError no-service or upstream-refused */
  readonly route: (verdict: Pick<Allowed, 'service' | 'target'>) => Service
  /** A decision was made, in so many milliseconds: counted for its rules. */
  readonly decided: (decision: Decision, ms: number) => void
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
  readonly over: (info: ConnectionInfo, facts: ConnectionFacts, why?: string) => void
  /** A service did not take a connection; its fall-back, if there is one, comes next. */
  readonly unreachable: (service: Service, error: GateError) => void
  /** What must never happen: a bug. */
  readonly bug: (error: unknown, request: ConnectionRequest) => void
}

/** The facts of a connection while they are found out. */
type Draft = { -readonly [K in keyof ConnectionFacts]: ConnectionFacts[K] }

/** The data plane: takes each client from the door to its end. */
export class Gateway {
  readonly #parts: GatewayParts
  readonly #dials = new Dials()
  readonly #tally = new Tally()
  #rejudging: Rejudging | null = null
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
    const facts: Draft = {
      request: ingress.request,
      acceptedAt: Date.now(),
      tokenId: null,
      judgement: notJudged,
      service: '',
      target: '',
      codec: '',
      view: ingress.view,
    }
    let slots: readonly Slot[] = []
    let upstream: Port | null = null
    let bridge: Bridge
    let early: Buffer
    const policy = this.#parts.policy()
    try {
      const view = this.#parts.view(ingress.view)
      const decision = this.#decide(policy, ingress, facts)
      slots = this.#takeSlots(decision, facts.request)
      const { service, port } = await this.#reach(decision, ingress, facts)
      upstream = port
      if (this.#draining) throw new GateError('draining')
      this.#identify(ingress) // its token may have been revoked meanwhile
      const maxMessageBytes = service.maxMessageBytes ?? this.#parts.limits().maxMessageBytes
      const { port: client, early: bytes } = ingress.accept({ compression: service.compression, maxMessageBytes })
      early = bytes
      bridge = new Bridge({
        client,
        service: upstream,
        apart: service.barrier ? this.#parts.barrier : null,
        codec: this.#parts.codec(service.codec),
        view,
        text: ingress.text ?? service.text,
        halfClose: service.halfClose,
        maxMessageBytes,
        limits: this.#parts.limits,
        rates: decision.limits,
      })
    } catch (thrown) {
      upstream?.destroy()
      this.#tally.free(slots)
      const error = GateError.from(thrown)
      if (error.code === 'no-service') facts.target = facts.codec = '' // there is none, whatever would have been dialled
      if (error.code === 'internal') this.#parts.bug(thrown, facts.request)
      return this.#refused(facts, error, ingress.reject(error))
    }

    const connection = new Connection(facts, bridge)
    registry.opened(connection)
    opened(connection)
    if (policy !== this.#parts.policy()) this.#rejudging?.judge(connection)
    const ending = await bridge.run(early)
    const info = connection.closedInfo(ending)
    this.#tally.free(slots)
    registry.closed(connection, info)
    over(info, facts)
    if (registry.size === 0) this.#whenEmpty?.()
  }

  /** A client that the listener turned away before it could ask for anything: recorded like every refusal. */
  turnedAway({ request, error, told }: TurnedAway): void {
    const acceptedAt = Date.now()
    const known = { service: '', target: '', codec: '', view: '' }
    this.#refused({ request, acceptedAt, tokenId: null, judgement: notJudged, ...known }, error, told)
  }

  #refused(facts: ConnectionFacts, error: GateError, told: number): void {
    const info = refusedInfo(facts, error, told)
    this.#parts.registry.refused(info, facts)
    this.#parts.over(info, facts, error.cause instanceof Error ? error.cause.message : undefined)
  }

  /** Who may connect where; fills in the facts as it learns them, so that a refusal shows what was known. */
  #decide(policy: Policy, ingress: Ingress, facts: Draft): Allowed {
    if (this.#draining) throw new GateError('draining')
    if (ingress.objection) throw ingress.objection
    const identity = this.#identify(ingress)
    if (identity !== null) {
      const { user, groups, tokenId } = identity
      facts.request = { ...facts.request, user, groups }
      facts.tokenId = tokenId
    }
    const began = performance.now()
    const decision = policy.decide(facts.request)
    this.#parts.decided(decision, performance.now() - began)
    facts.judgement = judgementOf(policy.version, decision)
    if (!decision.allow) throw decision.error
    return decision
  }

  #identify({ credential }: Ingress): ClientIdentity | null {
    return credential === null ? null : this.#parts.identify(credential)
  }

  #takeSlots(decision: Allowed, request: ConnectionRequest): readonly Slot[] {
    const slots = slotsOf(decision, request)
    const full = this.#tally.take(slots)
    if (full === null) return slots
    throw new GateError('too-many', `at most ${full.max} connections at a time ${full.what} are allowed`)
  }

  /** Dials where the decision leads; when nobody answers there, its fall-back. */
  async #reach(decision: Allowed, ingress: Ingress, facts: Draft): Promise<{ service: Service; port: Port }> {
    try {
      return await this.#dialTo(decision, ingress, facts)
    } catch (error) {
      if (decision.fallback === null || !isDown(error)) throw error
      return await this.#dialTo(decision.fallback, ingress, facts)
    }
  }

  async #dialTo(way: Allowed, ingress: Ingress, facts: Draft): Promise<{ service: Service; port: Port }> {
    const service = this.#parts.route(way)
    facts.service = service.name
    facts.target = service.target.uri
    facts.codec = service.codec
    this.#checkRoom(service)
    try {
      return { service, port: await this.#dial(service, ingress) }
    } catch (error) {
      this.#parts.unreachable(service, GateError.from(error))
      throw error
    }
  }

  #checkRoom({ name, maxConnections }: Service): void {
    const { registry, limits, hasRoom } = this.#parts
    if (maxConnections !== null && registry.count(name) + this.#dials.count(name) >= maxConnections) {
      throw new GateError('too-many', `${name} takes at most ${maxConnections} connections at a time`)
    }
    if (registry.size + this.#dials.size >= limits().maxConnections) {
      throw new GateError('too-many', `this gateway takes at most ${limits().maxConnections} connections at a time`)
    }
    if (!hasRoom()) throw new GateError('no-descriptors', 'the gateway is out of file descriptors; try again later')
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

  /**
   * Holds every open connection against the policy that has just come into force (`parts.policy`). Resolves when each was
   * judged and, if it must go, told. Another policy's arrival ends it: then all are judged anew.
   */
  rejudge(manner: Manner): Promise<void> {
    this.#rejudging?.stop()
    this.#rejudging = new Rejudging(this.#parts.policy(), manner)
    return this.#rejudging.run([...this.#parts.registry.values()])
  }

  /** Ends the connections whose credential is no longer valid, at once. */
  revoke({ tokens, users }: { readonly tokens: readonly string[]; readonly users: readonly string[] }): void {
    for (const { facts, bridge } of this.#parts.registry.values()) {
      const { tokenId, request } = facts
      const gone = tokenId === null ? request.user !== null && users.includes(request.user) : tokens.includes(tokenId)
      if (gone) bridge.end(new Ended('revoked'))
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
    const { stop } = endPaced(connections, deadlineMs / 2, 20, ({ bridge }) => bridge.end(new Ended('draining')))
    let deadline: NodeJS.Timeout | undefined
    await Promise.race([empty, new Promise((resolve) => (deadline = setTimeout(resolve, deadlineMs)))])
    stop()
    clearTimeout(deadline)
    this.stop()
  }

  /** Ends everything at once. */
  stop(): void {
    this.#draining = true
    this.#rejudging?.stop()
    if (this.#clock) clearInterval(this.#clock)
    this.#clock = null
    this.#dials.abort(new GateError('draining'))
    for (const { bridge } of this.#parts.registry.values()) bridge.cut()
  }
}

/** Whether somewhere else may do instead. */
function isDown(error: unknown): boolean {
  return (
    error instanceof GateError &&
    ['upstream-refused', 'upstream-timeout', 'no-service', 'service-disabled'].includes(error.code)
  )
}
