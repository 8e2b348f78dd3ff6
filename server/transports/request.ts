import type { IncomingMessage } from 'node:http'

/** What a WebSocket request asks for (CONTRACT 4). */
export interface Asked {
  readonly service: string
  /** View by name as the client spelt it, lower case; `payload` when it named none. */
  readonly view: string
  readonly text: boolean | null
}

const VIEW_PROTOCOL = 'sockgate.'
/** In front of a token that is offered as a sub-protocol, which is all that a page can add to its request. */
export const TOKEN_PROTOCOL = 'sockgate.bearer.'
/** The seeds' way to ask for a view: `/pong.JSON`. Upper case only, so that `data.json` stays a name. */
const VIEW_SUFFIX = /\.(JSON|CBOR)$/

/** A request target may name scheme and authority as well (RFC 9112 3.2.2); the Host header counts. */
const ABSOLUTE_FORM = /^(?:https?|wss?):\/\/[^/?#]*/i
/** A list of tokens (RFC 9110 5.6.2). */
const PROTOCOLS = /^[!#$%&'*+\-.^_`|~\w]+(?:[ \t]*,[ \t]*[!#$%&'*+\-.^_`|~\w]+)*$/

/**
 * Reads service name, view and kind from the URL and the sub-protocols, in this order of weight: sub-protocol,
 * `?view=`, suffix. The path is decoded once; the name is checked where it is looked up. Null when the
 * target is no path or can't be decoded.
 */
export function readAsked(target: string, protocols: string | undefined): Asked | null {
  const url = target.replace(ABSOLUTE_FORM, '')
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  let name: string
  try {
    name = path.includes('%') ? decodeURIComponent(path.slice(1)) : path.slice(1)
  } catch {
    return null
  }
  if (!path.startsWith('/')) return null
  const query = mark === -1 ? null : new URLSearchParams(url.slice(mark + 1))
  const suffix = VIEW_SUFFIX.exec(name)
  const service = suffix ? name.slice(0, suffix.index) : name
  const text = query?.get('text') ?? null
  return {
    service,
    view: viewProtocol(protocols) ?? query?.get('view')?.toLowerCase() ?? suffix?.[1]!.toLowerCase() ?? 'payload',
    text: text === null ? null : text !== '0' && text !== 'false',
  }
}

function viewProtocol(offered: string | undefined): string | null {
  const view = offeredProtocols(offered).find(
    (name) => name.startsWith(VIEW_PROTOCOL) && !name.startsWith(TOKEN_PROTOCOL),
  )
  return view === undefined ? null : view.slice(VIEW_PROTOCOL.length)
}

const none: readonly string[] = []

/** The names in `Sec-WebSocket-Protocol`, as offered; of a malformed header whatever is in it. */
export function offeredProtocols(header: string | undefined): readonly string[] {
  return header === undefined ? none : header.split(',').map((name) => name.trim())
}

/** Those that are neither tokens nor views of ours: what rules may ask for. */
export function foreignProtocols(header: string | undefined): readonly string[] {
  return header === undefined ? none : offeredProtocols(header).filter((name) => !name.startsWith(VIEW_PROTOCOL))
}

/**
 * Which offered sub-protocol to answer with: our view if one is asked for, else the first that is not a token, so that
 * clients which insist on an answer (`binary`, `mqtt`) go on working. A token is never echoed.
 */
export function chooseProtocol(offered: Set<string>): string | false {
  const names = [...offered].filter((name) => !name.startsWith(TOKEN_PROTOCOL))
  return names.find((name) => name.startsWith(VIEW_PROTOCOL)) ?? names[0] ?? false
}

/** Node drops the headers that are too many without a word, and with them perhaps an Origin. It drops none below 2,000. */
const MAX_HEADERS = 200

/**
 * Why this can't be a WebSocket handshake (RFC 6455 4.2.1), found before anything is dialled; null when it can.
 */
export function handshakeFault({ method, httpVersion, headers, rawHeaders }: IncomingMessage): string | null {
  const key = headers['sec-websocket-key']
  if (method !== 'GET') return 'a WebSocket request must be a GET'
  if (httpVersion !== '1.1') return 'a WebSocket request must be HTTP/1.1'
  if (rawHeaders.length >= 2 * MAX_HEADERS) return `the request has ${MAX_HEADERS} headers or more`
  // Its bytes would be read as the client's frames, but by others in the way as a body.
  const length = headers['content-length']
  if (headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0'))
    return 'a WebSocket request has no body'
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 'only upgrades to websocket are understood'
  if (key === undefined || !/^[+/0-9A-Za-z]{22}==$/.test(key)) return 'Sec-WebSocket-Key is missing or malformed'
  const version = headers['sec-websocket-version']
  if (version !== '13' && version !== '8') return 'Sec-WebSocket-Version must be 13'
  const protocols = headers['sec-websocket-protocol']
  return protocols === undefined ? null : protocolsFault(protocols)
}

function protocolsFault(protocols: string): string | null {
  if (!PROTOCOLS.test(protocols)) return 'Sec-WebSocket-Protocol is not a list of names'
  const names = protocols.split(/[ \t]*,[ \t]*/)
  return new Set(names).size === names.length ? null : 'Sec-WebSocket-Protocol names one twice'
}

/** Every value of a header, as sent: Node drops repeated ones from `headers`. */
export function headerValues(request: IncomingMessage, name: string): string[] {
  const { rawHeaders } = request
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i]!
    if (header.length === name.length && header.toLowerCase() === name) values.push(rawHeaders[i + 1]!)
  }
  return values
}

/** An offer as RFC 7692 7.1 lets it be written. */
const DEFLATE_OFFER =
  /^permessage-deflate(\s*;\s*((server|client)_no_context_takeover|server_max_window_bits="?(8|9|1[0-5])"?|client_max_window_bits(="?(8|9|1[0-5])"?)?))*$/

/** An offer with anything else in it is declined (RFC 7692 5.1), where `ws` would refuse the handshake. */
export function offersCompression({ headers }: IncomingMessage): boolean {
  const offers = (headers['sec-websocket-extensions'] ?? '').split(',').map((offer) => offer.trim())
  const deflate = offers.filter((offer) => offer.startsWith('permessage-deflate'))
  return deflate.length > 0 && deflate.every((offer) => DEFLATE_OFFER.test(offer))
}
