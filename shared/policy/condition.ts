import type { Address } from './address.ts'
import type { ConnectionRequest } from './request.ts'

/** The other machine, as far as it is known: the client of an `in` connection, the target of an `out` one. */
export interface Remote {
  readonly scheme: string
  /** Lower case. For `in` every proven name and the address, for `out` the host of the target. */
  readonly hosts: readonly string[]
  readonly port: number | null
}

/** All that a rule may see: the request, and where it goes once the redirects have been applied. */
export interface Facts {
  readonly request: ConnectionRequest
  /** Name of the service after redirects. */
  readonly service: string
  readonly remote: Remote
  /** Address of the remote end, parsed once; null when it is not known. */
  readonly address: Address | null
  /** Wall clock, milliseconds since 1970. */
  readonly now: number
}

/**
 * How a term is found without trying it: of all connections, only those can match whose `keyOf` is the term's key.
 * Terms of one shape share the look-up.
 */
export interface IndexKey {
  readonly shape: string
  readonly key: string | number
  /** The key of a connection in this shape; null when no term of this shape can match it. Arrays: several keys. */
  readonly keyOf: (facts: Facts) => string | number | null | readonly string[]
}

/** One condition of a rule, compiled. Immutable. */
export interface Term {
  /** Name of the condition. */
  readonly kind: string
  /** As it is written in a rule. */
  readonly text: string
  /** Unknown facts never match. Called for each connection: no I/O, no clock, constant time. */
  test(facts: Facts): boolean
  /**
   * True only when each connection that `other` matches is surely matched by this one. False is always safe: it only
   * means that nobody is told of a hidden rule.
   */
  covers(other: Term): boolean
  /** Completes "when …": `the user is anna`. */
  readonly sentence: string
  /** What the connection has instead, when it did not match: `the user is ben`, `no user is known`. */
  seen(facts: Facts): string
  /** Any of these keys will do: a connection that the term matches has all of them. */
  readonly indexes?: readonly IndexKey[] | undefined
}

/** Sorts of conditions, one file each. `parse` is called once per rule and policy, the term it returns per connection. */
export interface Condition {
  readonly name: string
  /** One line without full stop, for help and the editor. */
  readonly summary: string
  /** As it is written, such as `user:NAME`. */
  readonly example: string
  /** Null when the text is not of this sort. @throws RangeError with a sentence when it is, but is wrong */
  parse(text: string): Term | null
}
