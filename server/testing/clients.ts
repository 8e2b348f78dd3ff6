import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'

import { WebSocket } from 'ws'

import type { ProblemBody } from '../../shared/api.ts'

export interface Received {
  readonly data: Buffer
  readonly text: boolean
}

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A WebSocket client that keeps what it gets in order. */
export class TestClient {
  readonly ws: WebSocket
  readonly closed: Promise<Closed>
  readonly #received: Received[] = []
  #wake: (() => void) | null = null

  constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data: Buffer, binary: boolean) => {
      this.#received.push({ data, text: !binary })
      this.#wake?.()
    })
    this.closed = new Promise((resolve) => {
      ws.once('close', (code, reason) => {
        this.#wake?.()
        resolve({ code, reason: reason.toString() })
      })
    })
    ws.on('error', () => {})
  }

  /** Messages that arrived and nobody has taken. */
  get waiting(): readonly Received[] {
    return this.#received
  }

  /** The next message. @throws Error when the connection ends first */
  async next(): Promise<Received> {
    while (this.#received.length === 0) {
      if (this.ws.readyState === WebSocket.CLOSED) throw new Error('closed before the next message')
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    return this.#received.shift()!
  }

  /** The next `count` messages as text. */
  async texts(count: number): Promise<string[]> {
    const all: string[] = []
    while (all.length < count) all.push((await this.next()).data.toString())
    return all
  }

  send(data: Uint8Array | string): void {
    this.ws.send(data, { binary: typeof data !== 'string' })
  }

  /** Says something and waits for the same to come back. */
  async echoes(data: string): Promise<boolean> {
    this.send(Buffer.from(data))
    return (await this.next()).data.toString() === data
  }
}

/** What a client that sends no Origin is told. */
export class Refused extends Error {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly problem: ProblemBody

  constructor(response: IncomingMessage, body: string) {
    super(`refused: ${response.statusCode}`)
    this.status = response.statusCode!
    this.headers = response.headers
    this.problem = JSON.parse(body) as ProblemBody
  }
}

export interface ClientOptions {
  readonly protocols?: readonly string[]
  readonly origin?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly autoPong?: boolean
  /** Offers permessage-deflate. */
  readonly perMessageDeflate?: boolean
}

/** Connects. @throws Refused when the gateway does not let it in */
export async function connectClient(url: string, options: ClientOptions = {}): Promise<TestClient> {
  const { protocols = [], ...rest } = options
  const fixed = { perMessageDeflate: false, skipUTF8Validation: true, rejectUnauthorized: false }
  const ws = new WebSocket(url, [...protocols], { ...fixed, ...rest })
  const client = new TestClient(ws)
  const refused = once(ws, 'unexpected-response').then(async ([, response]) => {
    throw new Refused(response as IncomingMessage, await text(response as IncomingMessage))
  })
  refused.catch(() => {})
  await Promise.race([once(ws, 'open'), refused])
  return client
}

/** The refusal that a client gets; fails when it is let in. */
export async function refusalOf(url: string, options: ClientOptions = {}): Promise<Refused> {
  const outcome = await connectClient(url, options).catch((error: unknown) => error)
  if (outcome instanceof Refused) return outcome
  if (outcome instanceof TestClient) outcome.ws.terminate()
  throw new Error('the client was let in', { cause: outcome })
}

/** The same for a request that is sent as written: `ws` would tidy the path, as browsers do. */
export async function rawRefusalOf(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; problem: ProblemBody }> {
  const client = await RawClient.dial(url)
  client.socket.write(handshake(new URL(url).host, path, headers))
  const head = await client.head()
  const problem = JSON.parse((await client.rest()).toString()) as ProblemBody
  client.socket.destroy()
  return { status: Number(head.split(' ')[1]), problem }
}

interface FrameOptions {
  readonly fin?: boolean
  /** Bits of the first byte. */
  readonly reserved?: number
  readonly masked?: boolean
  /** As the head says. */
  readonly length?: number | bigint
}

/** One masked frame, right or wrong. */
export function clientFrame(opcode: number, payload: Uint8Array = Buffer.alloc(0), options: FrameOptions = {}): Buffer {
  const { fin = true, reserved = 0, masked = true, length = payload.length } = options
  const long = BigInt(length)
  const short = long < 126n ? Number(long) : long < 65_536n ? 126 : 127
  const head = Buffer.alloc(2 + (short === 126 ? 2 : short === 127 ? 8 : 0))
  head[0] = (fin ? 0x80 : 0) | reserved | opcode
  head[1] = (masked ? 0x80 : 0) | short
  if (short === 126) head.writeUInt16BE(Number(long), 2)
  if (short === 127) head.writeBigUInt64BE(long, 2)
  if (!masked) return Buffer.concat([head, payload])
  const key = [0x12, 0x34, 0x56, 0x78]
  return Buffer.concat([head, Buffer.from(key), payload.map((byte, i) => byte ^ key[i & 3]!)])
}

/** The request of a WebSocket handshake. */
export function handshake(host: string, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

export interface Frame {
  readonly opcode: number
  readonly fin: boolean
  readonly payload: Buffer
}

/** A client that writes bytes as it likes and sees frames as they are. */
export class RawClient {
  readonly socket: Socket
  /** The gateway's end, or the handle's, whichever is first. */
  readonly gone: Promise<void>
  #bytes = Buffer.alloc(0)
  #over = false
  #wake: (() => void) | null = null

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes])
      this.#wake?.()
    })
    this.gone = new Promise((resolve) => {
      const over = (): void => {
        this.#over = true
        this.#wake?.()
        resolve()
      }
      socket.once('end', over).once('close', over)
    })
  }

  /** Connects TCP alone, and TLS where the URL says so. */
  static async dial(url: string): Promise<RawClient> {
    const { hostname, port, protocol } = new URL(url)
    const tcp = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true })
    const secure = protocol === 'wss:'
    const socket = secure ? connectTls({ socket: tcp, rejectUnauthorized: false }) : tcp
    const client = new RawClient(socket)
    await once(socket, secure ? 'secureConnect' : 'connect')
    return client
  }

  /** Connects and is let in. @throws Error with the answer when it is not */
  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawClient> {
    const client = await RawClient.dial(url)
    const { pathname, search, host } = new URL(url)
    client.socket.write(handshake(host, pathname + search, headers))
    const head = await client.head()
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(head)
    return client
  }

  /** The response up to its empty line. */
  async head(): Promise<string> {
    let end: number
    while ((end = this.#bytes.indexOf('\r\n\r\n')) < 0) await this.#more()
    const head = this.#bytes.subarray(0, end).toString()
    this.#bytes = this.#bytes.subarray(end + 4)
    return head
  }

  /** The next frame. @throws Error when the gateway ends first */
  async frame(): Promise<Frame> {
    for (;;) {
      const [frame, size] = readFrame(this.#bytes)
      if (frame) {
        this.#bytes = this.#bytes.subarray(size)
        return frame
      }
      await this.#more()
    }
  }

  /** The gateway's close frame; data and control frames before it are passed over. */
  async closing(): Promise<Closed> {
    for (;;) {
      const { opcode, payload } = await this.frame()
      if (opcode !== 8) continue
      return payload.length < 2
        ? { code: 1005, reason: '' }
        : { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() }
    }
  }

  /** All that is left, up to the gateway's end. */
  async rest(): Promise<Buffer> {
    await this.gone
    return this.#bytes
  }

  async #more(): Promise<void> {
    if (this.#over) throw new Error(`the gateway ended the connection; left over: ${this.#bytes.toString('hex')}`)
    await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}

/** The first frame of unmasked bytes and its size; none while it is not all there. */
function readFrame(b: Buffer): [Frame, number] | [null, 0] {
  if (b.length < 2) return [null, 0]
  const short = b[1]! & 127
  const head = short === 126 ? 4 : short === 127 ? 10 : 2
  if (b.length < head) return [null, 0]
  const length = short === 126 ? b.readUInt16BE(2) : short === 127 ? Number(b.readBigUInt64BE(2)) : short
  if (b.length < head + length) return [null, 0]
  const payload = b.subarray(head, head + length)
  return [{ opcode: b[0]! & 15, fin: b[0]! > 127, payload }, head + length]
}
