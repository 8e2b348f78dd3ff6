import { canonicalHost } from '../address.ts'
import type { Condition, Facts, Term } from '../condition.ts'
import { glob } from '../glob.ts'
import type { Glob } from '../glob.ts'

/** Schemes of peers as ipcd writes them. Anything else in front of a colon is a spelling mistake, not a host. */
const SCHEMES = ['tls', 'tcp', 'udp', 'ws', 'wss', 'ws+unix', 'unix', 'kaiso']

export interface PeerUri {
  readonly scheme: string | null
  readonly host: Glob
  readonly port: number | null
}

/**
 * `tls:example.com`, `tls:pong.example.com:9000`, `tcp:*`, `*.example.com`: the other machine, as ipcd writes it. With a
 * port, host and port must both be right. Of a client only names count that it has proven, and its address.
 */
export const uri: Condition = {
  name: 'uri',
  summary: 'The other machine by scheme, host and port; * stands for any part of the host',
  example: 'tls:example.com:9000',
  parse(text) {
    return term(text, readPeerUri(text))
  },
}

/** @throws RangeError with a sentence */
export function readPeerUri(text: string): PeerUri {
  const [, scheme, rest] = /^([a-z][a-z0-9+]*):(?:\/\/)?(?!\d+$)(.*)$/.exec(text) ?? [null, null, text]
  if (scheme !== null && !SCHEMES.includes(scheme!)) {
    throw new RangeError(
      `${JSON.stringify(`${scheme}:`)} is no condition and no scheme; schemes are ${SCHEMES.join(', ')}`,
    )
  }
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[^:/[\]]+)(?::(\d+))?$/.exec(rest!) ?? []
  if (host === undefined || !/^[\w.*\-[\]:]+$/.test(host)) {
    throw new RangeError(
      `${JSON.stringify(text)} names no one: write an address, a host such as tls:example.com:9000, or user:NAME`,
    )
  }
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    throw new RangeError(`${JSON.stringify(port)} is no port: from 1 to 65535`)
  }
  const plain = canonicalHost(host.replace(/^\[|\]$/g, '')).replace(/\*+/g, '*')
  return { scheme: scheme ?? null, host: glob(plain), port: port === undefined ? null : Number(port) }
}

function term(text: string, { scheme, host, port }: PeerUri): Term {
  const test = ({ remote }: Facts): boolean =>
    (scheme === null || scheme === remote.scheme) &&
    (port === null || port === remote.port) &&
    (host.text === '*' || remote.hosts.some((each) => host.test(each)))
  return {
    kind: 'uri',
    text,
    test,
    covers(other) {
      if (other.kind !== 'uri') return false
      const inner = readPeerUri(other.text)
      return (
        (scheme === null || scheme === inner.scheme) &&
        (port === null || port === inner.port) &&
        host.covers(inner.host.text)
      )
    },
    sentence: `the other end is ${text}`,
    seen: ({ remote }) => {
      const hosts = remote.hosts.length === 0 ? 'an unknown host' : remote.hosts.join(', ')
      return `the other end is ${remote.scheme || 'unknown'}:${hosts}${remote.port === null ? '' : `:${remote.port}`}`
    },
    indexes: host.literal ? [{ shape: 'host', key: host.text, keyOf: ({ remote }) => remote.hosts }] : [],
  }
}
