import { inRange, maskedKey, parseRange } from '../address.ts'
import type { Range } from '../address.ts'
import type { Condition, Facts, Term } from '../condition.ts'

/** `10.0.0.0/8`, `192.0.2.7`, `fe80::/10`: the IP address of the remote end. */
export const address: Condition = {
  name: 'address',
  summary: 'IP address or range of the remote end, IPv4 or IPv6',
  example: '10.0.0.0/8',
  parse(text) {
    const [, host] = /^([\da-fA-F:.]+)(?:\/.*)?$/.exec(text) ?? []
    if (host === undefined) return null
    const colons = host.split(':').length - 1
    if (colons < 2 && !/^[\d.]+$/.test(host)) return null
    return inside(parseRange(text))
  },
}

function inside(range: Range): Term {
  const { base, bits, text } = range
  const { length } = base
  return {
    kind: 'address',
    text,
    test: (facts) => facts.address !== null && inRange(facts.address, range),
    covers(other) {
      if (other.kind !== 'address') return false
      const inner = parseRange(other.text)
      return inner.base.length === length && inner.bits >= bits && inRange(inner.base, range)
    },
    sentence: `the address is ${bits === length * 32 ? text : `in ${text}`}`,
    seen: seenAddress,
    indexes: [
      {
        shape: `address${length} ${bits}`,
        key: maskedKey(base, bits),
        keyOf: ({ address: found }) => (found !== null && found.length === length ? maskedKey(found, bits) : null),
      },
    ],
  }
}

export function seenAddress({ request, remote }: Facts): string {
  const known = request.direction === 'in' ? request.source?.address : remote.hosts[0]
  return known === undefined || known === '' ? 'no address is known' : `the address is ${known}`
}
