import { GateError } from '../causes.ts'

/** What is known of a client at the door; rules match on this and nothing else. Unknown facts are null and never match. */
export interface ConnectionRequest {
  /** Connection and request id, from the start. */
  readonly id: string
  /** URI of the listener that took the client in. */
  readonly listener: string
  /** Service name as asked for, view suffix removed. */
  readonly service: string
  /** IP address and port of a network client. */
  readonly source: { readonly address: string; readonly port: number } | null
  /** Credentials of a local socket's peer (SO_PEERCRED). */
  readonly peer: { readonly pid: number; readonly uid: number; readonly gid: number } | null
  readonly origin: string | null
}

export type Decision =
  | { readonly allow: true; readonly rules: readonly string[] }
  | { readonly allow: false; readonly rules: readonly string[]; readonly error: GateError }

/** An immutable compiled snapshot: replaced whole, never edited. `decide` is pure and runs once per connection. */
export interface Policy {
  readonly version: number
  decide(request: ConnectionRequest): Decision
}

/**
 * The policy in force until rules exist: loopback addresses and the local user (our uid, or root) may reach every
 * service; nobody else may reach any.
 */
export function localOnly(uid: number): Policy {
  return {
    version: 0,
    decide({ source, peer }) {
      if (source !== null && isLoopback(source.address)) return { allow: true, rules: ['local-only'] }
      if (peer !== null && (peer.uid === uid || peer.uid === 0)) return { allow: true, rules: ['local-only'] }
      const who = source === null ? (peer === null ? 'an unknown local user' : `uid ${peer.uid}`) : source.address
      const error = new GateError('policy-denied', `${who} is refused: only loopback and the local user may connect`)
      return { allow: false, rules: ['local-only'], error }
    },
  }
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1'
}
