import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { GateError } from '../../shared/causes.ts'
import { clientFrame } from '../testing/client-frames.ts'
import type { Door } from './door.ts'
import type { Ingress, Listener, TurnedAway } from './ingress.ts'
import type { ClientPort } from './port.ts'
import { listenWebSocket, type WebSocketListenerOptions } from './websocket.ts'

/** The listener against clients that write as they like (SECURITY T2 to T4, T7, T8, T14, T15). */

const OFFER = { compression: false, maxMessageBytes: 1 << 20 }
const OPEN: Omit<Door, 'port'> = { hosts: [], origins: ['http://page.example'], missingOrigin: true }

/** A listener, and what became of everyone who came. */
class Rig {
  listener!: Listener
  readonly ingresses: Ingress[] = []
  readonly ports: ClientPort[] = []
  readonly turnedAway: TurnedAway[] = []
  /** Sockets taken in so far, and those that are still there. */
  taken = 0
  here = 0
  onIngress: (ingress: Ingress) => void = (ingress) => this.decide(ingress)
  #changed: (() => void) | null = null

  static async start(options: Partial<WebSocketListenerOptions> = {}): Promise<Rig> {
    const rig = new Rig()
    let ids = 0
    rig.listener = await listenWebSocket({
      uri: 'ws://127.0.0.1:0',
      handshakeTimeoutMs: 5000,
      door: (port) => ({ port, ...OPEN }),
      nextId: () => `r${++ids}`,
      onIngress(ingress) {
        rig.ingresses.push(ingress)
        rig.onIngress(ingress)
      },
      onTurnedAway: (client) => rig.turnedAway.push(client),
      admits: () => true,
      counted(change) {
        rig.here += change
        if (change > 0) rig.taken++
        rig.#changed?.()
      },
      peerCredentials: () => ({ pid: 1, uid: 2, gid: 3 }),
      unready: () => null,
      ...options,
    })
    return rig
  }

  /** As the gateway would: `/echo` is let in, everything else unknown. */
  decide(ingress: Ingress): void {
    try {
      if (ingress.objection) throw ingress.objection
      if (ingress.request.service !== 'echo') throw new GateError('no-service', 'there is none')
      this.letIn(ingress)
    } catch (error) {
      ingress.reject(GateError.from(error))
    }
  }

  letIn(ingress: Ingress): void {
    const { port, early } = ingress.accept(OFFER)
    this.ports.push(port)
    // Sends back the client's own bytes: enough to see that both ways work.
    port.open(
      {
        bytes(chunk, from, to) {
          port.write(Buffer.from(chunk.bytes.subarray(from, to)))
          return true
        },
        ended: () => port.end(),
        failed: () => {},
        closed: () => {},
      },
      early,
    )
  }

  get port(): number {
    return Number(new URL(this.listener.uri).port)
  }

  /** Resolves when at least `taken` sockets have come and all are gone. */
  async empty(taken = 1): Promise<void> {
    while (this.here > 0 || this.taken < taken) await new Promise<void>((resolve) => (this.#changed = resolve))
  }
}

let rig: Rig
const sockets = new Set<Socket>()

beforeEach(async () => {
  rig = await Rig.start()
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await rig.listener.stop()
})

async function dial(to: number | string = rig.port): Promise<Socket> {
  const socket = typeof to === 'string' ? connect(to) : connect({ port: to, host: '127.0.0.1', noDelay: true })
  sockets.add(socket.on('error', () => {}))
  await once(socket, 'connect')
  return socket
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The first whole response; all that was sent when the other end closes before. */
function answerOn(socket: Socket): Promise<Answer> {
  return new Promise((resolve) => {
    let bytes = ''
    const look = (over: boolean): void => {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) {
        if (over) resolve({ status: 0, headers: {}, body: bytes })
        return
      }
      const [line, ...lines] = bytes.slice(0, end).split('\r\n')
      const headers = Object.fromEntries(
        lines.map((each) => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 2)]),
      )
      const body = bytes.slice(end + 4)
      if (!over && body.length < Number(headers['content-length'] ?? 0)) return
      socket.off('data', take)
      resolve({ status: Number(line!.split(' ')[1]), headers, body })
    }
    const take = (data: Buffer): void => {
      bytes += data.toString('latin1')
      look(false)
    }
    socket.on('data', take).once('close', () => look(true))
  })
}

async function ask(request: string, to?: number | string): Promise<Answer> {
  const socket = await dial(to)
  socket.write(request, 'latin1')
  return answerOn(socket)
}

/** A good handshake, with lines replaced (or left out: null) and others added. */
function handshake(changes: Readonly<Record<string, string | null>> = {}, line = 'GET /echo HTTP/1.1'): string {
  const all: Record<string, string | null> = {
    Host: `127.0.0.1:${rig.port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`]))
  return `${line}\r\n${lines.join('')}\r\n`
}

const codeOf = ({ body }: Answer) => (JSON.parse(body) as { code: string }).code

/** Still there, and lets people in. */
async function alive(): Promise<void> {
  expect((await ask(handshake())).status).toBe(101)
}

describe('letting in', () => {
  test('the answer of RFC 6455, and bytes both ways', async () => {
    const socket = await dial()
    socket.write(handshake())
    const { status, headers } = await answerOn(socket)
    expect(status).toBe(101)
    expect(headers).toMatchObject({ upgrade: 'websocket', 'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' })
    expect(headers).not.toHaveProperty('sec-websocket-extensions')
    socket.write('hello')
    expect((await once(socket, 'data'))[0].toString()).toBe('hello')
    expect(rig.ingresses[0]!.request).toMatchObject({
      id: 'r1',
      listener: `ws://127.0.0.1:${rig.port}`,
      service: 'echo',
      source: { address: '127.0.0.1', port: socket.localPort },
      peer: null,
      origin: null,
    })
  })

  test('bytes right behind the request are early, not lost', async () => {
    const socket = await dial()
    let all = ''
    socket.on('data', (data) => (all += data.toString('latin1')))
    socket.write(`${handshake()}early bytes`)
    while (!all.endsWith('early bytes')) await once(socket, 'data')
    expect(all.startsWith('HTTP/1.1 101')).toBe(true)
  })

  test('a request that comes byte by byte', async () => {
    const socket = await dial()
    const answer = answerOn(socket)
    for (const byte of handshake()) await new Promise((resolve) => socket.write(byte, resolve))
    expect((await answer).status).toBe(101)
  })

  test.each(['upgrade', 'UPGRADE', 'keep-alive, Upgrade', 'keep-alive,upgrade', 'Upgrade, close', 'x , upgrade , y'])(
    'Connection: %s',
    async (connection) => {
      expect((await ask(handshake({ Connection: connection, Upgrade: 'WebSocket' }))).status).toBe(101)
    },
  )

  test('view, kind and protocol of the request', async () => {
    const protocols = 'sockgate.bearer.secret, mqtt, sockgate.json'
    const answer = await ask(handshake({ 'Sec-WebSocket-Protocol': protocols }, 'GET /echo?text=1 HTTP/1.1'))
    expect(answer.status).toBe(101)
    expect(answer.headers['sec-websocket-protocol']).toBe('sockgate.json')
    expect(rig.ingresses[0]).toMatchObject({ view: 'json', text: true })
  })

  test.each([
    ['mqtt', 'mqtt'],
    ['sockgate.bearer.secret, mqtt', 'mqtt'],
    ['sockgate.bearer.secret', undefined],
    [`sockgate.bearer.${'x'.repeat(4096)}`, undefined],
  ])('a token is never said back: %.40s', async (offered, chosen) => {
    const { status, headers } = await ask(handshake({ 'Sec-WebSocket-Protocol': offered }))
    expect(status).toBe(101)
    expect(headers['sec-websocket-protocol']).toBe(chosen)
    expect(JSON.stringify(headers)).not.toContain('bearer')
  })

  test('protocols that ws refuses: 400, nobody let in', async () => {
    for (const offered of ['a, a', 'sockgate.bearer.t, sockgate.bearer.t', 'spa ce', ',']) {
      const { status } = await ask(handshake({ 'Sec-WebSocket-Protocol': offered }))
      expect(status, offered).toBe(400)
    }
    expect(rig.ports).toEqual([])
    await alive()
  })

  test('a client that leaves while ws shakes hands', async () => {
    rig.onIngress = (ingress) => {
      for (const socket of sockets) socket.destroy()
      ingress.onLeave(() => {
        expect(() => ingress.accept(OFFER)).toThrow(expect.objectContaining({ code: 'client-lost' }))
        ingress.reject(new GateError('client-lost'))
      })
    }
    const socket = await dial()
    socket.write(handshake())
    await once(socket, 'close')
    await rig.empty()
    expect(rig.taken).toBe(1)
  })
})

describe('handshakes at fault (T15)', () => {
  const faults: [string, () => string][] = [
    ['HTTP/1.0', () => handshake({}, 'GET /echo HTTP/1.0')],
    ['POST', () => handshake({}, 'POST /echo HTTP/1.1')],
    ['HEAD', () => handshake({}, 'HEAD /echo HTTP/1.1')],
    ['version 12', () => handshake({ 'Sec-WebSocket-Version': '12' })],
    ['no version', () => handshake({ 'Sec-WebSocket-Version': null })],
    ['no key', () => handshake({ 'Sec-WebSocket-Key': null })],
    ['short key', () => handshake({ 'Sec-WebSocket-Key': 'c2hvcnQ=' })],
    ['two keys', () => handshake({ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' })],
    ['other protocol', () => handshake({ Upgrade: 'h2c' })],
    ['body', () => `${handshake({ 'Content-Length': '5' })}hello`],
    ['chunked body', () => `${handshake({ 'Transfer-Encoding': 'chunked' })}5\r\nhello\r\n0\r\n\r\n`],
    ['two lengths of body', () => `${handshake({ 'Content-Length': '5', 'Transfer-Encoding': 'chunked' })}0\r\n\r\n`],
    ['broken escape', () => handshake({}, 'GET /%zz HTTP/1.1')],
    ['a star', () => handshake({}, 'GET * HTTP/1.1')],
    ['a sub-protocol twice', () => handshake({ 'Sec-WebSocket-Protocol': 'a, a' })],
    ['no list of sub-protocols', () => handshake({ 'Sec-WebSocket-Protocol': 'a,,b' })],
    ['no host', () => handshake({ Host: null })],
    ['empty host', () => handshake({ Host: '' })],
    ['two hosts', () => handshake({ host: `127.0.0.1:${rig.port}` })],
    ['malformed host', () => handshake({ Host: '[::1::bad]:x' })],
    ['8 KiB of host', () => handshake({ Host: 'x'.repeat(8192) })],
    ['bytes 80 to ff in host', () => handshake({ Host: '\u0080\u00ff' })],
    ['two origins', () => handshake({ Origin: 'http://page.example', origin: 'http://page.example' })],
  ]
  test.each(faults)('%s: 400', async (_fault, request) => {
    const { status } = await ask(request())
    expect(status).toBe(400)
    expect(rig.ports).toEqual([])
    await alive()
  })

  test('our refusal says what is wrong, and has an id', async () => {
    const answer = await ask(handshake({ 'Sec-WebSocket-Version': '7' }))
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
    expect((await ask(handshake({ Connection: 'keep-alive' }))).status).toBe(426)
    expect((await ask(handshake({ Connection: 'xupgrade' }))).status).toBe(426)
    expect(rig.ingresses).toEqual([])
  })

  test('a second request behind the first is bytes of the first connection, not a request', async () => {
    const socket = await dial()
    let all = ''
    socket.on('data', (data) => (all += data.toString('latin1')))
    const second = handshake({}, 'GET /second HTTP/1.1')
    socket.write(handshake() + second)
    while (!all.endsWith(second)) await once(socket, 'data')
    expect(rig.ingresses).toHaveLength(1)
  })

  test('a second request behind a refused one is not answered', async () => {
    const socket = await dial()
    socket.write(handshake({}, 'GET /nothing HTTP/1.1') + handshake())
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
    const request = handshake()
    const many = request.replace('\r\n', `\r\n${`${name}:${value}\r\n`.repeat(count)}`)
    expect((await ask(many)).status).toBe(status)
    expect(rig.ports).toEqual([])
    await alive()
  })

  test('100 are fine', async () => {
    const headers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'value']))
    expect((await ask(handshake(headers))).status).toBe(101)
  })

  test('a URL of 64 KiB', async () => {
    expect((await ask(handshake({}, `GET /${'x'.repeat(65_536)} HTTP/1.1`))).status).toBe(431)
    await alive()
  })
})

describe('slow headers (T5)', () => {
  test('whoever sends none, half or one byte at a time is closed in time', async () => {
    const slow = await Rig.start({ handshakeTimeoutMs: 300 })
    try {
      const began = performance.now()
      const all = await Promise.all([dial(slow.port), dial(slow.port), dial(slow.port)])
      all[1].write(handshake().slice(0, 40))
      const drip = setInterval(() => all[2].write('G'), 50)
      await Promise.all(all.map((socket) => (socket.resume(), once(socket, 'close'))))
      clearInterval(drip)
      expect(performance.now() - began).toBeGreaterThan(250)
      expect(performance.now() - began).toBeLessThan(5000)
      await slow.empty(3)
      expect(slow.taken).toBe(3)
      expect(slow.ingresses).toEqual([])
    } finally {
      await slow.listener.stop()
    }
  })

  test('whoever was let in may be as slow as they like', async () => {
    const slow = await Rig.start({ handshakeTimeoutMs: 100 })
    try {
      const socket = await dial(slow.port)
      socket.write(handshake().replace(String(rig.port), String(slow.port)))
      expect((await answerOn(socket)).status).toBe(101)
      // Another one is closed for being late; the first is older and still there.
      const late = await dial(slow.port)
      await once(late.resume(), 'close')
      socket.write('still here')
      expect((await once(socket, 'data'))[0].toString()).toBe('still here')
    } finally {
      await slow.listener.stop()
    }
  })
})

describe('refusals', () => {
  test('without an Origin: a problem body', async () => {
    const answer = await ask(handshake({}, 'GET /nothing HTTP/1.1'))
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
    const ws = new WebSocket(`ws://127.0.0.1:${rig.port}/nothing`, { origin: 'http://page.example' })
    await once(ws, 'open')
    const [code, reason] = (await once(ws, 'close')) as [number, Buffer]
    expect(code).toBe(4404)
    expect(reason.toString()).toContain('there is none')
    expect(reason.toString()).toContain('r1')
    expect(reason.length).toBeLessThanOrEqual(123)
  })

  test('a long sentence is cut, the id is not', async () => {
    rig.onIngress = (ingress) => ingress.reject(new GateError('policy-denied', 'é'.repeat(200)))
    const ws = new WebSocket(`ws://127.0.0.1:${rig.port}/x`, { origin: 'http://page.example' })
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
      const answer = await ask(handshake({ Origin }, `GET ${path} HTTP/1.1`))
      expect(answer.status).toBe(status)
      expect(codeOf(answer)).toBe(code)
    }
    expect(rig.ports).toEqual([])
  })

  test('a page of our own is let in', async () => {
    expect((await ask(handshake({ Origin: `http://127.0.0.1:${rig.port}` }))).status).toBe(101)
  })

  test.each(['evil.example', 'localhost.', '2130706433', '[::ffff:7f00:1]'])('under the name %s: 421', async (name) => {
    const Host = `${name}:${rig.port}`
    const answer = await ask(handshake({ Host, Origin: `http://${Host}` }))
    expect(answer.status).toBe(421)
    expect(codeOf(answer)).toBe('host-refused')
    const plain = await ask(`GET / HTTP/1.1\r\nHost: ${Host}\r\n\r\n`)
    expect(plain.status).toBe(421)
    expect(codeOf(plain)).toBe('host-refused')
  })

  test('headers that go with some', async () => {
    rig.onIngress = (ingress) => ingress.reject(new GateError('unauthenticated'))
    expect((await ask(handshake())).headers).toMatchObject({ 'www-authenticate': 'Bearer' })
    rig.onIngress = (ingress) => ingress.reject(new GateError('draining'))
    const draining = await ask(handshake())
    expect(draining.status).toBe(503)
    expect(draining.headers).toMatchObject({ 'retry-after': '1' })
  })

  test('a bug is not told to strangers', async () => {
    rig.onIngress = (ingress) => ingress.reject(new GateError('internal', 'secret path'))
    const answer = await ask(handshake())
    expect(answer.status).toBe(500)
    expect(answer.body).not.toContain('secret')
  })

  test('a refused client that never closes is cut', async () => {
    const socket = connect({ port: rig.port, host: '127.0.0.1', allowHalfOpen: true })
    sockets.add(socket.on('error', () => {}))
    socket.write(handshake({ Origin: 'http://page.example' }, 'GET /nothing HTTP/1.1'))
    socket.resume()
    await once(socket, 'end')
    await rig.empty()
    expect(rig.taken).toBe(1)
  })

  test('no descriptors left: 503 for the very socket', async () => {
    const full = await Rig.start({ admits: () => false })
    try {
      expect(await ask('', full.port)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
      await full.empty()
      expect(full.taken).toBe(1)
    } finally {
      await full.listener.stop()
    }
  })
})

describe('everything that is no upgrade', () => {
  const get = (path: string, method = 'GET') =>
    ask(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nConnection: close\r\n\r\n`)

  test('a word to people with a browser', async () => {
    const { status, headers, body } = await get('/')
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
    expect(body).toContain('sockgate')
  })

  test('health and readiness', async () => {
    expect(await get('/-/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
    expect(await get('/-/readyz')).toMatchObject({ status: 200, body: 'ready\n' })
    const tired = await Rig.start({ unready: () => 'draining' })
    try {
      const request = `GET /-/readyz HTTP/1.1\r\nHost: 127.0.0.1:${tired.port}\r\n\r\n`
      expect(await ask(request, tired.port)).toMatchObject({ status: 503, body: 'draining\n' })
    } finally {
      await tired.listener.stop()
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
    expect((await ask('\u0016\u0003\u0001\u0002\u0000garbage\r\n\r\n')).status).toBe(400)
    expect((await ask(clientFrame({ opcode: 1 }).toString('latin1') + '\r\n\r\n')).status).toBe(400)
    await alive()
  })
})

describe('on a Unix socket', () => {
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
    expect((await ask(handshake({ Host: 'localhost' }), path)).status).toBe(101)
    expect(local.ingresses[0]!.request).toMatchObject({ source: null, peer: { pid: 1, uid: 2, gid: 3 } })
    expect(local.listener.uri).toBe(`ws+unix://${path}`)
    await local.listener.stop()
    expect(existsSync(path)).toBe(false)
  })

  test('the file of a dead listener makes way, a living one does not (T25)', async () => {
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', script])
    expect(existsSync(path)).toBe(true)
    const local = await listen()
    await expect(listen()).rejects.toThrow(`another program listens on ${path}`)
    expect((await ask(handshake({ Host: 'localhost' }), path)).status).toBe(101)
    await local.listener.stop()
  })
})

describe('clients that reset (T7), 100 each', () => {
  const COUNT = 100

  /** Runs 100 at a time, then all must be gone and the next be let in. */
  async function storm(one: () => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: COUNT }, one))
    await rig.empty(COUNT)
    expect(rig.taken).toBe(COUNT)
    for (const socket of sockets) expect(socket.destroyed).toBe(true)
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
      const socket = await dial()
      socket.resetAndDestroy()
      await once(socket, 'close')
    }))

  test('after half the request', () =>
    storm(async () => {
      const socket = await dial()
      await new Promise((resolve) => socket.write(handshake().slice(0, 60), resolve))
      socket.resetAndDestroy()
      await once(socket, 'close')
    }))

  test('after the request', () =>
    storm(async () => {
      const socket = await dial()
      await new Promise((resolve) => socket.write(handshake(), resolve))
      socket.resetAndDestroy()
      await once(socket, 'close')
    }))

  test('during a slow dial: the gateway hears of it', async () => {
    const next = waitingRoom()
    await storm(async () => {
      const path = `slow${paths++}`
      const arrived = next(path)
      const socket = await dial()
      socket.write(handshake({}, `GET /${path} HTTP/1.1`))
      const ingress = await arrived
      const left = new Promise<void>((resolve) => ingress.onLeave(resolve))
      socket.resetAndDestroy()
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
      const socket = await dial()
      socket.write(handshake({}, `GET /${path} HTTP/1.1`))
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
      const socket = await dial()
      socket.write(handshake())
      expect((await answerOn(socket)).status).toBe(101)
      socket.resetAndDestroy()
      await once(socket, 'close')
    })
  })

  test('after a refusal, told by HTTP or by a close frame', async () => {
    let turn = 0
    await storm(async () => {
      const socket = await dial()
      const origin = turn++ % 2 === 0 ? {} : { Origin: 'http://page.example' }
      socket.write(handshake(origin, 'GET /nothing HTTP/1.1'))
      await answerOn(socket)
      socket.resetAndDestroy()
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
      const socket = await dial()
      socket.write(handshake())
      await answerOn(socket)
      socket.resetAndDestroy()
    }
    await Promise.all(closed)
    expect(closed).toHaveLength(COUNT)
    await rig.empty()
  })
})

test('stop takes no more clients and leaves those that are in', async () => {
  const socket = await dial()
  socket.write(handshake())
  await answerOn(socket)
  const { port } = rig
  await rig.listener.stop()
  socket.write('still here')
  expect((await once(socket, 'data'))[0].toString()).toBe('still here')
  await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  rig = await Rig.start()
})

test('an address in use', async () => {
  await expect(Rig.start({ uri: rig.listener.uri })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('a shorter patience applies to the next', async () => {
  rig.listener.retime(200)
  const socket = await dial()
  await once(socket.resume(), 'close')
})
