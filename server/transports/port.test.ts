import { Buffer } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'

import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'

import { identityOf } from '../testing/certificates.ts'
import { removeTestCa, serverPair, testCa } from '../testing/listener-rig.ts'
import { type Chunk, ROOM } from './chunk.ts'
import { Port, type PortSink } from './port.ts'

/** Ports on real sockets; `copied` is the way of runtimes and sockets whose handle can't be moved, such as TLS. */

type Way = 'moved' | 'copied' | 'tls'

let server: Server
let tlsServer: Server
let accepted: (socket: Socket) => void
const sockets = new Set<Socket>()

beforeEach(async () => {
  const take = (socket: Socket): void => {
    sockets.add(socket)
    accepted(socket)
  }
  server = createServer(take)
  tlsServer = createTlsServer({ ...identityOf(serverPair()), allowHalfOpen: true }, take)
  for (const each of [server, tlsServer]) await once(each.listen(0, '127.0.0.1'), 'listening')
})

afterAll(removeTestCa)

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  for (const each of [server, tlsServer]) {
    each.close()
    await once(each, 'close')
  }
})

interface Pair {
  readonly peer: Socket
  readonly socket: Socket
  /** The peer knows that it is connected. */
  readonly connected: Promise<unknown>
  /** Has the peer reset the connection. */
  readonly reset: () => void
}

/** A peer and the accepted socket at our end. */
async function pair(tls = false): Promise<Pair> {
  const arrived = new Promise<Socket>((resolve) => (accepted = resolve))
  const { port } = (tls ? tlsServer : server).address() as AddressInfo
  const tcp = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  const peer = tls ? connectTls({ socket: tcp, ca: testCa().pem, servername: 'localhost' }) : tcp
  sockets.add(peer.on('error', () => {}))
  const connected = once(peer, tls ? 'secureConnect' : 'connect')
  const socket = await arrived
  return { peer, socket, connected, reset: () => tcp.resetAndDestroy() }
}

/** Sends back what it gets, from the very buffer it came in where that is allowed; stops reading meanwhile. */
class Echo implements PortSink {
  readonly port: Port
  readonly closing: Promise<Error | null>
  readonly kinds = { own: 0, shared: 0 }
  ends = 0
  #settle!: (error: Error | null) => void

  constructor(port: Port) {
    this.port = port
    sockets.add(port.socket)
    this.closing = new Promise((resolve) => (this.#settle = resolve))
  }

  bytes(chunk: Chunk, from: number, to: number, own: boolean): boolean {
    const { port } = this
    this.kinds[own ? 'own' : 'shared']++
    expect(from).toBeGreaterThanOrEqual(ROOM)
    chunk.bytes.fill(0xee, from - ROOM, from) // the room is ours
    port.write(own ? chunk.bytes.subarray(from, to) : Buffer.from(chunk.bytes.subarray(from, to)))
    if (!own || port.queuedBytes === 0) return true
    port.afterWrites(() => port.resume())
    return false
  }

  ended(): void {
    this.ends++
    this.port.end()
  }

  closed(error: Error | null): void {
    this.#settle(error)
  }
}

const sha = () => createHash('sha256')

/** Sends `bytes` in pieces of random size, ends, and returns the hash of what came back. */
async function sendAndHash(peer: Socket, bytes: Buffer): Promise<string> {
  const hash = sha()
  let pauses = 0
  peer.on('data', (data) => {
    hash.update(data)
    // A reader that stops now and then, so that the port's writes pile up.
    if (++pauses % 3 === 0) {
      peer.pause()
      setImmediate(() => setImmediate(() => peer.resume()))
    }
  })
  const ended = once(peer, 'end')
  for (let at = 0; at < bytes.length;) {
    const size = Math.ceil(Math.random() ** 4 * 300_000)
    if (!peer.write(bytes.subarray(at, at + size))) await once(peer, 'drain')
    at += size
  }
  peer.end()
  await ended
  return hash.digest('hex')
}

describe.each<Way>(['moved', 'copied', 'tls'])('%s', (way) => {
  const fast = way === 'moved'
  const take = async () => {
    const { peer, socket, connected, reset } = await pair(way === 'tls')
    const port = Port.take(socket, way !== 'copied')
    expect(port.socket).toBe(socket) // not before it turns out to have more to say
    return { peer, port, socket, connected, reset, echo: new Echo(port) }
  }

  test('every byte value', async () => {
    const { peer, port, echo } = await take()
    port.open(echo)
    const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i))
    expect(await sendAndHash(peer, all)).toBe(sha().update(all).digest('hex'))
    expect(await echo.closing).toBeNull()
  })

  test('8 MiB in pieces of any size, both ways, with a reader that stops', async () => {
    const { peer, port, socket, echo } = await take()
    port.open(echo)
    const all = randomBytes(8 << 20)
    expect(await sendAndHash(peer, all)).toBe(sha().update(all).digest('hex'))
    expect(port.socket === socket).toBe(!fast)
    if (fast) expect(echo.kinds.own).toBeGreaterThan(10) // the borrowed way was taken
    expect(await echo.closing).toBeNull()
    expect(echo.ends).toBe(1)
  })

  test('nothing is read before open, and early bytes come first', async () => {
    const { peer, port, echo } = await take()
    const got = once(peer, 'data') as Promise<[Buffer]>
    peer.write('later')
    const asked = once(peer, 'drain') // the kernel has it
    peer.write(Buffer.alloc(300_000, '.'))
    await asked
    port.open(echo, Buffer.from('early '))
    expect((await got)[0].subarray(0, 6).toString()).toBe('early ')
    peer.destroy()
    await echo.closing
  })

  test('early bytes that stop the reading: nothing more until resume', async () => {
    const { peer, port, connected } = await take()
    const seen: string[] = []
    const sink: PortSink = {
      bytes(chunk, from, to) {
        seen.push(chunk.bytes.toString('latin1', from, to))
        return seen.length > 1
      },
      ended: () => port.end(),
      closed: () => {},
    }
    peer.write('later')
    await connected
    port.open(sink, Buffer.from('early'))
    // A turn of the loop in which it would be read: a round trip on another socket.
    const other = await pair(way === 'tls')
    other.socket.write('x')
    await once(other.peer, 'data')
    expect(seen).toEqual(['early'])
    port.resume()
    peer.end()
    peer.resume()
    await once(peer, 'end')
    expect(seen.join(' ')).toBe('early later')
  })

  test('half-close: after the peer ended it still gets what we write', async () => {
    const { peer, port } = await take()
    const done = new Promise<Error | null>((resolve) => {
      port.open({
        bytes: () => true,
        ended() {
          // Not at once: only an end that we ask for may end it.
          setImmediate(() => {
            port.write(Buffer.from('last words'))
            port.end()
          })
        },
        closed: resolve,
      })
    })
    const words = once(peer, 'data') as Promise<[Buffer]>
    peer.end()
    expect((await words)[0].toString()).toBe('last words')
    expect(await done).toBeNull()
    port.write(Buffer.from('nobody')) // and is silent about it
    port.end()
  })

  test('we end first: what the peer sends afterwards still arrives', async () => {
    const { peer, port } = await take()
    let got = ''
    const done = new Promise<Error | null>((resolve) => {
      port.open({
        bytes(chunk, from, to) {
          got += chunk.bytes.toString('latin1', from, to)
          return true
        },
        ended: () => {},
        closed: resolve,
      })
    })
    port.end()
    peer.resume()
    await once(peer, 'end')
    peer.end('afterwards')
    expect(await done).toBeNull()
    expect(got).toBe('afterwards')
  })

  test('a reset is an error, told once', async () => {
    const { port, connected, reset, echo } = await take()
    port.open(echo)
    await connected
    reset()
    const error = await echo.closing
    if (way !== 'tls') expect(error).toMatchObject({ code: 'ECONNRESET' })
    else expect(error !== null || echo.ends === 1).toBe(true) // OpenSSL may take it for an end
    expect(port.socket.destroyed).toBe(true)
  })

  test('destroy before open, and before the close was told', async () => {
    for (const wait of [true, false]) {
      const { port, echo } = await take()
      port.destroy()
      if (wait) await once(port.socket, 'close')
      port.open(echo)
      expect(await echo.closing).toBeNull()
      port.resume()
      port.write(Buffer.from('x'))
      port.end()
    }
  })

  test('afterWrites waits until the kernel has all of it', async () => {
    const { peer, port } = await take()
    port.open({ bytes: () => true, ended: () => {}, closed: () => {} })
    port.write(Buffer.alloc(16 << 20))
    expect(port.queuedBytes).toBeGreaterThan(0)
    const left = new Promise<number>((resolve) => port.afterWrites(() => resolve(port.queuedBytes)))
    peer.resume()
    expect(await left).toBe(0)
  })

  test('what leaves from a borrowed buffer is not overwritten by a later read', async () => {
    const { peer, port, echo } = await take()
    port.open(echo)
    // The peer reads nothing until its own writes are stuck: everything in between is full.
    const block = 256 * 1024
    const total = 64
    const byBlock = (i: number) => Buffer.alloc(block, i + 1)
    let sent = 0
    while (sent < total && peer.write(byBlock(sent))) sent++
    sent++
    const hash = sha()
    const wanted = sha()
    for (let i = 0; i < total; i++) wanted.update(byBlock(i))
    const ended = once(peer, 'end')
    peer.on('data', (data) => hash.update(data))
    for (; sent < total; sent++) if (!peer.write(byBlock(sent))) await once(peer, 'drain')
    peer.end()
    await ended
    expect(hash.digest('hex')).toBe(wanted.digest('hex'))
  })
})

test('more streaming connections, one after the other, than buffers may be lent: they all come back', async () => {
  const payload = randomBytes(200_000)
  for (let i = 0; i < 1100; i++) {
    const { peer, socket } = await pair()
    const echo = new Echo(Port.take(socket))
    echo.port.open(echo)
    // Half of them break off in the middle.
    peer.end(payload)
    if (i % 2 === 0) peer.resume()
    else peer.once('data', () => peer.resetAndDestroy())
    await echo.closing
    sockets.clear()
    if (i > 1090 && i % 2 === 0) expect(echo.kinds.own).toBeGreaterThan(0)
  }
}, 60_000)

test('a handle with bytes in the queue or read ahead is not moved', async () => {
  const { peer, socket } = await pair()
  socket.write(Buffer.alloc(16 << 20))
  expect(socket.writableLength).toBeGreaterThan(0)
  const port = Port.take(socket)
  expect(port.socket).toBe(socket)
  const echo = new Echo(port)
  port.open(echo)
  peer.destroy()
  await echo.closing
})

test('what was read ahead is delivered', async () => {
  const { peer, socket } = await pair()
  peer.write('ahead')
  await once(socket, 'readable')
  expect(socket.readableLength).toBe(5)
  const echo = new Echo(Port.take(socket))
  echo.port.open(echo)
  expect((await once(peer, 'data'))[0].toString()).toBe('ahead')
  peer.end()
  await echo.closing
})

test('a dialled socket reads into our buffers', async () => {
  const arrived = new Promise<Socket>((resolve) => (accepted = resolve))
  const port = new Port()
  const options = { port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true }
  const socket = connect({ ...options, onread: port.onread })
  socket.pause()
  sockets.add(socket)
  await once(socket, 'connect')
  const echo = new Echo(port)
  port.attach(socket)
  port.open(echo)
  const far = await arrived
  const all = randomBytes(1 << 20)
  expect(await sendAndHash(far, all)).toBe(sha().update(all).digest('hex'))
  expect(echo.kinds.own).toBeGreaterThan(0)
})
