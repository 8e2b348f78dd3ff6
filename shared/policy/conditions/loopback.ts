import { inRange, parseRange } from '../address.ts'
import type { Range } from '../address.ts'
import type { Condition, Facts, Term } from '../condition.ts'
import { seenAddress } from './address.ts'

const ranges = [parseRange('127.0.0.0/8'), parseRange('::1')]

const isLoopback = ({ address }: Facts): boolean =>
  address !== null && (inRange(address, ranges[0]!) || inRange(address, ranges[1]!))

const within = (inner: Range): boolean =>
  ranges.some(
    (range) => inner.base.length === range.base.length && inner.bits >= range.bits && inRange(inner.base, range),
  )

const term: Term = {
  kind: 'loopback',
  text: 'loopback',
  test: isLoopback,
  covers: ({ kind, text }) => kind === 'loopback' || (kind === 'address' && within(parseRange(text))),
  sentence: 'the address is one of this machine (127.0.0.0/8, ::1)',
  seen: seenAddress,
}

/** `loopback`: over the network, from this machine. Says nothing of which of its users. */
export const loopback: Condition = {
  name: 'loopback',
  summary: 'Loopback addresses: 127.0.0.0/8 and ::1',
  example: 'loopback',
  parse: (text) => (text === 'loopback' ? term : null),
}
