import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

import { GateError } from '../../shared/causes.ts'
import type { ConnectionRequest } from '../../shared/policy/request.ts'
import type { Credential } from '../accounts/desk.ts'
import { closeFrame } from '../websocket/frames.ts'
import { readCertificate, type ShownCertificate } from './client-certificate.ts'
import { CompressedPort, CompressedSocket } from './compressed-port.ts'
import { readToken, type Shown } from './credential.ts'
import { checkDoor, type Door } from './door.ts'
import type { Ingress, Offer } from './ingress.ts'
import { Port, type ClientPort } from './port.ts'
import { refusal, refusalReason } from './refusal.ts'
import { foreignProtocols, handshakeFault, headerValues, readAsked } from './request.ts'
import { Handover, type Upgrade } from './upgrades.ts'

/** How long a refused browser may take to read why before its socket is cut. */
const REFUSAL_LINGER_MS = 2000

/** What a client at the door needs to know of its listener. */
export interface Doorway {
  /** URI with the port that was bound. */
  readonly uri: string
  /** Null on a Unix socket. */
  readonly port: number | null
  readonly door: () => Door
  /** Unique per connection and short enough to read out. */
  readonly nextId: () => string
  readonly peerCredentials: (socket: Socket) => ConnectionRequest['peer']
  /** Called with a socket that is let in: it is counted elsewhere from now on. */
  readonly letIn: (socket: Socket) => void
}

/** A WebSocket client at the door. */
export class WebSocketIngress implements Ingress {
  readonly request: ConnectionRequest
  readonly credential: Credential | null
  readonly view: string
  readonly text: boolean | null
  readonly objection: GateError | null
  /** Not one WebSocket for it, not even to say why. */
  readonly #barred: boolean
  readonly #letIn: (socket: Socket) => void
  // Both go when they were used: what hangs on the request must not live as long as the connection.
  #socket: Socket | null
  #upgrade: Upgrade | null
  #left: (() => void) | null = null
  readonly #leave = (): void => {
    this.#upgrade = null
    this.#left?.()
  }

  constructor(doorway: Doorway, raw: IncomingMessage, upgrade: Upgrade) {
    const { socket, headers } = raw
    const protocols = headers['sec-websocket-protocol']
    const asked = readAsked(raw.url ?? '/', protocols)
    const token = readToken(raw)
    const certificate = readCertificate(socket)
    this.view = asked?.view ?? 'payload'
    this.text = asked?.text ?? null
    this.request = describe(doorway, socket, {
      service: asked?.service ?? '',
      origin: headers.origin ?? null,
      protocols: foreignProtocols(protocols),
      names: certificate.names,
    })
    this.credential = token.credential ?? certificate.credential
    const present = doorway.port === null || this.request.source !== null
    const atFault = objectionTo(raw, doorway.door(), asked !== null, present)
    this.#barred = atFault !== null
    this.objection = atFault ?? faultOf(token, certificate)
    this.#letIn = doorway.letIn
    this.#socket = socket
    this.#upgrade = upgrade
    // Its end alone as well: a client that ends now has left, though its handle stays open.
    socket.on('error', ignore).once('end', this.#leave).once('close', this.#leave)
  }

  onLeave(left: () => void): void {
    this.#left = left
  }

  accept(offer: Offer): { port: ClientPort; early: Buffer } {
    const socket = this.#socket
    const made = this.#shake(offer)
    // Before the socket is given up: whoever refuses it now must still be able to close it.
    if (made instanceof Handover && !made.socket)
      throw new GateError('client-lost', 'the client left before it was let in')
    this.#socket = null
    if (socket) this.#letIn(socket)
    if (made instanceof CompressedSocket) return { port: new CompressedPort(made), early: Buffer.alloc(0) }
    return { port: Port.take(made.socket!), early: made.early }
  }

  reject(error: GateError): number {
    const socket = this.#socket
    if (socket === null || this.#upgrade === null) {
      socket?.destroy() // gone, or answered by `ws`
      return error.status
    }
    const late = setTimeout(() => socket.destroy(), REFUSAL_LINGER_MS)
    socket.once('close', () => clearTimeout(late))
    socket.resume()
    // A browser can't read a refused handshake: where it may connect at all, it is let in and told.
    if (this.request.origin !== null && !this.#barred) {
      this.#shake(PLAIN)
      socket.end(closeFrame(error.close, refusalReason(error, this.request.id)))
      return error.close
    }
    this.#upgrade = null
    socket.off('end', this.#leave).off('close', this.#leave)
    socket.end(refusal(error, this.request.id))
    return error.status
  }

  /** A handover without a socket: the client is gone, or `ws` has refused it. */
  #shake(offer: Offer): Handover | CompressedSocket {
    const made = this.#upgrade?.(offer) ?? new Handover()
    this.#upgrade = null
    this.#left = null
    this.#socket?.off('end', this.#leave).off('close', this.#leave)
    return made
  }
}

const PLAIN: Offer = { compression: false, maxMessageBytes: 0 }

function ignore(): void {}

/** What a client says of itself. */
type Said = Pick<ConnectionRequest, 'service' | 'origin' | 'protocols' | 'names'>

const NONE: readonly string[] = []
/** Of a client that never got as far as asking. */
export const saidNothing: Said = { service: '', origin: null, protocols: NONE, names: NONE }

/** What is known of a client; a network client that has reset has no address any more. */
export function describe(
  doorway: Doorway,
  socket: Socket,
  { service, origin, protocols, names }: Said,
): ConnectionRequest {
  const { uri, port, nextId, peerCredentials } = doorway
  const { remoteAddress, remotePort } = socket
  return {
    id: nextId(),
    direction: 'in',
    listener: uri,
    scheme: uri.slice(0, uri.indexOf(':')),
    service,
    source: port === null || remoteAddress === undefined ? null : { address: remoteAddress, port: remotePort ?? 0 },
    peer: port === null && !socket.destroyed ? peerCredentials(socket) : null,
    names,
    origin,
    protocols,
    user: null,
    groups: NONE,
    remote: null,
  }
}

function objectionTo(raw: IncomingMessage, door: Door, readable: boolean, present: boolean): GateError | null {
  if (!present) return new GateError('client-lost', 'the client left before it was let in')
  const fault = handshakeFault(raw)
  if (fault !== null) return new GateError('bad-request', fault)
  if (!readable) return new GateError('bad-request', 'the request target is no path, or has a broken percent escape')
  return checkDoor(headerValues(raw, 'host'), headerValues(raw, 'origin'), door)
}

function faultOf(token: Shown, certificate: ShownCertificate): GateError | null {
  if (token.fault !== null) return new GateError('bad-request', token.fault)
  return certificate.fault === null ? null : new GateError('unauthenticated', certificate.fault)
}
