import type { ConnectionError } from './errors.ts'
import { RefusedError } from './errors.ts'
import type { Plan } from './options.ts'
import { checkProtocol } from './options.ts'
import type { Frame, ViewName } from './views.ts'

/** How a wire ended. */
export interface WireEnd {
  readonly code: number
  readonly reason: string
  /** Why, where the platform tells more than a close code does. */
  readonly error: ConnectionError | null
}

/** What a wire reports; nothing comes after `close`. */
export interface WireEvents {
  open(): void
  message(frame: Frame): void
  close(end: WireEnd): void
}

/** One WebSocket, from dialling to its end: what browsers and Node have in common. */
export interface Wire {
  /** The sub-protocol that the server chose; empty before it opened and when there is none. */
  readonly protocol: string
  /** Bytes accepted by `send` that have not left yet. */
  readonly bufferedBytes: number
  /** True once either side has begun to close. */
  readonly closing: boolean
  send(frame: Frame): void
  /** Resolves once at most `bytes` are buffered, or when it ended. */
  whenRoom(bytes: number): Promise<void>
  close(code: number, reason: string): void
  /** Ends without a goodbye where the platform can. */
  terminate(): void
  /** False where reading cannot be held up, so that what is not read must be limited otherwise. */
  pause(): boolean
  resume(): void
  /** Round-trip time in ms; undefined where pings are not to be had. */
  readonly ping: (() => Promise<number>) | undefined
}

/** Where wires come from. */
export interface Platform {
  /** @throws TypeError when the plan asks for what this platform cannot do */
  dial(plan: Plan<ViewName>, events: WireEvents): Wire
  /** Whether the gateway refuses by opening and closing at once, as it must for browsers; otherwise by HTTP status. */
  refusesByClosing(plan: Plan<ViewName>): boolean
}

/** What this library uses of the WebSocket interface that browsers have and `ws` imitates. */
interface WebSocketLike {
  binaryType: string
  readonly protocol: string
  readonly bufferedAmount: number
  readonly readyState: number
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: string | ArrayBuffer }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
}

export type WebSocketClass = new (url: string, protocols: string[]) => WebSocketLike

/** The browser has no event for "sent", so it is looked at this often while somebody waits. */
const LOOK_MS = 10

/** The platform of browsers, and of whatever has a class like theirs. */
export function webSocketPlatform(webSocket: WebSocketClass): Platform {
  return {
    refusesByClosing: () => true,
    dial(plan, events) {
      refuseNodeOptions(plan)
      return dial(new webSocket(plan.url, offered(plan)), events)
    },
  }
}

/**
 * A browser fails a connection whose server picks none of the sub-protocols offered, and the gateway never echoes the
 * token: so a view always goes with it.
 */
function offered({ protocols, token, view }: Plan<ViewName>): string[] {
  if (token === null) return [...protocols]
  const chosen = protocols.length > 0 ? protocols : [`sockgate.${view}`]
  return [...chosen, checkProtocol(`sockgate.bearer.${token}`)]
}

function refuseNodeOptions(plan: Plan<ViewName>): void {
  const asked = { headers: Object.keys(plan.headers).length > 0, origin: plan.origin, insecure: plan.insecure }
  for (const [name, value] of Object.entries({ ...asked, pingIntervalMs: plan.pingIntervalMs })) {
    if (value) throw new TypeError(`Browsers do not let a page choose "${name}"; leave it out`)
  }
}

function dial(socket: WebSocketLike, events: WireEvents): Wire {
  let opened = false
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => {
    opened = true
    events.open()
  })
  socket.addEventListener('message', ({ data }: { data: string | ArrayBuffer }) => {
    events.message(typeof data === 'string' ? data : new Uint8Array(data))
  })
  // A close event follows with all that is told; without a listener `ws` would throw.
  socket.addEventListener('error', () => {})
  socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) => {
    events.close({ code, reason, error: opened ? null : unopened(code) })
  })
  return {
    get protocol() {
      return socket.protocol
    },
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    get closing() {
      return socket.readyState >= 2
    },
    // Browsers refuse shared memory themselves, with a TypeError.
    send: (frame) => socket.send(frame as string | Uint8Array<ArrayBuffer>),
    async whenRoom(bytes) {
      while (socket.readyState === 1 && socket.bufferedAmount > bytes) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      }
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.close(),
    pause: () => false,
    resume: () => {},
    ping: undefined,
  }
}

function unopened(code: number): RefusedError {
  const reason = 'The connection did not open: nobody listens there, or the server refused and browsers do not say why'
  return new RefusedError({ reason, retry: true, code })
}
