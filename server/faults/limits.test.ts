import { Buffer } from 'node:buffer'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { codecNamed } from '../codecs/index.ts'
import { clientFrame, connectClient, RawClient } from '../testing/clients.ts'
import { Gate, type GateOptions } from '../testing/gate.ts'
import type { ServiceProcess } from '../testing/service.ts'

/** Every limit, just kept and just broken. */

const frame = (payload: Buffer): Buffer => codecNamed('length32').encode({ type: 2, utype: 0, payload })

describe('the longest message', () => {
  let gate: Gate
  let service: ServiceProcess

  beforeAll(async () => {
    gate = await Gate.start({
      maxMessageBytes: 1000,
      entries: {
        message: { target: 'unix:service', codec: 'length32' },
        more: { target: 'unix:service', codec: 'length32', maxMessageBytes: 2000 },
        stream: { target: 'unix:service', codec: 'raw' },
      },
    })
    service = await gate.service('service', 'reader')
  })

  afterAll(() => gate.close())

  const over = [
    ['in one frame', (n: number) => [clientFrame(2, Buffer.alloc(n))]],
    [
      'in fragments',
      (n: number) => [clientFrame(2, Buffer.alloc(500), { fin: false }), clientFrame(0, Buffer.alloc(n - 500))],
    ],
  ] as const

  describe.each([
    ['message', 1000],
    ['message?view=packet', 1000],
    ['more', 2000],
  ])('of a client for %s', (path, limit) => {
    test.each(over)('%s', async (_, framesOf) => {
      const client = await RawClient.open(`${gate.url}/${path}`)
      const [id, peer] = [await gate.opened(), await service.accepted()]
      const packet = path.endsWith('packet')
      const head = packet ? frame(Buffer.alloc(limit - 4)).subarray(0, 4) : Buffer.alloc(0)
      const good = packet ? [clientFrame(2, Buffer.concat([head, Buffer.alloc(limit - 4)]))] : framesOf(limit)
      client.socket.write(Buffer.concat(good))
      const size = packet ? limit : limit + 4
      await peer.received(size)
      client.socket.write(Buffer.concat(framesOf(limit + 1)))
      const { code, reason } = await client.closing()
      expect([code, reason]).toEqual([1009, `a message of more than ${limit} bytes, which is the limit`])
      client.socket.end()
      expect(await gate.ending(id)).toMatchObject({ cause: 'client-too-large', close: 1009 })
      await peer.ended
      expect(peer.bytes).toHaveLength(size)
    })
  })

  test.each([
    ['message', 1000],
    ['message?view=json', 1000],
    ['more', 2000],
  ])('of a service, for %s', async (path, limit) => {
    const client = await connectClient(`${gate.url}/${path}`)
    const [id, peer] = [await gate.opened(), await service.accepted()]
    await peer.write(frame(Buffer.alloc(limit, 'x')))
    expect((await client.next()).data.includes('x'.repeat(limit))).toBe(true)
    await peer.write(frame(Buffer.alloc(limit + 1)))
    expect((await client.closed).code).toBe(1009)
    expect(client.waiting).toHaveLength(0)
    expect(await gate.ending(id)).toMatchObject({ cause: 'service-too-large', close: 1009 })
  })

  test.each(['stream', 'stream?text=1', 'stream?view=json'])('a stream is cut to it: %s', async (path) => {
    const client = await connectClient(`${gate.url}/${path}`)
    const peer = await service.accepted()
    await peer.write(Buffer.alloc(2500, 'x'))
    let left = 2500
    while (left > 0) {
      const { data } = await client.next()
      const size = path.endsWith('json') ? data.toString().split('x').length - 1 : data.length
      expect(size).toBeLessThanOrEqual(1000)
      left -= size
    }
    expect(left).toBe(0)
    client.ws.close()
    await client.closed
    await gate.opened()
  })
})

const gates: Gate[] = []
afterEach(() => Promise.all(gates.splice(0).map((gate) => gate.close())))

async function start(options: GateOptions): Promise<{ gate: Gate; service: ServiceProcess }> {
  const entries = {
    message: { target: 'unix:service', codec: 'length32' },
    apart: { target: 'unix:service', codec: 'libipc' },
    stream: { target: 'unix:service', codec: 'raw' },
  }
  const gate = await Gate.start({ entries, ...options })
  gates.push(gate)
  return { gate, service: await gate.service('service', 'manual') }
}

test('one byte at a time as a raw stream, at the smallest limit', async () => {
  const { gate, service } = await start({ maxMessageBytes: 1 })
  const client = await connectClient(`${gate.url}/stream`)
  const peer = await service.accepted()
  await peer.write('abc'.repeat(1000))
  expect((await client.texts(3000)).join('')).toBe('abc'.repeat(1000))
})

describe('time for the handshake', () => {
  test.each([
    ['nothing', ''],
    ['half a request', 'GET /stream HTTP/1.1\r\nHost: '],
  ])('a client that sends %s is closed', async (_, bytes) => {
    const { gate } = await start({ handshakeTimeoutMs: 150 })
    const client = await RawClient.dial(gate.url)
    client.socket.write(bytes)
    const answer = (await client.rest()).toString()
    expect(answer).toMatch(bytes === '' ? /^$|^HTTP\/1.1 408 / : /^HTTP\/1.1 408 /)
    client.socket.destroy()
  })
})

describe('idle time', () => {
  test('no message either way: 4408, which pings and pongs do not put off', async () => {
    const { gate } = await start({ idleTimeoutMs: 300, timerMs: 20 })
    const client = await connectClient(`${gate.url}/message`)
    const id = await gate.opened()
    expect(await client.closed).toEqual({ code: 4408, reason: 'no message for 300 ms' })
    expect(await gate.ending(id)).toMatchObject({ cause: 'idle-timeout' })
  })

  test.each([
    ['client', clientFrame(2, Buffer.from('half'), { fin: false }), ''],
    ['service', Buffer.alloc(0), '\0\0\0\x08half'],
  ])('inside a message of the %s: 1008', async (_, up, down) => {
    const { gate, service } = await start({ idleTimeoutMs: 200 })
    const client = await RawClient.open(`${gate.url}/message`)
    const peer = await service.accepted()
    client.socket.write(up)
    await peer.write(down)
    expect(await client.closing()).toEqual({ code: 1008, reason: 'a message was not complete after 200 ms' })
    client.socket.destroy()
  })
})

describe('bytes that wait', () => {
  const KIB = 1024
  const options = { maxBufferedBytes: 64 * KIB, stallTimeoutMs: 400, timerMs: 0 }
  /** One read may come on top. */
  const MOST = options.maxBufferedBytes + 66 * KIB

  test.each(['stream', 'stream?view=json', 'message'])(
    'a client that does not read is waited for, then closed: %s',
    async (path) => {
      const { gate, service } = await start(options)
      const client = await RawClient.open(`${gate.url}/${path}`)
      client.socket.pause()
      const [id, peer] = [await gate.opened(), await service.accepted()]
      if (path === 'message') await peer.write(Buffer.from('00f00000', 'hex'))
      peer.flood(10_000_000_000)
      const rss = process.memoryUsage.rss()
      let most = 0
      let taken = 0
      const { ending, paused } = await gate.until(id, ({ state, queued }) => {
        most = Math.max(most, queued.toClient)
        void peer.taken().then((bytes) => (taken = Math.max(bytes, taken)))
        return state !== 'open'
      })
      expect(ending).toMatchObject({ code: 'slow-client', close: 1013, detail: 'the client read nothing for 400 ms' })
      // The json view doubles what it quotes at most.
      expect(most).toBeLessThanOrEqual(path.endsWith('json') ? 2 * MOST : MOST)
      expect(taken).toBeLessThan(32 * KIB * KIB)
      expect(process.memoryUsage.rss() - rss).toBeLessThan(64 * KIB * KIB)
      expect(paused.service).toBeGreaterThanOrEqual(400)
      expect(peer.isFlooded).toBe(false)
      client.socket.destroy()
      await peer.closed
    },
  )

  test.each(['stream', 'message', 'apart', 'message?view=json'])('a service that does not read: %s', async (path) => {
    const { gate } = await start(options)
    const client = await RawClient.open(`${gate.url}/${path}`)
    const id = await gate.opened()
    const json = path.endsWith('json')
    const message = json
      ? clientFrame(1, Buffer.from(`{"payload":"${'x'.repeat(8000)}"}`))
      : clientFrame(2, Buffer.alloc(8000))
    const pushing = push(client, message)
    let most = 0
    const { paused } = await gate.until(id, ({ state, queued }) => {
      most = Math.max(most, queued.toService)
      return state !== 'open'
    })
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(MOST)
    expect(paused.client).toBeGreaterThanOrEqual(400)
    expect(await client.closing()).toEqual({ code: 1013, reason: 'the service read nothing for 400 ms' })
    client.socket.destroy()
    await pushing
    expect(await gate.ending(id)).toMatchObject({ cause: 'slow-service', close: 1013 })
  })

  test('a client that pings and does not read the answers', async () => {
    const { gate } = await start(options)
    const client = await RawClient.open(`${gate.url}/stream`)
    const id = await gate.opened()
    client.socket.pause()
    const pushing = push(client, Buffer.concat(Array.from({ length: 500 }, () => clientFrame(9, Buffer.alloc(125)))))
    const { ending, queued } = await gate.until(id, ({ state }) => state !== 'open')
    expect(ending?.code).toBe('rate-exceeded') // long before that many answers wait
    expect(queued.toClient).toBeLessThanOrEqual(MOST)
    client.socket.destroy()
    await pushing
  })

  test('a smaller limit from the file does not stop those for which a larger one was set', async () => {
    const { gate, service } = await start({ maxBufferedBytes: 1024 * KIB })
    const client = await RawClient.open(`${gate.url}/apart`)
    const peer = await service.accepted()
    gate.reload({ maxBufferedBytes: 1 * KIB })
    for (let i = 0; i < 100; i++) client.socket.write(clientFrame(2, Buffer.alloc(8000)))
    await gate.handled()
    peer.read()
    expect(await peer.received(100 * 8006)).toHaveLength(100 * 8006)
    client.socket.destroy()
  })
})

/** Sends as fast as it is taken until the connection is gone. */
async function push({ socket }: RawClient, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(bytes));
    }
    socket.on('drain', more).once('close', resolve)
    more()
  })
}
