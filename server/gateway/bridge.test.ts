import { Buffer } from 'node:buffer'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { codecNamed, codecs } from '../codecs/index.ts'
import { clientFrame, connectClient, RawClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'
import { removeTestCa, serverPair } from '../testing/listener-rig.ts'
import type { ServiceProcess } from '../testing/service.ts'

/** Messages there and back, through real sockets, with TLS and without, with the service in another process. */

let gate: Gate
let manual: ServiceProcess
let nested: ServiceProcess

const framed = codecs.filter((codec) => codec.name !== 'raw')
const data = (payload: string | Uint8Array, utype = 0) => ({ type: 2, utype, payload: Buffer.from(payload) })

afterAll(removeTestCa)

describe.each(['ws', 'wss'] as const)('%s', (scheme) => {
  beforeAll(async () => {
    const entries = Object.fromEntries(
      codecs.flatMap((codec) => [
        [`echo-${codec.name}`, { target: 'unix:echo', codec: codec.name, barrier: false }],
        [`manual-${codec.name}`, { target: 'unix:manual', codec: codec.name, barrier: false }],
        [`apart-${codec.name}`, { target: 'unix:manual', codec: codec.name, barrier: true }],
      ]),
    )
    const { cert: tlsCert, key: tlsKey } = serverPair()
    gate = await Gate.start({
      ...(scheme === 'wss' && { listen: ['wss://127.0.0.1:0'], tlsCert, tlsKey }),
      entries: {
        ...entries,
        'text/notes': { target: 'unix:nested/manual', codec: 'line', text: true },
        half: { target: 'unix:manual', codec: 'line', halfClose: true },
      },
    })
    await gate.service('echo', 'echo')
    nested = await gate.service('nested/manual', 'reader')
    manual = await gate.service('manual', 'reader')
  })

  afterAll(() => gate.close())

  describe.each(codecs.map((codec) => [codec.name, codec] as const))('%s', (name, codec) => {
    test('a message goes there and back, in every view', async () => {
      const client = await connectClient(`${gate.url}/echo-${name}`)
      client.send(Buffer.from('hello'))
      expect(await client.next()).toEqual({ data: Buffer.from('hello'), text: false })
      client.ws.close()

      const packet = await connectClient(`${gate.url}/echo-${name}?view=packet`)
      const frame = codec.encode(data('hello'))
      packet.send(frame)
      expect(await packet.next()).toEqual({ data: frame, text: false })
      packet.ws.close()

      const json = await connectClient(`${gate.url}/echo-${name}.JSON`)
      json.send('{"payload":"hello"}')
      expect(await json.next()).toEqual({ data: Buffer.from('{"mtype":2,"utype":0,"payload":"hello"}'), text: true })
      json.ws.close()
    })

    test.each([`manual-${name}`, `apart-${name}`])(
      'a client message reaches the service in its frame: %s',
      async (service) => {
        const client = await connectClient(`${gate.url}/${service}`)
        const peer = await manual.accepted()
        client.send(Buffer.from('binary'))
        client.send('text')
        const wanted = Buffer.concat([codec.encode(data('binary')), codec.encode(data('text'))])
        expect(await peer.received(wanted.length)).toEqual(wanted)
        client.ws.close()
        await peer.ended
      },
    )

    test('a message in many fragments and many reads comes out once, whole', async () => {
      const client = await RawClient.open(`${gate.url}/manual-${name}`)
      const peer = await manual.accepted()
      const frames = [
        clientFrame(2, Buffer.from('one '), { fin: false }),
        clientFrame(9, Buffer.from('ping between')),
        clientFrame(0, Buffer.from('whole '), { fin: false }),
        clientFrame(0, Buffer.from('message')),
      ]
      for (const byte of Buffer.concat(frames)) client.socket.write(Buffer.of(byte))
      const wanted = codec.encode(data('one whole message'))
      expect(await peer.received(wanted.length)).toEqual(wanted)
      expect(await client.frame()).toEqual({ opcode: 10, fin: true, payload: Buffer.from('ping between') })
      client.socket.destroy()
      await peer.ended
    })
  })

  describe.each(framed.map((codec) => [codec.name, codec] as const))('%s, which has borders', (name, codec) => {
    const numbered = Array.from({ length: 1000 }, (_, i) => `message ${i}`)

    test('1,000 messages in one write come out in order, both ways', async () => {
      const client = await RawClient.open(`${gate.url}/manual-${name}`)
      const peer = await manual.accepted()
      client.socket.write(Buffer.concat(numbered.map((each) => clientFrame(2, Buffer.from(each)))))
      const wire = Buffer.concat(numbered.map((each) => codec.encode(data(each))))
      expect((await peer.received(wire.length)).equals(wire)).toBe(true)

      await peer.write(wire)
      const seen: string[] = []
      for (let part = ''; seen.length < numbered.length;) {
        const { fin, payload } = await client.frame()
        part += payload.toString()
        if (fin) seen.push(part)
        if (fin) part = ''
      }
      expect(seen).toEqual(numbered)
      client.socket.destroy()
      await peer.ended
    })

    test('a message that the service sends byte by byte comes out once, whole', async () => {
      const client = await connectClient(`${gate.url}/manual-${name}`)
      const peer = await manual.accepted()
      for (const byte of codec.encode(data('whole'))) await peer.write(Buffer.of(byte))
      await peer.write(codec.encode(data('next')))
      expect(await client.texts(2)).toEqual(['whole', 'next'])
      client.ws.close()
      await peer.ended
    })
  })

  describe('services that take one read for one message', () => {
    test.each(['libipc', 'libipc-b'])('%s: each of many messages arrives in a read of its own', async (name) => {
      const client = await RawClient.open(`${gate.url}/apart-${name}`)
      const peer = await manual.accepted()
      const messages = Array.from({ length: 200 }, (_, i) => `number ${i}`)
      client.socket.write(Buffer.concat(messages.map((each) => clientFrame(2, Buffer.from(each)))))
      const wire = messages.map((each) => codecNamed(name).encode(data(each)))
      await peer.received(Buffer.concat(wire).length)
      expect(peer.chunks).toEqual(wire)
      client.socket.destroy()
      await peer.ended
    })
  })

  describe('text and binary', () => {
    test('a service whose entry says text sends text, unless the client wants otherwise', async () => {
      const says = async (query: string): Promise<boolean> => {
        const client = await connectClient(`${gate.url}/text/notes${query}`)
        client.send('to be answered')
        const peer = await nested.accepted()
        await peer.write('naïve\n')
        const { data: bytes, text } = await client.next()
        expect(bytes.toString()).toBe('naïve')
        client.ws.close()
        return text
      }
      expect(await says('')).toBe(true)
      expect(await says('?text=0')).toBe(false)
    })

    test('bytes that are no text end a connection that asked for text, and only that', async () => {
      const [client, other] = [
        await connectClient(`${gate.url}/manual-line?text=1`),
        await connectClient(`${gate.url}/echo-line`),
      ]
      const peer = await manual.accepted()
      await peer.write(Buffer.from('good\n\xff\xfe\n', 'latin1'))
      expect(await client.next()).toEqual({ data: Buffer.from('good'), text: true })
      const { code, reason } = await client.closed
      expect([code, reason]).toEqual([1011, expect.stringContaining('not UTF-8')])
      expect(await other.echoes('still here')).toBe(true)
      other.ws.close()
    })

    test('unframed text is not cut inside a character', async () => {
      const client = await connectClient(`${gate.url}/manual-raw?text=1`)
      const peer = await manual.accepted()
      const euro = Buffer.from('€')
      for (const byte of euro) await peer.write(Buffer.of(byte))
      expect(await client.next()).toEqual({ data: euro, text: true })
      client.ws.close()
    })
  })

  describe('the view asked for', () => {
    test.each([
      ['by sub-protocol', '/echo-libipc', ['sockgate.json'], 'sockgate.json'],
      ['by the sub-protocol before the query', '/echo-libipc?view=cbor', ['sockgate.json'], 'sockgate.json'],
      ['by query', '/echo-libipc?view=json', [], ''],
      ['by suffix', '/echo-libipc.JSON', [], ''],
      [
        'beside a token, which is never echoed',
        '/echo-libipc',
        ['sockgate.bearer.TOKEN', 'sockgate.json'],
        'sockgate.json',
      ],
    ])('%s', async (_, path, protocols, chosen) => {
      const offered = await Promise.all(protocols.map(async (each) => each.replace('TOKEN', await gate.newToken())))
      const client = await connectClient(gate.url + path, { protocols: offered })
      expect(client.ws.protocol).toBe(chosen)
      client.send('{"utype":7,"payload":"x"}')
      expect((await client.next()).data.toString()).toBe('{"mtype":2,"utype":7,"payload":"x"}')
      client.ws.close()
    })

    test('cbor carries types and bytes', async () => {
      const client = await connectClient(`${gate.url}/echo-libipc.CBOR`)
      const message = Buffer.from('a3656d747970650265757479706518ff677061796c6f616442ff00', 'hex')
      client.send(message)
      expect(await client.next()).toEqual({ data: message, text: false })
      client.ws.close()
    })
  })

  describe('half-close', () => {
    test('the service ends: the client gets every byte, then 1000', async () => {
      const client = await RawClient.open(`${gate.url}/manual-length32`)
      const peer = await manual.accepted()
      const message = Buffer.alloc(3 * 1024 * 1024, 'x')
      const written = peer.write(codecNamed('length32').encode(data(message)))
      peer.end()
      const parts: Buffer[] = []
      for (let fin = false; !fin;) {
        const frame = await client.frame()
        fin = frame.fin
        parts.push(frame.payload)
      }
      await written
      expect(Buffer.concat(parts).equals(message)).toBe(true)
      expect(await client.closing()).toEqual({ code: 1000, reason: 'the service ended the connection' })
      await peer.ended
    })

    test('with half-close the other way stays open, also for much', async () => {
      const client = await connectClient(`${gate.url}/half`)
      const peer = await manual.accepted()
      await peer.write('goodbye\n')
      peer.end()
      expect((await client.next()).data.toString()).toBe('goodbye')
      const line = 'y'.repeat(1023)
      for (let i = 0; i < 1024; i++) client.send(line)
      expect((await peer.received(1024 * 1024)).length).toBe(1024 * 1024)
      client.ws.close(1000)
      await peer.ended
      expect((await client.closed).code).toBe(1000)
    })
  })

  test('what came whole before a malformed frame in the same read is still delivered', async () => {
    for (const query of ['', '?view=packet']) {
      const client = await connectClient(`${gate.url}/manual-length32${query}`)
      const peer = await manual.accepted()
      const good = codecNamed('length32').encode(data('good'))
      await peer.write(Buffer.concat([good, good, Buffer.from('ffffffff00', 'hex')]))
      expect((await client.texts(2)).map((each) => each.slice(-4))).toEqual(['good', 'good'])
      expect((await client.closed).code).toBe(1011)
    }
  })

  test("the client's close is answered with its own code, and what it said before still arrives", async () => {
    const client = await connectClient(`${gate.url}/manual-line`)
    const peer = await manual.accepted()
    client.send('last words')
    client.ws.close(3999, 'because')
    await peer.ended
    expect(peer.bytes.toString()).toBe('last words\n')
    expect((await client.closed).code).toBe(3999)
    const line = await gate.logged({ msg: 'connection closed', close: 3999 })
    expect(line).toMatchObject({ cause: 'client-closed', detail: 'because', up: { messages: 1, bytes: 10 } })
  })

  test('while one client does not read, another one gets its echoes', async () => {
    const deaf = await RawClient.open(`${gate.url}/manual-raw`)
    deaf.socket.pause()
    const peer = await manual.accepted()
    peer.flood(1024 ** 3)
    const other = await connectClient(`${gate.url}/echo-line`)
    for (let i = 0; i < 500; i++) expect(await other.echoes(`round ${i}`)).toBe(true)
    expect(peer.isFlooded).toBe(false)
    other.ws.close()
    deaf.socket.destroy()
    await peer.ended
  })
})
