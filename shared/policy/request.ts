/** `in`: a client comes to a service of this machine. `out`: a local program goes to a service elsewhere. */
export type Direction = 'in' | 'out'

/**
 * What is known of a client at the door; rules match on this and nothing else. What is not known is null or empty and
 * never matches a rule.
 */
export interface ConnectionRequest {
  /** Connection and request id, from the start. */
  readonly id: string
  readonly direction: Direction
  /** URI of the listener that took the client in. */
  readonly listener: string
  /** What the peer speaks, the scheme of its URI as ipcd writes it: `ws`, `wss`, `tls`, `tcp`, `unix`. */
  readonly scheme: string
  /** Service name as asked for, view suffix removed. */
  readonly service: string
  /** IP address and port of a network client; '' and 0 where only one of them is known. */
  readonly source: { readonly address: string; readonly port: number } | null
  /** Credentials of a local socket's peer (SO_PEERCRED); -1 for those that are not known. */
  readonly peer: { readonly pid: number; readonly uid: number; readonly gid: number } | null
  /** Names that the peer has proven to have (certificate, key identity); what DNS says proves nothing. */
  readonly names: readonly string[]
  readonly origin: string | null
  /** Sub-protocols that were offered, tokens left out. */
  readonly protocols: readonly string[]
  /** Who the client's credential belongs to; null without one. */
  readonly user: string | null
  readonly groups: readonly string[]
  /** Machine that an `out` connection asks to be sent to (ipcd's look-up names one); null when it names none. */
  readonly remote: { readonly scheme: string; readonly host: string; readonly port: number | null } | null
}

/** A request of which nothing is known but where it goes; spread the known facts over it. */
export function unknownRequest(direction: Direction, service: string): ConnectionRequest {
  return {
    id: '',
    direction,
    listener: '',
    scheme: '',
    service,
    source: null,
    peer: null,
    names: [],
    origin: null,
    protocols: [],
    user: null,
    groups: [],
    remote: null,
  }
}
