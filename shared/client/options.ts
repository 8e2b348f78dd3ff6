import { askedView } from './asked-view.ts'
import { viewNames } from './views.ts'
import type { ViewName } from './views.ts'

/** How to come back after a loss, or after the service ended; only what a new attempt can mend is tried again. */
export interface Reconnect {
  /** Longest wait before the first new attempt, in ms; doubles with each. Default 250. */
  readonly initialMs?: number
  /** Upper end of that growth, in ms. Default 30,000. */
  readonly maxMs?: number
  /** Draw each wait evenly from 0 to its longest, so that many clients do not return at once. Default true. */
  readonly jitter?: boolean
  /** Attempts per outage before giving up; default unlimited. An opening of less than 5 s does not end an outage. */
  readonly attempts?: number
}

export type State =
  | { readonly type: 'open' }
  | { readonly type: 'reconnecting'; readonly delayMs: number; readonly attempt: number; readonly error: Error }
  | { readonly type: 'closed' }

/** Everything `connect` can be told; all of it optional. */
export interface ConnectOptions<V extends ViewName = ViewName> {
  /**
   * The form of the messages. Left out: what the sub-protocols or the address ask for (`sockgate.json`, `?view=json`,
   * `/pong.JSON`; name it as in `connect<'json'>(url)` to have its types), else `payload` and no sub-protocol, so that
   * any server will do.
   */
  readonly view?: V
  /** Who we are. Node sends `Authorization: Bearer`, browsers the sub-protocol `sockgate.bearer.<token>`. */
  readonly token?: string
  /** Ask the gateway for text messages instead of binary ones (`?text=1`). */
  readonly text?: boolean
  /** Further sub-protocols to offer. */
  readonly subprotocols?: readonly string[]
  /** Node only: request headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Node only: the `Origin` header. */
  readonly origin?: string
  /** Node only: take any TLS certificate. For tests with self-signed ones; it gives up all protection. */
  readonly insecure?: boolean
  /** Node only: ping this often, in ms; two unanswered ones end the connection as lost. Default off. */
  readonly pingIntervalMs?: number
  /** Node only: longest message accepted, in bytes. Default 64 MiB. */
  readonly maxMessageBytes?: number
  /** Aborting gives up connecting, or closes the open connection with 1000. */
  readonly signal?: AbortSignal
  /** For each attempt, in ms. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** How long `close` waits for the other side, in ms. Default 5,000. */
  readonly closeTimeoutMs?: number
  /** Off unless asked for; `true` takes the defaults. Also covers the first attempt. */
  readonly reconnect?: boolean | Reconnect
  /** Bytes that may wait to be sent, and bytes received that may wait to be read, each. Default 16 MiB. */
  readonly maxBufferedBytes?: number
  /** Told of each change of state, from the first attempt on. */
  readonly onState?: (state: State) => void
}

/** The options with every default filled in. */
export interface Plan<V extends ViewName> {
  readonly url: string
  readonly view: V
  readonly protocols: readonly string[]
  readonly token: string | null
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly origin: string | null
  readonly insecure: boolean
  readonly pingIntervalMs: number | null
  readonly maxMessageBytes: number
  readonly connectTimeoutMs: number
  readonly closeTimeoutMs: number
  readonly reconnect: Required<Reconnect> | null
  readonly maxBufferedBytes: number
}

const MiB = 1024 * 1024

/** Fills in the defaults. @throws TypeError or RangeError with a sentence on what does not fit */
export function plan<V extends ViewName>(url: string | URL, options: ConnectOptions<V>): Plan<V> {
  const target = address(url, options.text ?? false)
  const view = options.view ?? (askedView(target, options.subprotocols ?? []) as V)
  if (!viewNames.includes(view)) throw new TypeError(`There is no view "${view}"; choose ${viewNames.join(', ')}`)
  const asked = options.view ? [`sockgate.${options.view}`] : []
  return {
    url: target,
    view,
    protocols: [...asked, ...(options.subprotocols ?? [])].map(checkProtocol),
    token: options.token ?? null,
    headers: options.headers ?? {},
    origin: options.origin ?? null,
    insecure: options.insecure ?? false,
    pingIntervalMs: positive('pingIntervalMs', options.pingIntervalMs, null),
    maxMessageBytes: positive('maxMessageBytes', options.maxMessageBytes, 64 * MiB),
    connectTimeoutMs: positive('connectTimeoutMs', options.connectTimeoutMs, 10_000),
    closeTimeoutMs: positive('closeTimeoutMs', options.closeTimeoutMs, 5_000),
    reconnect: reconnectPlan(options.reconnect),
    maxBufferedBytes: positive('maxBufferedBytes', options.maxBufferedBytes, 16 * MiB),
  }
}

function reconnectPlan(asked: boolean | Reconnect | undefined): Required<Reconnect> | null {
  if (!asked) return null
  const { initialMs, maxMs, jitter, attempts } = asked === true ? {} : asked
  return {
    initialMs: positive('reconnect.initialMs', initialMs, 250),
    maxMs: positive('reconnect.maxMs', maxMs, 30_000),
    jitter: jitter ?? true,
    attempts: positive('reconnect.attempts', attempts, Infinity),
  }
}

function positive<D extends number | null>(name: string, value: number | undefined, fallback: D): number | D {
  if (value === undefined) return fallback
  if (!(value > 0)) throw new RangeError(`${name} must be a number above 0, not ${value}`)
  return value
}

/** In a page, an address without a host is taken relative to the page. */
function address(url: string | URL, text: boolean): string {
  const base = (globalThis as { location?: { href: string } }).location?.href
  const parsed = URL.canParse(String(url), base) ? new URL(url, base) : null
  if (!parsed) throw new TypeError(`"${String(url)}" is not a URL; write for example ws://127.0.0.1:8080/pong`)
  if (/^https?:$/.test(parsed.protocol)) parsed.protocol = parsed.protocol.replace('http', 'ws')
  if (!['ws:', 'wss:', 'ws+unix:'].includes(parsed.protocol)) {
    throw new TypeError(`"${parsed.protocol}//" is not for WebSockets; write ws://, wss:// or ws+unix://`)
  }
  if (parsed.hash) throw new TypeError('A WebSocket URL has no "#" part')
  if (text) parsed.searchParams.set('text', '1')
  return parsed.href
}

/** RFC 6455 4.1: a sub-protocol is an HTTP token. */
export function checkProtocol(protocol: string): string {
  if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(protocol)) return protocol
  // Not shown: it may hold a token.
  throw new TypeError(
    "A sub-protocol (or a token that travels as one) may hold letters, digits and !#$%&'*+-.^_`|~ only",
  )
}

/** Wait before the given attempt (1, 2, ...) in ms: doubling, capped, and with full jitter if asked for. */
export function backoffMs(reconnect: Required<Reconnect>, attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(reconnect.maxMs, reconnect.initialMs * 2 ** (attempt - 1))
  return Math.round(reconnect.jitter ? random() * longest : longest)
}
