import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { deflateRawSync } from 'node:zlib'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import {
  clientFrame,
  connectClient,
  handshake,
  RawClient,
  type ClientOptions,
  type TestClient,
} from '../testing/clients.ts'
import { Gate, type GateOptions } from '../testing/gate.ts'
import type { Peer, ServiceProcess } from '../testing/service.ts'

/** Clients that negotiated permessage-deflate (RFC 7692), through the whole gateway. */

const MIB = 1 << 20
const COMPRESSED = 0x40
const EXTENSION = { 'Sec-WebSocket-Extensions': 'permessage-deflate' }
const entry = (target: string, codec: string) => ({
  target: `unix:${target}`,
  codec,
  barrier: false,
  compression: true,
})
const ENTRIES = {
  plain: { target: 'unix:echo', codec: 'raw' },
  raw: entry('echo', 'raw'),
  length32: entry('echo', 'length32'),
  line: entry('echo', 'line'),
  libipc: entry('echo', 'libipc'),
  apart: { ...entry('reader', 'libipc'), barrier: true },
  reader: entry('reader', 'raw'),
  framed: entry('reader', 'length32'),
  manual: entry('manual', 'raw'),
}

/** A gate with all the services above. */
class Rig {
  readonly gate: Gate
  readonly reader: ServiceProcess
  readonly manual: ServiceProcess

  constructor(gate: Gate, reader: ServiceProcess, manual: ServiceProcess) {
    this.gate = gate
    this.reader = reader
    this.manual = manual
  }

  static async start(options: GateOptions = {}): Promise<Rig> {
    const gate = await Gate.start({ entries: ENTRIES, ...options })
    const [reader, manual] = await Promise.all([
      gate.service('reader', 'reader'),
      gate.service('manual', 'manual'),
      gate.service('echo', 'echo'),
    ])
    return new Rig(gate, reader, manual)
  }

  async connect(path: string, options: ClientOptions = {}): Promise<{ client: TestClient; id: string }> {
    const client = await connectClient(`${this.gate.url}/${path}`, { perMessageDeflate: true, ...options })
    return { client, id: await this.gate.opened() }
  }

  async read(path: 'reader' | 'framed'): Promise<{ client: TestClient; id: string; peer: Peer }> {
    const [opened, peer] = [await this.connect(path), await this.reader.accepted()]
    return { ...opened, peer }
  }

  /** A client that writes frames as it likes. */
  async raw(path: string): Promise<{ client: RawClient; id: string }> {
    const client = await RawClient.open(`${this.gate.url}/${path}`, EXTENSION)
    return { client, id: await this.gate.opened() }
  }
}

/** A message as `ws` compresses it: without the last four bytes (RFC 7692, 7.2.1). */
function deflated(data: Uint8Array): Buffer {
  return deflateRawSync(data, { finishFlush: 2 }).subarray(0, -4)
}

async function bytes(client: TestClient, count: number): Promise<Buffer> {
  const all: Buffer[] = []
  for (let got = 0; got < count;) {
    const { data } = await client.next()
    all.push(data)
    got += data.length
  }
  return Buffer.concat(all)
}

function lengthFramed(text: string): Buffer {
  const frame = Buffer.alloc(4 + Buffer.byteLength(text))
  frame.writeUInt32BE(frame.length - 4)
  frame.write(text, 4)
  return frame
}

let rig: Rig
const rigs: Rig[] = []

async function own(options: GateOptions): Promise<Rig> {
  const made = await Rig.start(options)
  rigs.push(made)
  return made
}

beforeAll(async () => {
  rig = await Rig.start({ maxMessageBytes: 2 * MIB })
})
afterEach(() => Promise.all(rigs.splice(0).map(({ gate }) => gate.close())))
afterAll(() => rig.gate.close())

describe('negotiation', () => {
  test.each([
    ['raw', true, 'permessage-deflate'],
    ['raw', false, ''],
    ['plain', true, ''],
  ])('%s, client offers: %s', async (path, perMessageDeflate, extensions) => {
    const { client } = await rig.connect(path, { perMessageDeflate })
    expect(client.ws.extensions).toBe(extensions)
    expect(await client.echoes('x'.repeat(5000))).toBe(true)
    client.ws.close()
  })

  test.each([
    ['permessage-deflate; client_max_window_bits', true],
    ['x-other, permessage-deflate; server_max_window_bits=10; client_no_context_takeover', true],
    ['permessage-deflate; server_max_window_bits=10, permessage-deflate', true],
    ['permessage-deflate; server_max_window_bits=7', false],
    ['permessage-deflate; unheard_of', false],
    ['x-permessage-deflate', false],
  ])('offer %s: %s', async (offer, accepted) => {
    const client = await RawClient.dial(rig.gate.url)
    client.socket.write(handshake(rig.gate.host, '/length32', { 'Sec-WebSocket-Extensions': offer }))
    const head = await client.head()
    expect(head).toMatch(/^HTTP\/1.1 101 /)
    expect(head.includes('Sec-WebSocket-Extensions: permessage-deflate')).toBe(accepted)
    client.socket.write(clientFrame(2, Buffer.from('plain')))
    expect((await client.frame()).payload.toString()).toBe('plain')
    const id = await rig.gate.opened()
    client.socket.destroy()
    await rig.gate.ending(id)
  })

  test('what is compressible travels compressed', async () => {
    const { client } = await rig.raw('length32')
    const text = Buffer.alloc(20_000, 'abc')
    client.socket.write(clientFrame(2, deflated(text), { reserved: COMPRESSED }))
    const { payload } = await client.frame()
    expect(payload.length).toBeLessThan(500)
    client.socket.destroy()
  })
})

describe('messages', () => {
  const payloads = {
    small: Buffer.from('hello'),
    empty: Buffer.alloc(0),
    noise: randomBytes(MIB),
    zeros: Buffer.alloc(MIB),
  }

  test.each(['length32', 'libipc', 'line', 'raw'])('come back as they went: %s', async (codec) => {
    const { client } = await rig.connect(codec)
    for (const [name, payload] of Object.entries(payloads)) {
      if (codec === 'raw' && name === 'empty') continue // no borders, so no empty message
      const data = codec === 'line' ? Buffer.from(payload.map((byte) => (byte === 10 ? 11 : byte))) : payload
      client.send(data)
      const back = codec === 'raw' ? await bytes(client, data.length) : (await client.next()).data
      expect(back.equals(data), name).toBe(true)
    }
    client.ws.close()
  })

  test('text, in and out', async () => {
    const { client } = await rig.connect('length32?text=1')
    const text = 'grün ✓ '.repeat(1000)
    client.send(text)
    expect(await client.next()).toEqual({ data: Buffer.from(text), text: true })
    client.ws.close()
  })

  test('the json view', async () => {
    const { client } = await rig.connect('libipc?view=json')
    const payload = 'word '.repeat(1000)
    client.send(JSON.stringify({ mtype: 2, utype: 7, payload }))
    const { data, text } = await client.next()
    expect([text, JSON.parse(data.toString())]).toEqual([true, { mtype: 2, utype: 7, payload }])
    client.ws.close()
  })

  test('in fragments, compressed and not, with a ping between', async () => {
    const { client } = await rig.connect('length32')
    for (const compress of [true, false]) {
      client.ws.send(Buffer.alloc(3000, 'a'), { fin: false, compress })
      client.ws.send(Buffer.alloc(3000, 'b'), { fin: false, compress })
      client.ws.ping('between')
      client.ws.send(Buffer.alloc(3000, 'c'), { fin: true, compress })
      const [answer] = await once(client.ws, 'pong')
      const { data } = await client.next()
      expect([String(answer), data.toString()]).toEqual([
        'between',
        ['a', 'b', 'c'].map((c) => c.repeat(3000)).join(''),
      ])
    }
    client.ws.close()
  })

  test('many in one read of the service come out in order, large and small mixed', async () => {
    const { client, peer } = await rig.read('framed')
    const texts = Array.from({ length: 300 }, (_, i) => `${i} ${'.'.repeat(i % 7 === 0 ? 3000 : 3)}`)
    await peer.write(Buffer.concat(texts.map(lengthFramed)))
    expect(await client.texts(300)).toEqual(texts)
    client.ws.close()
  })

  test('many from the client reach the service in order', async () => {
    const { client, peer } = await rig.read('framed')
    const texts = Array.from({ length: 300 }, (_, i) => `${i} ${'.'.repeat(i % 7 === 0 ? 3000 : 3)}`)
    for (const text of texts) client.send(text)
    const all = Buffer.concat(texts.map(lengthFramed))
    expect((await peer.received(all.length)).equals(all)).toBe(true)
    client.ws.close()
  })

  test('a service that needs a read for each frame gets it', async () => {
    const { client } = await rig.connect('apart')
    const peer = await rig.reader.accepted()
    for (let i = 0; i < 5; i++) client.send(Buffer.alloc(2000, i))
    await peer.received(5 * 2000)
    while (peer.chunks.length < 5) await peer.received(peer.bytes.length + 1)
    expect(new Set(peer.chunks.map((chunk) => chunk.length)).size).toBe(1)
    client.ws.close()
  })
})

describe('the end', () => {
  test('of the service: 1000, behind all it said', async () => {
    const { client, id, peer } = await rig.read('framed')
    await peer.write(lengthFramed('bye'.repeat(1000)))
    peer.end()
    expect((await client.next()).data.toString()).toBe('bye'.repeat(1000))
    expect((await client.closed).code).toBe(1000)
    expect(await rig.gate.ending(id)).toMatchObject({ cause: 'service-ended', close: 1000 })
  })

  test('by an administrator: 4410, in his words', async () => {
    const { client, id, peer } = await rig.read('reader')
    await rig.gate.api('DELETE', `/connections/${id}`, { reason: 'maintenance' })
    expect(await client.closed).toEqual({ code: 4410, reason: 'maintenance' })
    expect(await rig.gate.ending(id)).toEqual({ cause: 'killed', close: 4410, detail: 'maintenance' })
    await peer.closed
  })

  test.each([
    [4321, 'enough', 4321, 'enough'],
    [1000, '', 1000, 'the client closed with 1000'],
    [undefined, '', 1005, 'the client closed without a code'],
  ])('by the client with %s %s', async (code, reason, close, detail) => {
    const { client, id, peer } = await rig.read('reader')
    client.send('last words')
    client.ws.close(code, reason)
    expect(await rig.gate.ending(id)).toEqual({ cause: 'client-closed', close, detail })
    expect((await client.closed).code).toBe(close)
    await peer.ended
    expect(peer.bytes.toString()).toBe('last words')
  })

  test('by a client that keeps its socket open: the service is free at once', async () => {
    const { client, id } = await rig.raw('reader')
    const peer = await rig.reader.accepted()
    client.socket.write(clientFrame(8))
    expect((await client.closing()).code).toBe(1005)
    await peer.ended
    client.socket.destroy()
    expect(await rig.gate.ending(id)).toMatchObject({ cause: 'client-closed', close: 1005 })
  })

  test('by draining: 1012', async () => {
    const ending = await own({ drainTimeoutMs: 10_000 })
    const { gate } = ending
    const { client, id } = await ending.connect('reader')
    const drained = gate.app.drain()
    expect((await client.closed).code).toBe(1012)
    expect(await gate.logged({ msg: 'connection closed', id })).toMatchObject({ cause: 'draining', close: 1012 })
    await drained
  })

  test('by a reset inside a message', async () => {
    const { client, id } = await rig.raw('reader')
    const peer = await rig.reader.accepted()
    const frame = clientFrame(2, deflated(randomBytes(50_000)), { reserved: COMPRESSED })
    client.socket.write(frame.subarray(0, 20_000))
    await rig.gate.handled()
    client.socket.resetAndDestroy()
    expect(await rig.gate.ending(id)).toMatchObject({ cause: 'client-lost', close: 1006 })
    await peer.closed
    expect(peer.bytes.length).toBe(0)
  })

  test('by a reset while much is being compressed', async () => {
    const { client, id, peer } = await rig.read('reader')
    client.ws.pause()
    peer.flood(32 * MIB)
    await rig.gate.until(id, ({ queued }) => queued.toClient > 0)
    client.ws.terminate()
    expect((await rig.gate.ending(id)).cause).toBe('client-lost')
    await peer.closed
  })
})

describe('what a client must not do', () => {
  const compressed = (data: Uint8Array, opcode = 2): Buffer =>
    clientFrame(opcode, deflated(data), { reserved: COMPRESSED })
  const bomb = compressed(Buffer.alloc(64 * MIB))

  test.each([
    ['too long a message', compressed(randomBytes(3 * MIB)), 1009, 'client-too-large'],
    ['a message that inflates to 64 MiB', bomb, 1009, 'client-too-large'],
    ['too long a message, not compressed', clientFrame(2, Buffer.alloc(3 * MIB)), 1009, 'client-too-large'],
    ['text that is not UTF-8', compressed(Buffer.alloc(2000, 0xff), 1), 1007, 'client-malformed'],
    [
      'what does not inflate',
      clientFrame(2, Buffer.alloc(200, 0xff), { reserved: COMPRESSED }),
      1007,
      'client-malformed',
    ],
    ['an unmasked frame', clientFrame(2, Buffer.from('x'), { masked: false }), 1002, 'client-protocol'],
    ['a compressed ping', clientFrame(9, Buffer.from('x'), { reserved: COMPRESSED }), 1002, 'client-protocol'],
    ['a reserved bit', clientFrame(2, Buffer.from('x'), { reserved: 0x20 }), 1002, 'client-protocol'],
  ])('%s', async (_, frame, close, cause) => {
    const { client: other } = await rig.connect('length32')
    const { client, id } = await rig.raw('reader')
    const peer = await rig.reader.accepted()
    client.socket.write(frame)
    expect((await client.closing()).code).toBe(close)
    // The service is free at once, though this client keeps its socket open.
    await peer.ended
    client.socket.destroy()
    expect(await rig.gate.ending(id)).toMatchObject({ cause, close })
    expect(peer.bytes.length).toBe(0)
    expect(await other.echoes('still here')).toBe(true)
    other.ws.close()
  })

  test('a bomb is a small message', () => expect(bomb.length).toBeLessThan(70_000))
})

describe('who does not read', () => {
  test.each([MIB, 4096])(
    'a client: the service is held back, then goes on where it was, %i',
    async (maxBufferedBytes) => {
      const slow = await own({ maxBufferedBytes })
      const { gate } = slow
      const { client, id, peer } = await slow.read('reader')
      client.ws.pause()
      const size = 64 * MIB
      peer.flood(size)
      await gate.until(id, ({ paused }) => paused.service > 50)
      expect(await peer.taken()).toBeLessThan(size / 2)
      expect(peer.isFlooded).toBe(false)
      // What it says meanwhile is heard, and pauses nothing for good.
      client.send('a word')
      client.ws.ping('there?')
      await peer.received(6)
      client.ws.resume()
      let got = 0
      while (got < size) got += (await client.next()).data.length
      expect(got).toBe(size)
      client.ws.close()
      await gate.ending(id)
    },
  )

  test('a service: the client is held back, then all arrives in order', async () => {
    const { client, id } = await rig.connect('manual')
    const peer = await rig.manual.accepted()
    const block = randomBytes(MIB)
    for (let i = 0; i < 16; i++) client.send(block)
    await rig.gate.until(id, ({ paused }) => paused.client > 0)
    peer.read()
    const got = await peer.received(16 * MIB)
    for (let i = 0; i < 16; i++) expect(got.subarray(i * MIB, (i + 1) * MIB).equals(block)).toBe(true)
    client.ws.close()
    await rig.gate.ending(id)
  })
})

describe('the timer', () => {
  test('a client that answers stays, and its round trip is known', async () => {
    const quick = await own({ timerMs: 20 })
    const { client, id } = await quick.connect('length32')
    for (let i = 0; i < 5; i++) await once(client.ws, 'ping')
    const info = await quick.gate.until(id, ({ pingMs }) => pingMs !== null)
    expect(info.state).toBe('open')
  })

  test('a client that answers no ping is closed with 4408', async () => {
    const quick = await own({ timerMs: 20 })
    const { client, id } = await quick.connect('length32', { autoPong: false })
    expect((await client.closed).code).toBe(4408)
    expect(await quick.gate.ending(id)).toMatchObject({ cause: 'no-answer', close: 4408 })
  })
})

test('nothing is left when all are gone', async () => {
  expect(await rig.gate.connections('open')).toEqual([])
})
