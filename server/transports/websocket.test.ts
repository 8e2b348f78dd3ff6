import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { GateError } from '../../shared/causes.ts'
import { clientFrame } from '../testing/client-frames.ts'
import { answerOn, OFFER, removeTestCa, reset, Rig, testCa, type Answer } from '../testing/listener-rig.ts'
import type { Ingress } from './ingress.ts'

/** The listener against clients that write as they like (SECURITY T2 to T4, T7, T8, T15), with TLS and without. */

let rig: Rig

const codeOf = ({ body }: Answer) => (JSON.parse(body) as { code: string }).code

/** Still there, and lets people in. */
async function alive(): Promise<void> {
  expect((await rig.ask(rig.handshake())).status).toBe(101)
}

afterAll(removeTestCa)

describe.each(['ws', 'wss'] as const)('%s', (scheme) => {
  const uri = `${scheme}://127.0.0.1:0`

  beforeEach(async () => {
    rig = await Rig.start({ uri })
  })

  afterEach(() => rig.close())

  describe('letting in', () => {
    test('the answer of RFC 6455, and bytes both ways', async () => {
      const socket = await rig.dial()
      socket.write(rig.handshake())
      const { status, headers } = await answerOn(socket)
      expect(status).toBe(101)
      expect(headers).toMatchObject({ upgrade: 'websocket', 'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' })
      expect(headers).not.toHaveProperty('sec-websocket-extensions')
      socket.write('hello')
      expect((await once(socket, 'data'))[0].toString()).toBe('hello')
      expect(rig.ingresses[0]!.request).toMatchObject({
        id: 'r1',
        listener: `${scheme}://127.0.0.1:${rig.port}`,
        service: 'echo',
        source: { address: '127.0.0.1', port: socket.localPort },
        peer: null,
        origin: null,
      })
    })

    test('bytes right behind the request are early, not lost', async () => {
      const socket = await rig.dial()
      let all = ''
      socket.on('data', (data) => (all += data.toString('latin1')))
      socket.write(`${rig.handshake()}early bytes`)
      while (!all.endsWith('early bytes')) await once(socket, 'data')
      expect(all.startsWith('HTTP/1.1 101')).toBe(true)
    })

    test('a request that comes byte by byte', async () => {
      const socket = await rig.dial()
      const answer = answerOn(socket)
      for (const byte of rig.handshake()) await new Promise((resolve) => socket.write(byte, resolve))
      expect((await answer).status).toBe(101)
    })

    test.each(['upgrade', 'UPGRADE', 'keep-alive, Upgrade', 'keep-alive,upgrade', 'Upgrade, close', 'x , upgrade , y'])(
      'Connection: %s',
      async (connection) => {
        expect((await rig.ask(rig.handshake({ Connection: connection, Upgrade: 'WebSocket' }))).status).toBe(101)
      },
    )

    test('view, kind and protocol of the request', async () => {
      const protocols = 'sockgate.bearer.secret, mqtt, sockgate.json'
      const answer = await rig.ask(rig.handshake({ 'Sec-WebSocket-Protocol': protocols }, 'GET /echo?text=1 HTTP/1.1'))
      expect(answer.status).toBe(101)
      expect(answer.headers['sec-websocket-protocol']).toBe('sockgate.json')
      expect(rig.ingresses[0]).toMatchObject({ view: 'json', text: true })
    })

    test.each([
      ['mqtt', 'mqtt'],
      ['sockgate.bearer.secret, mqtt', 'mqtt'],
      ['sockgate.bearer.secret', undefined],
    ])('a token is never said back: %.40s', async (offered, chosen) => {
      const { status, headers } = await rig.ask(rig.handshake({ 'Sec-WebSocket-Protocol': offered }))
      expect(status).toBe(101)
      expect(headers['sec-websocket-protocol']).toBe(chosen)
      expect(JSON.stringify(headers)).not.toContain('bearer')
    })

    test('protocols that ws refuses: 400, nobody let in', async () => {
      for (const offered of ['a, a', 'sockgate.bearer.t, sockgate.bearer.t', 'spa ce', ',']) {
        const { status } = await rig.ask(rig.handshake({ 'Sec-WebSocket-Protocol': offered }))
        expect(status, offered).toBe(400)
      }
      expect(rig.ports).toEqual([])
      await alive()
    })

    test('a client that leaves while ws shakes hands', async () => {
      rig.onIngress = (ingress) => {
        for (const socket of rig.clients) socket.destroy()
        ingress.onLeave(() => {
          expect(() => ingress.accept(OFFER)).toThrow(expect.objectContaining({ code: 'client-lost' }))
          ingress.reject(new GateError('client-lost'))
        })
      }
      const socket = await rig.dial()
      socket.write(rig.handshake())
      await once(socket, 'close')
      await rig.empty()
      expect(rig.taken).toBe(1)
    })
  })

  describe('handshakes at fault (T15)', () => {
    const faults: [string, () => string][] = [
      ['HTTP/1.0', () => rig.handshake({}, 'GET /echo HTTP/1.0')],
      ['POST', () => rig.handshake({}, 'POST /echo HTTP/1.1')],
      ['HEAD', () => rig.handshake({}, 'HEAD /echo HTTP/1.1')],
      ['version 12', () => rig.handshake({ 'Sec-WebSocket-Version': '12' })],
      ['no version', () => rig.handshake({ 'Sec-WebSocket-Version': null })],
      ['no key', () => rig.handshake({ 'Sec-WebSocket-Key': null })],
      ['short key', () => rig.handshake({ 'Sec-WebSocket-Key': 'c2hvcnQ=' })],
      ['two keys', () => rig.handshake({ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' })],
      ['other protocol', () => rig.handshake({ Upgrade: 'h2c' })],
      ['body', () => `${rig.handshake({ 'Content-Length': '5' })}hello`],
      ['chunked body', () => `${rig.handshake({ 'Transfer-Encoding': 'chunked' })}5\r\nhello\r\n0\r\n\r\n`],
      [
        'two lengths of body',
        () => `${rig.handshake({ 'Content-Length': '5', 'Transfer-Encoding': 'chunked' })}0\r\n\r\n`,
      ],
      ['broken escape', () => rig.handshake({}, 'GET /%zz HTTP/1.1')],
      ['a star', () => rig.handshake({}, 'GET * HTTP/1.1')],
      ['a sub-protocol twice', () => rig.handshake({ 'Sec-WebSocket-Protocol': 'a, a' })],
      ['no list of sub-protocols', () => rig.handshake({ 'Sec-WebSocket-Protocol': 'a,,b' })],
      ['no host', () => rig.handshake({ Host: null })],
      ['empty host', () => rig.handshake({ Host: '' })],
      ['two hosts', () => rig.handshake({ host: `127.0.0.1:${rig.port}` })],
      ['malformed host', () => rig.handshake({ Host: '[::1::bad]:x' })],
      ['8 KiB of host', () => rig.handshake({ Host: 'x'.repeat(8192) })],
      ['bytes 80 to ff in host', () => rig.handshake({ Host: '\u0080\u00ff' })],
      ['two origins', () => rig.handshake({ Origin: 'http://page.example', origin: 'http://page.example' })],
    ]
    test.each(faults)('%s: 400', async (_fault, request) => {
      const { status } = await rig.ask(request())
      expect(status).toBe(400)
      expect(rig.ports).toEqual([])
      await alive()
    })

    test('our refusal says what is wrong, and has an id', async () => {
      const answer = await rig.ask(rig.handshake({ 'Sec-WebSocket-Version': '7' }))
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        connection: 'close',
        'x-request-id': 'r1',
      })
      expect(JSON.parse(answer.body)).toMatchObject({
        status: 400,
        code: 'bad-request',
        detail: 'Sec-WebSocket-Version must be 13',
        requestId: 'r1',
      })
    })

    test('Connection without upgrade is no upgrade', async () => {
      expect((await rig.ask(rig.handshake({ Connection: 'keep-alive' }))).status).toBe(426)
      expect((await rig.ask(rig.handshake({ Connection: 'xupgrade' }))).status).toBe(426)
      expect(rig.ingresses).toEqual([])
    })

    test('a second request behind the first is bytes of the first connection, not a request', async () => {
      const socket = await rig.dial()
      let all = ''
      socket.on('data', (data) => (all += data.toString('latin1')))
      const second = rig.handshake({}, 'GET /second HTTP/1.1')
      socket.write(rig.handshake() + second)
      while (!all.endsWith(second)) await once(socket, 'data')
      expect(rig.ingresses).toHaveLength(1)
    })

    test('a second request behind a refused one is not answered', async () => {
      const socket = await rig.dial()
      socket.write(rig.handshake({}, 'GET /nothing HTTP/1.1') + rig.handshake())
      let all = ''
      socket.on('data', (data) => (all += data.toString('latin1')))
      await once(socket, 'close')
      expect(all.match(/HTTP\/1\.1/g)).toHaveLength(1)
      expect(all).toContain('404')
      expect(rig.ingresses).toHaveLength(1)
    })
  })

  describe('many and large headers (T8)', () => {
    test.each([
      ['2,000 tiny', 2000, 'a', '', 400],
      ['5,000 tiny', 5000, 'a', '', 400],
      ['5,000', 5000, 'x-header', 'value', 431],
      ['300', 300, 'x-header', 'value', 400],
      ['one of 64 KiB', 1, 'x-header', 'v'.repeat(65_536), 431],
      ['a name of 64 KiB', 1, 'x'.repeat(65_536), 'v', 431],
      ['a protocol of 64 KiB', 1, 'sec-websocket-protocol', 'a,'.repeat(32_768), 431],
    ])('%s headers', async (_what, count, name, value, status) => {
      const request = rig.handshake()
      const many = request.replace('\r\n', `\r\n${`${name}:${value}\r\n`.repeat(count)}`)
      expect((await rig.ask(many)).status).toBe(status)
      expect(rig.ports).toEqual([])
      await alive()
    })

    test('100 are fine', async () => {
      const headers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'value']))
      expect((await rig.ask(rig.handshake(headers))).status).toBe(101)
    })

    test('a URL of 64 KiB', async () => {
      expect((await rig.ask(rig.handshake({}, `GET /${'x'.repeat(65_536)} HTTP/1.1`))).status).toBe(431)
      await alive()
    })
  })

  describe('slow headers (T5)', () => {
    test('whoever sends none, half or one byte at a time is closed in time', async () => {
      const slow = await Rig.start({ uri, handshakeTimeoutMs: 300 })
      try {
        const began = performance.now()
        const all = await Promise.all([slow.dial(), slow.dial(), slow.dial()])
        all[1].write(rig.handshake().slice(0, 40))
        const drip = setInterval(() => all[2].write('G'), 50)
        await Promise.all(all.map((socket) => (socket.resume(), once(socket, 'close'))))
        clearInterval(drip)
        expect(performance.now() - began).toBeGreaterThan(250)
        expect(performance.now() - began).toBeLessThan(5000)
        await slow.empty(3)
        expect(slow.taken).toBe(3)
        expect(slow.ingresses).toEqual([])
      } finally {
        await slow.close()
      }
    })

    test('whoever was let in may be as slow as they like', async () => {
      const slow = await Rig.start({ uri, handshakeTimeoutMs: 100 })
      try {
        const socket = await slow.dial()
        socket.write(slow.handshake())
        expect((await answerOn(socket)).status).toBe(101)
        // Another one is closed for being late; the first is older and still there.
        const late = await slow.dial()
        await once(late.resume(), 'close')
        socket.write('still here')
        expect((await once(socket, 'data'))[0].toString()).toBe('still here')
      } finally {
        await slow.close()
      }
    })
  })

  describe('refusals', () => {
    test('without an Origin: a problem body', async () => {
      const answer = await rig.ask(rig.handshake({}, 'GET /nothing HTTP/1.1'))
      expect(answer.status).toBe(404)
      expect(JSON.parse(answer.body)).toEqual({
        type: 'urn:sockgate:problem:no-service',
        title: 'No such service',
        status: 404,
        detail: 'there is none',
        code: 'no-service',
        requestId: 'r1',
      })
    })

    test('from an allowed origin: let in and told, with the id', async () => {
      const ws = new WebSocket(`${rig.listener.uri}/nothing`, {
        origin: 'http://page.example',
        ca: rig.secure ? testCa().pem : undefined,
      })
      await once(ws, 'open')
      const [code, reason] = (await once(ws, 'close')) as [number, Buffer]
      expect(code).toBe(4404)
      expect(reason.toString()).toContain('there is none')
      expect(reason.toString()).toContain('r1')
      expect(reason.length).toBeLessThanOrEqual(123)
    })

    test('a long sentence is cut, the id is not', async () => {
      rig.onIngress = (ingress) => ingress.reject(new GateError('policy-denied', 'é'.repeat(200)))
      const ws = new WebSocket(`${rig.listener.uri}/x`, {
        origin: 'http://page.example',
        ca: rig.secure ? testCa().pem : undefined,
      })
      const [code, reason] = (await once(ws, 'close')) as [number, Buffer]
      expect(code).toBe(4403)
      expect(reason.length).toBeLessThanOrEqual(123)
      expect(reason.toString()).toMatch(/^é+….*r1$/)
    })

    test.each([
      ['http://evil.example', 403, 'origin-refused'],
      ['null', 403, 'origin-refused'],
      ['https://page.example', 403, 'origin-refused'],
      ['http://page.example.evil.example', 403, 'origin-refused'],
      ['http://PAGE.example', 403, 'origin-refused'],
    ])('from %s: %i, whatever it asks for', async (Origin, status, code) => {
      for (const path of ['/echo', '/nothing']) {
        const answer = await rig.ask(rig.handshake({ Origin }, `GET ${path} HTTP/1.1`))
        expect(answer.status).toBe(status)
        expect(codeOf(answer)).toBe(code)
      }
      expect(rig.ports).toEqual([])
    })

    test('a page of our own is let in', async () => {
      expect(
        (await rig.ask(rig.handshake({ Origin: `${scheme === 'ws' ? 'http' : 'https'}://127.0.0.1:${rig.port}` })))
          .status,
      ).toBe(101)
    })

    test.each(['evil.example', 'localhost.', '2130706433', '[::ffff:7f00:1]'])(
      'under the name %s: 421',
      async (name) => {
        const Host = `${name}:${rig.port}`
        const answer = await rig.ask(rig.handshake({ Host, Origin: `http://${Host}` }))
        expect(answer.status).toBe(421)
        expect(codeOf(answer)).toBe('host-refused')
        const plain = await rig.ask(`GET / HTTP/1.1\r\nHost: ${Host}\r\n\r\n`)
        expect(plain.status).toBe(421)
        expect(codeOf(plain)).toBe('host-refused')
      },
    )

    test('headers that go with some', async () => {
      rig.onIngress = (ingress) => ingress.reject(new GateError('unauthenticated'))
      expect((await rig.ask(rig.handshake())).headers).toMatchObject({ 'www-authenticate': 'Bearer' })
      rig.onIngress = (ingress) => ingress.reject(new GateError('draining'))
      const draining = await rig.ask(rig.handshake())
      expect(draining.status).toBe(503)
      expect(draining.headers).toMatchObject({ 'retry-after': '1' })
    })

    test('a bug is not told to strangers', async () => {
      rig.onIngress = (ingress) => ingress.reject(new GateError('internal', 'secret path'))
      const answer = await rig.ask(rig.handshake())
      expect(answer.status).toBe(500)
      expect(answer.body).not.toContain('secret')
    })

    test('a refused client that never closes is cut', async () => {
      const socket = await rig.dial({ allowHalfOpen: true })
      socket.write(rig.handshake({ Origin: 'http://page.example' }, 'GET /nothing HTTP/1.1'))
      socket.resume()
      await once(socket, 'end')
      await rig.empty()
      expect(rig.taken).toBe(1)
    })

    test.runIf(scheme === 'ws')('no descriptors left: 503 for the very socket', async () => {
      const full = await Rig.start({ uri, admits: () => false })
      try {
        expect(await full.ask('')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
        await full.empty()
        expect(full.taken).toBe(1)
      } finally {
        await full.close()
      }
    })
  })

  describe('everything that is no upgrade', () => {
    const get = (path: string, method = 'GET') =>
      rig.ask(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nConnection: close\r\n\r\n`)

    test('a word to people with a browser', async () => {
      const { status, headers, body } = await get('/')
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      })
      expect(body).toContain('sockgate')
    })

    test('health and readiness', async () => {
      expect(await get('/-/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
      expect(await get('/-/readyz')).toMatchObject({ status: 200, body: 'ready\n' })
      const tired = await Rig.start({ uri, unready: () => 'draining' })
      try {
        const request = `GET /-/readyz HTTP/1.1\r\nHost: 127.0.0.1:${tired.port}\r\n\r\n`
        expect(await tired.ask(request)).toMatchObject({ status: 503, body: 'draining\n' })
      } finally {
        await tired.close()
      }
    })

    test.each(['/echo', '/-/else', '/..%2f', '/%zz'])('%s: 426 or 400, and why', async (path) => {
      const answer = await get(path)
      expect([426, 400]).toContain(answer.status)
      if (answer.status === 426) expect(answer.headers).toMatchObject({ upgrade: 'websocket' })
      expect(answer.headers['content-type']).toContain('application/problem+json')
    })

    test('other methods', async () => {
      expect((await get('/', 'POST')).status).toBe(426)
      expect((await get('/echo', 'DELETE')).status).toBe(426)
    })

    test('what is no HTTP at all', async () => {
      expect((await rig.ask('\u0016\u0003\u0001\u0002\u0000garbage\r\n\r\n')).status).toBe(400)
      expect((await rig.ask(clientFrame({ opcode: 1 }).toString('latin1') + '\r\n\r\n')).status).toBe(400)
      await alive()
    })
  })

  describe.runIf(scheme === 'ws')('on a Unix socket', () => {
    let dir = ''
    let path = ''
    const listen = () => Rig.start({ uri: `ws+unix://${path}` })

    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'sg-'))
      path = join(dir, 'gate')
    })

    afterEach(() => rmSync(dir, { recursive: true }))

    test('for the group only; the peer has credentials instead of an address', async () => {
      const local = await listen()
      expect(statSync(path).mode & 0o777).toBe(0o660)
      expect((await local.ask(local.handshake())).status).toBe(101)
      expect(local.ingresses[0]!.request).toMatchObject({ source: null, peer: { pid: 1, uid: 2, gid: 3 } })
      expect(local.listener.uri).toBe(`ws+unix://${path}`)
      await local.close()
      expect(existsSync(path)).toBe(false)
    })

    test('the file of a dead listener makes way, a living one does not (T25)', async () => {
      const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
      spawnSync(process.execPath, ['-e', script])
      expect(existsSync(path)).toBe(true)
      const local = await listen()
      await expect(listen()).rejects.toThrow(`another program listens on ${path}`)
      expect((await local.ask(local.handshake())).status).toBe(101)
      await local.close()
    })
  })

  describe('clients that reset (T7), 100 each', () => {
    const COUNT = 100

    /** Runs 100 at a time, then all must be gone and the next be let in. */
    async function storm(one: () => Promise<void>): Promise<void> {
      await Promise.all(Array.from({ length: COUNT }, one))
      await rig.empty(COUNT)
      expect(rig.taken).toBe(COUNT)
      for (const socket of rig.clients) expect(socket.destroyed).toBe(true)
      await alive()
    }

    /** Tells each ingress to whoever waits for one of that path. */
    function waitingRoom(): (path: string) => Promise<Ingress> {
      const waiting = new Map<string, (ingress: Ingress) => void>()
      rig.onIngress = (ingress) => {
        const take = waiting.get(ingress.request.service)
        if (take) take(ingress)
        else rig.decide(ingress)
      }
      return (path) => new Promise((resolve) => waiting.set(path, resolve))
    }

    let paths = 0

    test('after the connect', () =>
      storm(async () => {
        const socket = await rig.dial()
        reset(socket)
        await once(socket, 'close')
      }))

    test('after half the request', () =>
      storm(async () => {
        const socket = await rig.dial()
        await new Promise((resolve) => socket.write(rig.handshake().slice(0, 60), resolve))
        reset(socket)
        await once(socket, 'close')
      }))

    test('after the request', () =>
      storm(async () => {
        const socket = await rig.dial()
        await new Promise((resolve) => socket.write(rig.handshake(), resolve))
        reset(socket)
        await once(socket, 'close')
      }))

    test('during a slow dial: the gateway hears of it', async () => {
      const next = waitingRoom()
      await storm(async () => {
        const path = `slow${paths++}`
        const arrived = next(path)
        const socket = await rig.dial()
        socket.write(rig.handshake({}, `GET /${path} HTTP/1.1`))
        const ingress = await arrived
        const left = new Promise<void>((resolve) => ingress.onLeave(resolve))
        reset(socket)
        await left
        expect(() => ingress.accept(OFFER)).toThrow(expect.objectContaining({ code: 'client-lost' }))
        ingress.reject(new GateError('client-lost'))
      })
    })

    test('a client that only ends during a slow dial has left, too', async () => {
      const next = waitingRoom()
      await storm(async () => {
        const path = `slow${paths++}`
        const arrived = next(path)
        const socket = await rig.dial()
        socket.write(rig.handshake({}, `GET /${path} HTTP/1.1`))
        const ingress = await arrived
        const left = new Promise<void>((resolve) => ingress.onLeave(resolve))
        socket.resume().end()
        await left
        ingress.reject(new GateError('client-lost'))
        await once(socket, 'close')
      })
    })

    test('after the 101', async () => {
      await storm(async () => {
        const socket = await rig.dial()
        socket.write(rig.handshake())
        expect((await answerOn(socket)).status).toBe(101)
        reset(socket)
        await once(socket, 'close')
      })
    })

    test('after a refusal, told by HTTP or by a close frame', async () => {
      let turn = 0
      await storm(async () => {
        const socket = await rig.dial()
        const origin = turn++ % 2 === 0 ? {} : { Origin: 'http://page.example' }
        socket.write(rig.handshake(origin, 'GET /nothing HTTP/1.1'))
        await answerOn(socket)
        reset(socket)
        await once(socket, 'close')
      })
    })

    test('after the 101, the ports close as well', async () => {
      const closed: Promise<void>[] = []
      rig.onIngress = (ingress) => {
        const { port } = ingress.accept(OFFER)
        closed.push(
          new Promise((resolve) => {
            port.open({ bytes: () => true, ended: () => port.end(), failed: () => {}, closed: () => resolve() })
          }),
        )
      }
      for (let i = 0; i < COUNT; i++) {
        const socket = await rig.dial()
        socket.write(rig.handshake())
        await answerOn(socket)
        reset(socket)
      }
      await Promise.all(closed)
      expect(closed).toHaveLength(COUNT)
      await rig.empty()
    })
  })

  test('stop takes no more clients and leaves those that are in', async () => {
    const socket = await rig.dial()
    socket.write(rig.handshake())
    await answerOn(socket)
    await rig.listener.stop()
    socket.write('still here')
    expect((await once(socket, 'data'))[0].toString()).toBe('still here')
    await expect(rig.dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    rig = await Rig.start({ uri })
  })

  test('an address in use', async () => {
    await expect(Rig.start({ uri: rig.listener.uri })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('a shorter patience applies to the next', async () => {
    rig.listener.retime(200)
    const socket = await rig.dial()
    await once(socket.resume(), 'close')
  })
})
