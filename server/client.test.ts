import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import { connectOver } from '../shared/client/connection.ts'
import { webSocketPlatform } from '../shared/client/wire.ts'
import type { WebSocketClass } from '../shared/client/wire.ts'
import { connect, LostError, RefusedError } from './client.ts'
import type { Connection, State } from './client.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

interface Peer {
  readonly url: string
  readonly http: Server
  /** Requests as they came, oldest first. */
  readonly requests: IncomingMessage[]
}

/** A WebSocket server that takes the view asked for, and does as told with each connection. */
async function serve(onConnection: (socket: WebSocket, request: IncomingMessage) => void): Promise<Peer> {
  const http = createServer()
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => [...offered].find((name) => !name.includes('bearer')) ?? false,
  })
  const requests: IncomingMessage[] = []
  sockets.on('connection', (socket, request) => {
    requests.push(request)
    socket.on('error', () => {})
    onConnection(socket, request)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  cleanups.push(() => {
    for (const socket of sockets.clients) socket.terminate()
    http.closeAllConnections()
    http.close()
  })
  return { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/pong`, http, requests }
}

const echo = (socket: WebSocket) =>
  void socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))

async function next<T>(messages: AsyncIterable<T>): Promise<T> {
  for await (const message of messages) return message
  throw new Error('no more messages')
}

// The class of `ws` has the interface of the browsers' class, so the browser's half runs here for real.
const browserLike = webSocketPlatform(WebSocket as unknown as WebSocketClass)
const connectLikeBrowser: typeof connect = (url, options) => connectOver(browserLike, url, options)

describe.each([
  ['node', connect],
  ['browser', connectLikeBrowser],
])('%s', (platform, dial) => {
  test('text stays text, bytes stay bytes, in order', async () => {
    const { url } = await serve(echo)
    const connection = await dial(url)
    await connection.send('hällo')
    await connection.send(Uint8Array.of(1, 255))
    await connection.send('')
    expect(await next(connection)).toBe('hällo')
    expect(await next(connection)).toEqual(Uint8Array.of(1, 255))
    expect(await next(connection)).toBe('')
    expect(await connection.close(4000, 'done')).toEqual({ code: 4000, reason: 'done', error: null })
    expect(connection.state).toBe('closed')
  })

  test.each(['json', 'cbor'] as const)('the view %s is asked for and spoken', async (view) => {
    const { url, requests } = await serve(echo)
    const connection = await dial(url, { view })
    expect(requests[0]!.headers['sec-websocket-protocol']).toBe(`sockgate.${view}`)
    await connection.send({ utype: 7, payload: 'x' })
    expect(await next(connection)).toMatchObject({ mtype: 2, utype: 7, payload: Uint8Array.of(0x78), text: 'x' })
    await connection.close()
  })

  test('closing at once with a request id is a refusal, and tells the id once', async () => {
    const { url } = await serve((socket) => socket.close(4404, 'There is no service "pongg". Request id k3f-1'))
    const origin = platform === 'node' ? { origin: 'http://page' } : {}
    const error = await dial(url, { ...origin, reconnect: true }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ code: 4404, causeCode: 'no-service', retry: false, status: null, requestId: 'k3f-1' })
    expect((error as Error).message).toBe('refused (4404 no-service): there is no service "pongg". Request id k3f-1.')
  })

  test.each([
    [1011, 'The service sent a malformed frame'],
    [1012, ''],
    [4404, 'There is no service "pongg"'],
  ])('closing at once with %i %j is a loss', async (code, reason) => {
    const { url } = await serve((socket) => socket.close(code, reason))
    const origin = platform === 'node' ? { origin: 'http://page' } : {}
    const { closed } = await dial(url, origin)
    expect((await closed).error).toMatchObject({ name: 'LostError', code })
  })

  test('a request id after a message, however soon, is no refusal', async () => {
    const { url } = await serve((socket) => socket.send('one', () => socket.close(1011, 'No. Request id k3f-1')))
    const origin = platform === 'node' ? { origin: 'http://page' } : {}
    const { closed } = await dial(url, origin)
    expect((await closed).error).toMatchObject({ name: 'LostError', requestId: 'k3f-1' })
  })

  test('a refusal that comes late, before any message, is still one', async () => {
    let peer: WebSocket | undefined
    const { url } = await serve((socket) => (peer = socket))
    const origin = platform === 'node' ? { origin: 'http://page' } : {}
    const { closed } = await dial(url, { ...origin, reconnect: true })
    peer!.close(4404, 'There is no service "x". Request id k3f-1')
    expect((await closed).error).toMatchObject({ name: 'RefusedError', reason: 'There is no service "x"' })
  })

  test('comes back when the service ended and is down for a while, until we close', async () => {
    let visits = 0
    const { url, http } = await serve((socket) => {
      visits++
      if (visits === 1) socket.send('hello 1', () => socket.close(1000, 'the service ended the connection'))
      else socket.send('hello 2')
    })
    const upgrade = http.listeners('upgrade')[0] as (...args: unknown[]) => void
    let tries = 0
    http.removeAllListeners('upgrade')
    // Down before the first opening, and without a socket of its own after it.
    http.on('upgrade', (...args) => {
      const answer = ['502 Bad Gateway', '', '404 Not Found'][tries++]
      if (!answer) return upgrade(...args)
      const body = answer.startsWith('404') ? '{"code":"no-service"}' : '{"code":"upstream-refused"}'
      args[1].end(`HTTP/1.1 ${answer}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
    })
    const causes: unknown[] = []
    const connection = await dial(url, {
      reconnect: { initialMs: 1, maxMs: 2 },
      onState: (state) => state.type === 'reconnecting' && causes.push((state.error as RefusedError).causeCode),
    })
    expect(await next(connection)).toBe('hello 1')
    expect(await next(connection)).toBe('hello 2')
    const told =
      platform === 'node' ? ['upstream-refused', 'service-ended', 'no-service'] : [null, 'service-ended', null]
    expect(causes).toEqual(told)
    expect(await connection.close()).toEqual({ code: 1000, reason: '', error: null })
    expect({ visits, tries }).toEqual({ visits: 2, tries: 4 })
  })

  test('does not come back from another 1000, nor from that one unless asked to', async () => {
    const reasons = ['bye', 'the service ended the connection']
    const { url } = await serve((socket) => socket.close(1000, reasons.shift()))
    expect(await (await dial(url, { reconnect: true })).closed).toEqual({ code: 1000, reason: 'bye', error: null })
    expect(await (await dial(url)).closed).toMatchObject({ code: 1000, error: null })
  })

  test('the view is read from the address and the sub-protocol', async () => {
    const { url } = await serve(echo)
    for (const asked of [`${url}.JSON`, `${url}?view=json`]) {
      const connection = await dial<'json'>(asked)
      expect({ view: connection.view, protocol: connection.protocol }).toEqual({ view: 'json', protocol: '' })
      await connection.send({ utype: 7, payload: 'x' })
      expect(await next(connection)).toMatchObject({ utype: 7, text: 'x' })
      await connection.close()
    }
    const connection = await dial<'cbor'>(url, { subprotocols: ['sockgate.cbor'] })
    expect(connection.view).toBe('cbor')
    await connection.close()
  })

  test('breaking off is a loss, told by the loop and by closed', async () => {
    const { url } = await serve((socket) => socket.send('one', () => socket.terminate()))
    const connection = await dial(url)
    const got: unknown[] = []
    const loop = (async () => {
      for await (const message of connection) got.push(message)
    })()
    await expect(loop).rejects.toThrow(LostError)
    expect(got).toEqual(['one'])
    const { code, error } = await connection.closed
    expect({ code, retry: error?.retry }).toEqual({ code: 1006, retry: true })
    await expect(connection.send('x')).rejects.toThrow('not open')
  })

  test('the server may end it well', async () => {
    const { url } = await serve((socket) => socket.send('one', () => socket.close(1000, 'bye')))
    const connection = await dial(url)
    const got: unknown[] = []
    for await (const message of connection) got.push(message)
    expect(got).toEqual(['one'])
    expect(await connection.closed).toEqual({ code: 1000, reason: 'bye', error: null })
  })

  test('comes back after a loss, and not after an ending that cannot mend', async () => {
    let count = 0
    const { url } = await serve((socket) => {
      count++
      socket.send(`hello ${count}`, () => (count < 3 ? socket.close(1012) : socket.close(4410)))
    })
    const states: State[] = []
    const connection = await dial(url, {
      reconnect: { initialMs: 20, maxMs: 40 },
      onState: (state) => states.push(state),
    })
    const got: unknown[] = []
    connection.onMessage((message) => got.push(message))
    const { error } = await connection.closed
    expect(got).toEqual(['hello 1', 'hello 2', 'hello 3'])
    expect(error).toMatchObject({ code: 4410, causeCode: 'killed', retry: false })
    expect(states.map(({ type }) => type)).toEqual(['open', 'reconnecting', 'open', 'reconnecting', 'open', 'closed'])
    expect(states[1]).toMatchObject({ attempt: 1, error: { causeCode: 'draining' } })
  })

  test('gives up after as many attempts as allowed, with the last failure', async () => {
    const unused = createTcpServer().listen(0, '127.0.0.1')
    await once(unused, 'listening')
    const { port } = unused.address() as AddressInfo
    await new Promise((resolve) => unused.close(resolve))
    const states: string[] = []
    const attempt = dial(`ws://127.0.0.1:${port}/x`, {
      reconnect: { initialMs: 1, maxMs: 2, attempts: 3 },
      onState: (state) => states.push(state.type),
    })
    await expect(attempt).rejects.toThrow(RefusedError)
    expect(states).toEqual(['reconnecting', 'reconnecting', 'reconnecting', 'closed'])
  })

  test('a server that never answers is given up in time', async () => {
    const sockets = new Set<Socket>()
    const silent = createTcpServer((socket) => void sockets.add(socket.on('error', () => {}))).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
    const { port } = silent.address() as AddressInfo
    const error = await dial(`ws://127.0.0.1:${port}/x`, { connectTimeoutMs: 50 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'RefusedError', reason: 'No answer within 0.05 s', retry: true })
  })

  test('a signal gives up connecting, and closes what is open', async () => {
    const early = AbortSignal.abort(new Error('no longer wanted'))
    await expect(dial('ws://127.0.0.1:1/x', { signal: early })).rejects.toThrow('no longer wanted')
    const { url } = await serve(echo)
    const controller = new AbortController()
    const connection = await dial(url, { signal: controller.signal })
    controller.abort()
    expect(await connection.closed).toMatchObject({ code: 1000, error: null })
  })

  test('a server that does not read holds senders up, and too much in waiting is refused', async () => {
    let peer: WebSocket | undefined
    const got: number[] = []
    const { url } = await serve((socket) => {
      peer = socket
      socket.pause()
      socket.on('message', (data: Buffer) => got.push(data.readUInt32BE(0)))
    })
    const connection = await dial(url, { maxBufferedBytes: 1024 * 1024 })
    const block = (n: number) => {
      const bytes = new Uint8Array(512 * 1024)
      new DataView(bytes.buffer).setUint32(0, n)
      return bytes
    }
    const sends = Array.from({ length: 40 }, (_, n) => connection.send(block(n)))
    let handedOver = 0
    for (const send of sends) void send.then(() => handedOver++).catch(() => {})
    const outcome = Promise.allSettled(sends)
    await expect(sends.at(-1)).rejects.toThrow('waiting to be sent already')
    await setImmediate()
    const before = handedOver
    peer!.resume()
    const sent = (await outcome).filter(({ status }) => status === 'fulfilled').length
    expect(sent).toBeGreaterThan(before)
    await connection.close()
    expect(got).toEqual(Array.from({ length: sent }, (_, n) => n))
  })

  test('what is malformed for the view ends the connection', async () => {
    let closed: Promise<unknown[]> | undefined
    const { url } = await serve((socket) => {
      closed = once(socket, 'close')
      socket.send('{"utype":999,"payload":""}')
    })
    const connection = await dial(url, { view: 'json' })
    const { error } = await connection.closed
    expect(error).toMatchObject({ name: 'LostError', code: 4400, retry: false })
    expect(error?.reason).toContain('"utype" must be a whole number')
    expect((await closed!)[0]).toBe(4400)
  })

  test('close waits for the other side only so long', async () => {
    const { url } = await serve((socket) => socket.pause())
    const connection = await dial(url, { closeTimeoutMs: 50 })
    expect(await connection.close()).toMatchObject({ code: 1006, error: null })
  })

  test('bad arguments are refused in words', async () => {
    const { url } = await serve(echo)
    const connection = await dial(url, { view: 'json' })
    await expect(connection.send({ utype: 256, payload: '' })).rejects.toThrow('0 to 255')
    expect(() => connection.close(1005)).toThrow('may not be sent')
    expect(() => connection.close(1000, 'é'.repeat(62))).toThrow('123 bytes')
    expect(connection.state).toBe('open')
    await connection.close()
  })
})

test('the token travels as a header in node, and as a sub-protocol beside the view in browsers', async () => {
  const { url, requests } = await serve(echo)
  await (await connect(url, { token: 's3cret', headers: { 'X-One': ['a', 'b'] } })).close()
  expect(requests[0]!.headers).toMatchObject({ authorization: 'Bearer s3cret', 'x-one': 'a, b' })
  const connection = await connectLikeBrowser(url, { token: 's3cret' })
  expect(requests[1]!.headers['sec-websocket-protocol']).toBe('sockgate.payload,sockgate.bearer.s3cret')
  expect(connection.protocol).toBe('sockgate.payload')
  await connection.close()
  await expect(connectLikeBrowser(url, { token: 'a b' })).rejects.toThrow('A sub-protocol (or a token')
  await expect(connectLikeBrowser(url, { origin: 'http://x' })).rejects.toThrow('"origin"')
})

test('without an origin, no close is a refusal', async () => {
  const { url } = await serve((socket) => socket.close(4403, 'Rule 3 denies this. Request id k3f-1'))
  const { closed } = await connect(url)
  expect((await closed).error).toMatchObject({ name: 'LostError', code: 4403 })
})

test('a token given as a sub-protocol is in no error', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false })
  await once(sockets, 'listening')
  cleanups.push(() => sockets.close())
  const { port } = sockets.address() as AddressInfo
  const subprotocols = ['chat', 'sockgate.bearer.s3~cr.et']
  const error = await connect(`ws://127.0.0.1:${port}`, { subprotocols }).catch((thrown: unknown) => thrown)
  const { message, reason } = error as RefusedError
  expect(reason).toBe('The server knows none of the sub-protocols asked for (chat, sockgate.bearer.[redacted])')
  expect(message).not.toContain('s3')
})

test('a refusal by status carries the problem body', async () => {
  const peer = await serve(echo)
  const problem = {
    type: 'about:blank',
    title: 'Denied by policy',
    status: 403,
    detail: 'Rule 3 denies pong to 127.0.0.1',
    code: 'policy-denied',
    requestId: 'k3f-1',
  }
  peer.http.removeAllListeners('upgrade')
  peer.http.on('upgrade', (_request, socket) => {
    const body = JSON.stringify(problem)
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
  })
  const error = await connect(peer.url, { reconnect: true }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ status: 403, code: 4403, causeCode: 'policy-denied', retry: false, problem })
  expect((error as Error).message).toBe(
    'refused (403 policy-denied): rule 3 denies pong to 127.0.0.1. Request id k3f-1.',
  )
})

test('a refusal by status without a body, or with one that never ends, is still a refusal', async () => {
  const peer = await serve(echo)
  peer.http.removeAllListeners('upgrade')
  peer.http.on('upgrade', (request, socket) => {
    socket.on('error', () => {})
    if (request.url === '/endless') socket.write(`HTTP/1.1 503 Busy\r\n\r\n${'x'.repeat(200_000)}`)
    else socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n')
  })
  await expect(connect(peer.url)).rejects.toMatchObject({ status: 502, retry: true, reason: 'Bad Gateway' })
  const endless = connect(new URL('/endless', peer.url))
  await expect(endless).rejects.toMatchObject({ status: 503, problem: null })
})

test('what fails before HTTP is told in words', async () => {
  await expect(connect('ws+unix:///nowhere/x.sock:/pong')).rejects.toMatchObject({
    message: 'refused: there is no socket at /nowhere/x.sock.',
    retry: true,
  })
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false })
  await once(sockets, 'listening')
  cleanups.push(() => sockets.close())
  const { port } = sockets.address() as AddressInfo
  await expect(connect(`ws://127.0.0.1:${port}`, { view: 'json' })).rejects.toMatchObject({
    reason: 'The server knows none of the sub-protocols asked for (sockgate.json)',
    retry: false,
  })
})

test('node holds the server up while nobody reads', async () => {
  const total = 128
  const peers: WebSocket[] = []
  const { url } = await serve((socket) => {
    peers.push(socket)
    for (let n = 0; n < total; n++) socket.send(Buffer.alloc(256 * 1024, n))
  })
  const connection = await connect(url, { maxBufferedBytes: 1024 * 1024 })
  for (let n = 0; n < 3; n++) await readAll(await connect(url), total) // more than the time it would have taken
  expect(peers[0]!.bufferedAmount).toBeGreaterThan(0)
  await readAll(connection, total)
  expect(peers[0]!.bufferedAmount).toBe(0)
})

async function readAll(connection: Connection, total: number): Promise<void> {
  let count = 0
  for await (const message of connection) {
    expect((message as Uint8Array)[0]).toBe(count++)
    if (count === total) break
  }
  await connection.close()
}

test('browsers, which cannot hold the server up, end a connection that nobody reads', async () => {
  const { url } = await serve((socket) => {
    for (let n = 0; n < 8; n++) socket.send(Buffer.alloc(256 * 1024))
  })
  const connection = await connectLikeBrowser(url, { maxBufferedBytes: 1024 * 1024 })
  expect((await connection.closed).error).toMatchObject({ code: 4413, retry: false })
})

test('pings are measured, and two without an answer end the connection as lost', async () => {
  const { url } = await serve(echo)
  const connection = await connect(url)
  expect(await connection.ping()).toBeGreaterThan(0)
  await connection.close()
  const mute = await serve((socket) => socket.pause())
  const unanswered = await connect(mute.url, { pingIntervalMs: 10 })
  const { error } = await unanswered.closed
  expect(error).toMatchObject({ code: 1006, reason: 'No answer to pings for 0.02 s', retry: true })
  await expect((await connectLikeBrowser(url)).ping()).rejects.toThrow('Browsers')
})

test('a message above the limit is named', async () => {
  const { url } = await serve((socket) => socket.send(Buffer.alloc(2000)))
  const connection = await connect(url, { maxMessageBytes: 1000 })
  expect((await connection.closed).error).toMatchObject({
    code: 1009,
    reason: 'A message came that is longer than 1000 bytes',
  })
})
