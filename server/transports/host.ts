import { GateError } from '../../shared/causes.ts'

/** Where a listener stands: what Host and Origin are held against. */
export interface HostRules {
  /** Port of the listener; null on a Unix socket, which no web page can reach. */
  readonly port: number | null
  /** Whether it speaks TLS itself; left out: it does not. */
  readonly secure?: boolean
  /** Names it answers to besides loopback's, as `name` or `name:port`, lower case. */
  readonly hosts: readonly string[]
}

interface Authority {
  readonly name: string
  /** Null when left out. */
  readonly port: number | null
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Longest name in the DNS, a colon and a port. */
const AUTHORITY_MAX = 260

/** Reads `name`, `name:port`, `[v6]:port`; null for anything else, never throws. The name comes out in lower case. */
export function parseAuthority(text: string): Authority | null {
  if (text.length > AUTHORITY_MAX) return null
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/.exec(text.toLowerCase())
  if (match === null) return null
  const port = match[2] === undefined ? null : Number(match[2])
  if (port !== null && (port < 1 || port > 65535)) return null
  return { name: match[1]!, port }
}

/**
 * Refuses a request for a name that is not ours, so that a name which somebody pointed at loopback reaches nothing
 * (DNS rebinding). Nothing of the header goes into the message.
 * @throws GateError bad-request or host-refused
 */
export function checkHost(headers: readonly string[], door: HostRules): void {
  if (headers.length !== 1) throw new GateError('bad-request', 'the request must have exactly one Host header')
  const asked = parseAuthority(headers[0]!)
  if (asked === null) throw new GateError('bad-request', 'the Host header is not a host name and port')
  if (isLoopback(asked, door) || door.hosts.some((host) => isListed(asked, host))) return
  throw new GateError(
    'host-refused',
    'this listener answers only to localhost, 127.0.0.1 and [::1] with its own port, and to the names set with --host',
  )
}

function isLoopback({ name, port }: Authority, door: HostRules): boolean {
  return LOOPBACK.has(name) && (door.port === null || (port ?? (door.secure ? 443 : 80)) === door.port)
}

/** A listed name without a port stands for any: a proxy in front may have another port than ours. */
function isListed(asked: Authority, host: string): boolean {
  const listed = parseAuthority(host)
  return listed !== null && listed.name === asked.name && (listed.port === null || listed.port === asked.port)
}

/**
 * Refuses a request that a page of another origin makes. Held against the Host header, so call `checkHost` first.
 * Without TLS of our own, `https` is ours only under a listed name, where a proxy in front may speak it.
 * @param secure whether the listener speaks TLS itself, so that `http` is another origin
 * @throws GateError origin-refused
 */
export function checkOrigin(origin: string | undefined, host: string, secure = false): void {
  if (origin === undefined) return
  const [, scheme, rest] = /^(https?):\/\/([^/A-Z]*)$/.exec(origin) ?? [] // browsers write it in lower case
  const from = rest === undefined ? null : parseAuthority(rest)
  const to = parseAuthority(host)
  const usual = scheme === 'https' ? 443 : 80
  const same = from !== null && to !== null && from.name === to.name && (from.port ?? usual) === (to.port ?? usual)
  if (same && (secure ? scheme === 'https' : scheme === 'http' || !LOOPBACK.has(from.name))) return
  if (origin === 'null') throw new GateError('origin-refused', 'a page without an origin may not use this listener')
  throw new GateError('origin-refused', 'pages of another origin may not use this listener')
}
