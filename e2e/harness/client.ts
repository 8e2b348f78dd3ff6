import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'

import { WebSocket, type ClientOptions } from 'ws'

/** A WebSocket of another make than ours, that remembers what came. */
export class Client {
  readonly socket: WebSocket
  readonly messages: Buffer[] = []
  /** Resolves with how it ended. */
  readonly closed: Promise<{ code: number; reason: string }>

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => this.messages.push(data))
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
  }

  /** Resolves when it is open. @throws Error when it is refused */
  static async open(url: string, options: ClientOptions = {}, protocols: string[] = []): Promise<Client> {
    const socket = new WebSocket(url, protocols, options)
    const client = new Client(socket)
    await once(socket, 'open')
    socket.on('error', () => {}) // 'close' follows
    return client
  }

  /** Resolves when this many messages have come. @throws Error when it ends before */
  async until(count: number): Promise<Buffer[]> {
    while (this.messages.length < count) {
      const ended = await Promise.race([once(this.socket, 'message').then(() => null), this.closed])
      if (ended === null || this.messages.length >= count) continue
      throw new Error(`closed with ${ended.code} ${ended.reason} after ${this.messages.length} of ${count} messages`)
    }
    return this.messages
  }
}

/** How a gateway answers a client: 101 when it is let in, else the status and problem body. */
export function attempt(url: string, options: ClientOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options)
    socket.once('open', () => resolve({ status: 101, socket, problem: null }))
    socket.once('unexpected-response', (_, response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.once('end', () => resolve({ status: response.statusCode!, socket, problem: problemIn(body) }))
    })
    socket.on('error', reject)
  })
}

export interface Answer {
  readonly status: number
  readonly socket: WebSocket
  readonly problem: Problem | null
}

interface Problem {
  readonly code: string
  readonly detail: string
  readonly requestId: string
}

function problemIn(body: string): Problem | null {
  return body.startsWith('{') ? (JSON.parse(body) as Problem) : null
}

/**
 * A client that has connected and says nothing more, not even goodbye. `path` is taken to the letter, which no URL
 * parser would do.
 * @returns the socket and the status line's number
 */
export async function mute(url: string, path: string): Promise<{ socket: Socket; status: number }> {
  const { hostname, port } = new URL(url)
  const socket = createConnection(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  const [head] = (await once(socket, 'data')) as [Buffer]
  return { socket, status: Number(/^HTTP\/1\.1 (\d+)/.exec(head.toString())?.[1]) }
}
