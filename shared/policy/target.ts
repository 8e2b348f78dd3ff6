import { checkServiceName } from '../service-name.ts'
import { canonicalHost } from './address.ts'

/** Schemes of remote machines. `unix` is told apart: its rest is a name or a path. */
const REMOTE = ['tcp', 'tls', 'ws', 'wss', 'udp']

/** Where a redirect leads: to another service by name, which is looked at again, or to a URI, which ends the chain. */
export type RedirectTarget =
  | { readonly kind: 'name'; readonly service: string }
  | { readonly kind: 'path'; readonly uri: string }
  | {
      readonly kind: 'remote'
      readonly uri: string
      readonly scheme: string
      readonly host: string
      readonly port: number | null
      /** What is asked for there; null: the same name as here. */
      readonly service: string | null
    }

/**
 * Reads `nextversion-authd`, `unix:NAME`, `unix:/absolute/path`, `tls://HOST:PORT/SERVICE` or ipcd's `tls:HOST:PORT`
 * (CONTRACT 3).
 * @throws RangeError with a sentence
 */
export function parseRedirectTarget(text: string): RedirectTarget {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/s.exec(text) ?? []
  if (scheme === undefined) return { kind: 'name', service: named(text) }
  if (scheme === 'unix') {
    if (rest!.startsWith('/') && !rest!.startsWith('//')) return { kind: 'path', uri: `unix:${path(rest!)}` }
    return { kind: 'name', service: named(rest!.replace(/^\/\/\/?/, '')) }
  }
  if (!REMOTE.includes(scheme)) {
    throw new RangeError(
      `${JSON.stringify(`${scheme}:`)} is no scheme of a target: there are unix, ${REMOTE.join(', ')}`,
    )
  }
  return remote(text, scheme, rest!.replace(/^\/\//, ''))
}

function named(name: string): string {
  const wrong = checkServiceName(name)
  if (wrong !== null) throw new RangeError(`${JSON.stringify(name)} can't be a service: ${wrong}`)
  if (/\s/.test(name)) throw new RangeError(`${JSON.stringify(name)} holds a blank, which no rule can write`)
  return name
}

function path(text: string): string {
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]/u.test(text) || text.endsWith('/')) {
    throw new RangeError(`${JSON.stringify(text)} can't be the path of a socket`)
  }
  return text
}

function remote(text: string, scheme: string, rest: string): RedirectTarget {
  const [, host, port, service] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\/(.*))?$/s.exec(rest) ?? []
  if (host === undefined) {
    throw new RangeError(`${JSON.stringify(text)} is no target: write ${scheme}://HOST:PORT/SERVICE`)
  }
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    throw new RangeError(`${JSON.stringify(port)} is no port: from 1 to 65535`)
  }
  return {
    kind: 'remote',
    uri: text,
    scheme,
    host: canonicalHost(host.replace(/^\[|\]$/g, '')),
    port: port === undefined ? null : Number(port),
    service: service === undefined || service === '' ? null : named(service),
  }
}
