import type { Buffer } from 'node:buffer'

import type { GateError } from '../../shared/causes.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import type { Credential } from '../accounts/desk.ts'
import type { ClientPort } from './port.ts'
import type { TlsIdentity } from './tls.ts'

/** What the service entry lets the listener agree to. */
export interface Offer {
  readonly compression: boolean
  readonly maxMessageBytes: number
}

/** A client at the door: described, not yet let in. The listener that made it owns the handle until `accept`. */
export interface Ingress {
  /** `user` and `groups` are not known yet: whoever checks the credential fills them in. */
  readonly request: ConnectionRequest
  /** What the client shows of itself, to be checked; null when it shows nothing, and with most objections. */
  readonly credential: Credential | null
  /** View asked for, by name; checked by the gateway. */
  readonly view: string
  /** Kind of messages asked for; null leaves it to the service entry. */
  readonly text: boolean | null
  /** Why this client may not even ask (host, origin, a request that can't be read); null when it may. */
  readonly objection: GateError | null
  /** Calls back, at most once, when the client leaves before it is let in. */
  onLeave(left: () => void): void
  /**
   * Upgrades; the caller owns the port, which is paused. `early`: bytes that the client sent behind its request.
   * @throws GateError client-lost when the client has left meanwhile
   */
  accept(offer: Offer): { port: ClientPort; early: Buffer }
  /**
   * How to say no is the listener's own knowledge. Never throws; the handle is closed afterwards. Returns the HTTP status
   * or the close code that the client is told.
   */
  reject(error: GateError): number
}

/** A client that never got as far as asking: what is known of it, why it was turned away, and the status it was told. */
export interface TurnedAway {
  readonly request: ConnectionRequest
  readonly error: GateError
  readonly told: number
}

/** An address that takes clients in. */
export interface Listener {
  /** URI with the port that was really bound. */
  readonly uri: string
  /** Changes how long request headers may take, in milliseconds. */
  retime(handshakeTimeoutMs: number): void
  /** Shows another certificate to those who come from now on; does nothing where TLS is not spoken. */
  identify(identity: TlsIdentity): void
  /** Takes no more clients; those let in are not touched. */
  stop(): Promise<void>
}
