import { causes, type GateError, type Over } from '../../shared/causes.ts'
import type { ConnectionInfo, ConnectionState } from '../../shared/connection.ts'
import type { ConnectionRequest } from '../../shared/policy/policy.ts'
import type { Bridge } from './bridge.ts'

/** What is known of a connection from the start and never changes. */
export interface ConnectionFacts {
  readonly request: ConnectionRequest
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
function describe({ request, target, codec, view }: ConnectionFacts, figures: Figures): ConnectionInfo {
  return {
    id: request.id,
    service: request.service,
    target,
    listener: request.listener,
    peer: peerOf(request),
    origin: request.origin,
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
