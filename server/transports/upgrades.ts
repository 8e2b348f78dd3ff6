import { Buffer } from 'node:buffer'
import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

import { WebSocketServer } from 'ws'

import { CompressedSocket } from './compressed-port.ts'
import type { Offer } from './ingress.ts'
import { chooseProtocol, offersCompression } from './request.ts'

/** Has `ws` do the handshake; null when it found fault, which it has answered. */
export type Upgrade = (offer: Offer) => Handover | CompressedSocket | null

/** Takes the place of `ws`'s WebSocket: receives the socket when the handshake is done, and does nothing with it. */
export class Handover extends EventEmitter {
  socket: Socket | null = null
  early: Buffer = Buffer.alloc(0)

  /** Called by `ws` right after it wrote the 101. */
  setSocket(socket: Socket, head: Buffer): void {
    this.socket = socket
    this.early = head
  }
}

/** Shakes hands: for most with the given server, which makes a Handover, and with one of its own where it compresses. */
export class Upgrades {
  readonly #plain: WebSocketServer
  // Both directions start afresh with each message: memory over ratio.
  readonly #compressing = new WebSocketServer({
    WebSocket: CompressedSocket,
    noServer: true,
    clientTracking: false,
    handleProtocols: chooseProtocol,
    autoPong: false, // the bridge answers, and stops reading a client that pings but does not read
    perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true, concurrencyLimit: 4 },
  })

  constructor(plain: WebSocketServer) {
    this.#plain = plain
  }

  of(request: IncomingMessage, socket: Socket, head: Buffer): Upgrade {
    return ({ compression, maxMessageBytes }) => {
      const server = compression && offersCompression(request) ? this.#compressing : this.#plain
      let made: Handover | CompressedSocket | null = null
      server.options.maxPayload = maxMessageBytes
      server.handleUpgrade(request, socket, head, (ws) => (made = ws as CompressedSocket))
      return made
    }
  }
}
