import { causes, type GateError, type Over } from '../../shared/causes.ts'
import type { ConnectionInfo, ConnectionState } from '../../shared/connection.ts'
import type { RuleLimits } from '../../shared/policy/document.ts'
import type { Decision } from '../../shared/policy/policy.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import type { Bridge } from './bridge.ts'

/** What the policy said of a connection; a later policy may say something else. */
export interface Judgement {
  /** Version of the policy; 0 before any was asked. */
  readonly version: number
  readonly rules: readonly string[]
  /** Service and target after redirects, as the policy says: a change of either means that it would go elsewhere. */
  readonly service: string
  readonly target: string | null
  readonly limits: RuleLimits | null
}

export const notJudged: Judgement = { version: 0, rules: [], service: '', target: null, limits: null }

export function judgementOf(version: number, decision: Decision): Judgement {
  const { rules, service, target } = decision
  return { version, rules, service, target, limits: decision.allow ? decision.limits : null }
}

/** What is known of a connection. Only the judgement ever changes. */
export interface ConnectionFacts {
  readonly request: ConnectionRequest
  /** When the gateway began to deal with it, in milliseconds since 1970. */
  readonly acceptedAt: number
  /** Of the token that was shown; null without one. */
  readonly tokenId: string | null
  judgement: Judgement
  /** Name of the service that it was sent to, after redirects and fall-back; empty before that is known. */
  readonly service: string
  readonly target: string
  readonly codec: string
  readonly view: string
}

const NO_TRAFFIC = { messages: 0, bytes: 0 }
const NOTHING_QUEUED = { toClient: 0, toService: 0 }
const NEVER_PAUSED = { client: 0, service: 0 }

/** A live connection: its facts, and the bridge that has the figures. Nothing here runs per message. */
export class Connection {
  readonly facts: ConnectionFacts
  readonly bridge: Bridge
  readonly openedAt = Date.now()
  /** Total of the counters when the feed last looked, and its mark then. */
  seenTotal = 0
  mark = 0

  constructor(facts: ConnectionFacts, bridge: Bridge) {
    this.facts = facts
    this.bridge = bridge
  }

  get id(): string {
    return this.facts.request.id
  }

  /** A new policy lets it stay as it is, perhaps by another rule and with other limits. */
  judged(version: number, decision: Decision): void {
    const before = this.facts.judgement
    this.facts.judgement = judgementOf(version, decision)
    const { limits } = this.facts.judgement
    if (JSON.stringify(limits) !== JSON.stringify(before.limits)) this.bridge.limit(limits)
  }

  /** Grows with everything a list shows: messages, bytes, pings, pauses, the state. */
  get total(): number {
    const { counters, ending, pingMs, paused } = this.bridge
    return (
      counters.upMessages +
      counters.downMessages +
      counters.upBytes +
      counters.downBytes +
      (ending ? 1 : 0) +
      (pingMs ?? 0) +
      paused.client +
      paused.service
    )
  }

  info(): ConnectionInfo {
    const { ending } = this.bridge
    return this.#describe(ending ? 'closing' : 'open', ending)
  }

  /** The last word on it, once both handles are gone. */
  closedInfo(ending: Over): ConnectionInfo {
    return this.#describe('closed', ending)
  }

  #describe(state: ConnectionState, ending: Over | null): ConnectionInfo {
    const { counters, queued, paused, pingMs } = this.bridge
    return describe(this.facts, {
      state,
      openedAt: this.openedAt,
      up: { messages: counters.upMessages, bytes: counters.upBytes },
      down: { messages: counters.downMessages, bytes: counters.downBytes },
      queued: state === 'closed' ? NOTHING_QUEUED : queued,
      paused,
      pingMs,
      ending: ending && endingOf(ending, Date.now(), ending.close),
    })
  }
}

/** A client that was not let in; `told` is the status or close code that it got. */
export function refusedInfo(facts: ConnectionFacts, error: GateError, told: number): ConnectionInfo {
  const at = Date.now()
  return describe(facts, {
    state: 'refused',
    openedAt: at,
    up: NO_TRAFFIC,
    down: NO_TRAFFIC,
    queued: NOTHING_QUEUED,
    paused: NEVER_PAUSED,
    pingMs: null,
    ending: endingOf(error, at, told),
  })
}

type Figures = Pick<ConnectionInfo, 'state' | 'openedAt' | 'up' | 'down' | 'queued' | 'paused' | 'pingMs' | 'ending'>

/** Written out: one of these is made for each connection, and a spread takes several times as long. */
function describe({ request, judgement, target, codec, view }: ConnectionFacts, figures: Figures): ConnectionInfo {
  return {
    id: request.id,
    service: request.service,
    target,
    listener: request.listener,
    peer: peerOf(request),
    origin: request.origin,
    user: request.user,
    rules: judgement.rules,
    policy: judgement.version,
    codec,
    view,
    state: figures.state,
    openedAt: figures.openedAt,
    up: figures.up,
    down: figures.down,
    queued: figures.queued,
    paused: figures.paused,
    pingMs: figures.pingMs,
    ending: figures.ending,
  }
}

/** The peer as lists and logs show it. */
export function peerOf({ source, peer }: ConnectionRequest): string {
  if (source)
    return source.address.includes(':') ? `[${source.address}]:${source.port}` : `${source.address}:${source.port}`
  return peer ? `uid ${peer.uid}, pid ${peer.pid}` : 'local'
}

function endingOf(error: Over, at: number, close: number) {
  return { code: error.code, close, detail: error.code === 'internal' ? causes.internal.title : error.message, at }
}
