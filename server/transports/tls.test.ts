import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { identityOf, TestCa, type Pair, type Wanted } from '../testing/certificates.ts'
import { answerOn, removeTestCa, Rig, serverPair, testCa } from '../testing/listener-rig.ts'

/** What only TLS adds to the listener (SECURITY T41, F21); `websocket.test.ts` does the rest with TLS as well. */

const uri = 'wss://127.0.0.1:0'
let rig: Rig

beforeEach(async () => {
  rig = await Rig.start({ uri })
})

afterEach(() => rig.close())
afterAll(removeTestCa)

/** The handshake alone; fails with OpenSSL's words. */
async function protocolOf(options: object): Promise<string | null> {
  const socket = (await rig.dial(options)) as TLSSocket
  return `${socket.getProtocol()} ${socket.getCipher().standardName}`
}

async function tcp(port = rig.port): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
  await once(socket, 'connect')
  return socket.resume()
}

/** Also when it is reset. */
const gone = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))

describe('versions and suites', () => {
  test('1.3 and 1.2 with forward secrecy', async () => {
    expect(await protocolOf({})).toMatch(/^TLSv1\.3 /)
    expect(await protocolOf({ maxVersion: 'TLSv1.2' })).toMatch(/^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_/)
  })

  test.each([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
    ['no forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['another protocol than HTTP/1.1', { ALPNProtocols: ['h2'] }],
  ])('%s is refused', async (_what, options) => {
    await expect(protocolOf(options)).rejects.toThrow(/alert/)
    await rig.empty()
    expect(rig.turnedAway).toHaveLength(1)
    expect(rig.turnedAway[0]).toMatchObject({
      error: { code: 'bad-request', message: expect.stringMatching(/^the TLS handshake failed: [a-z ]+$/) },
      request: { scheme: 'wss', listener: rig.listener.uri, source: { address: '127.0.0.1' } },
      told: 1006,
    })
    expect(rig.ingresses).toEqual([])
  })

  test('plain HTTP, and what is nothing, ends at once', async () => {
    for (const bytes of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\0'.repeat(100)]) {
      const socket = await tcp()
      socket.write(bytes)
      await gone(socket)
    }
    await rig.empty(2)
    expect(rig.turnedAway.map(({ error }) => error.code)).toEqual(['bad-request', 'bad-request'])
  })

  test('a client of TLS 1.2 may not negotiate anew', async () => {
    const socket = (await rig.dial({ maxVersion: 'TLSv1.2' })) as TLSSocket
    socket.renegotiate({}, () => {})
    const [refused] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(refused.code).toBe('ERR_SSL_NO_RENEGOTIATION')
  })
})

describe('half a handshake', () => {
  test('is closed in time, however it drips, and not counted for ever', async () => {
    rig.listener.retime(300)
    const began = performance.now()
    const [silent, dripping] = [await tcp(), await tcp()]
    // The head of a record of 512 bytes, then nothing but its bytes.
    dripping.write(Buffer.from('1603010200010001fc0303', 'hex'))
    const drip = setInterval(() => dripping.write('\0'), 20)
    await Promise.all([gone(silent), gone(dripping)])
    clearInterval(drip)
    expect(performance.now() - began).toBeGreaterThan(250)
    await rig.empty(2)
    expect(rig.turnedAway.map(({ error, told }) => [error.code, told])).toEqual([
      ['slow-handshake', 1006],
      ['slow-handshake', 1006],
    ])
  })

  test('its time ends with it: who is through has that of the request', async () => {
    rig.listener.retime(300)
    const socket = await rig.dial()
    socket.write(rig.handshake())
    await answerOn(socket)
    await gone(await tcp()) // a younger one is late
    socket.write('still here')
    expect((await once(socket, 'data'))[0].toString()).toBe('still here')
  })

  test('whoever leaves in it is forgotten', async () => {
    const sockets = await Promise.all([tcp(), tcp(), tcp()])
    sockets[0].destroy()
    sockets[1].resetAndDestroy()
    sockets[2].write('\x16\x03\x01')
    sockets[2].end()
    await rig.empty(3)
    expect(rig.turnedAway.map(({ error }) => error.code)).toEqual(['client-lost', 'client-lost', 'client-lost'])
  })

  test('the end of the listener is its end', async () => {
    const socket = await tcp()
    while (rig.here === 0) await rig.dial().then((other) => other.destroy())
    const closed = gone(socket)
    await rig.listener.stop()
    await closed
    await rig.empty()
  })

  test('no descriptors left: closed without a word, and recorded as that', async () => {
    const full = await Rig.start({ uri, admits: () => false })
    const socket = await tcp(full.port)
    await gone(socket)
    await full.empty()
    expect(full.turnedAway).toMatchObject([{ error: { code: 'no-descriptors' }, told: 1006 }])
    await full.close()
  })
})

test('sockets are counted once, from TCP to letting in', async () => {
  const first = await rig.dial()
  expect([rig.taken, rig.here]).toEqual([1, 1])
  first.write(rig.handshake())
  await answerOn(first)
  expect([rig.taken, rig.here]).toEqual([1, 0])
  const second = await rig.dial()
  expect([rig.taken, rig.here]).toEqual([2, 1])
  second.destroy()
  first.destroy()
  await rig.empty(2)
  expect(rig.here).toBe(0)
})

describe('origins', () => {
  test.each([
    [() => `https://127.0.0.1:${rig.port}`, 101],
    [() => `http://127.0.0.1:${rig.port}`, 403],
    [() => `https://127.0.0.1`, 403],
  ])('case %#', async (origin, status) => {
    expect((await rig.ask(rig.handshake({ Origin: origin() }))).status).toBe(status)
  })
})

describe('another certificate while clients are there', () => {
  const serialOf = (socket: Socket) => (socket as TLSSocket).getPeerCertificate().serialNumber

  test('nobody notices, and who comes gets the new one', async () => {
    const old = await Promise.all(Array.from({ length: 20 }, () => rig.dial()))
    for (const socket of old) socket.write(rig.handshake())
    await Promise.all(old.map(answerOn))
    const waiting = await rig.dial() // TLS done, request not sent
    rig.listener.identify(identityOf(testCa().server()))
    const fresh = await rig.dial()
    expect(serialOf(fresh)).not.toBe(serialOf(old[0]!))
    for (const [i, socket] of [...old, waiting, fresh].entries()) {
      if (i >= old.length) {
        socket.write(rig.handshake())
        expect((await answerOn(socket)).status).toBe(101)
      }
      const big = Buffer.alloc(200_000, i)
      let got = 0
      const all = new Promise<void>((resolve) =>
        socket.on('data', (data) => (got += data.length) >= big.length && resolve()),
      )
      socket.write(big)
      await all
    }
    expect(rig.here).toBe(0)
    expect(rig.turnedAway).toEqual([])
  })

  test('one that OpenSSL does not take changes nothing', async () => {
    const [one, other] = [serverPair(), testCa().server()]
    const mixed = { cert: readFileSync(one.cert, 'utf8'), key: readFileSync(other.key, 'utf8'), clientCa: null }
    expect(() => rig.listener.identify(mixed)).toThrow(/key values mismatch/)
    expect((await rig.ask(rig.handshake())).status).toBe(101)
  })
})

describe('client certificates', () => {
  let asking: Rig
  let people: TestCa
  let annas: Pair

  beforeAll(() => {
    people = new TestCa('people')
    annas = people.issue(anna)
  })

  beforeEach(async () => {
    asking = await Rig.start({ uri, tls: identityOf(serverPair(), people.pem) })
  })

  afterEach(() => asking.close())
  afterAll(() => people.remove())

  const anna: Wanted = { subject: '/CN=anna/O=example', usage: 'clientAuth' }

  function shown(wanted: Wanted, by = people): { cert: string; key: string } {
    const { cert, key } = identityOf(by.issue(wanted))
    return { cert, key }
  }

  async function askAs(options: object, headers: Readonly<Record<string, string>> = {}) {
    const socket = await asking.dial(options)
    socket.write(asking.handshake(headers))
    const answer = await answerOn(socket)
    return { answer, ingress: asking.ingresses.at(-1)! }
  }

  test('none is fine', async () => {
    const { answer, ingress } = await askAs({})
    expect(answer.status).toBe(101)
    expect(ingress).toMatchObject({ credential: null, objection: null, request: { names: [] } })
  })

  test('one that is vouched for is the credential, and its names are proven', async () => {
    const altNames = 'DNS:Pong.Example.com,DNS:b.example,URI:https://x/y,email:a@b.example,DNS:anna'
    const { answer, ingress } = await askAs(shown({ ...anna, altNames }))
    expect(answer.status).toBe(101)
    expect(ingress.credential).toEqual({ kind: 'certificate', value: 'CN=anna,O=example' })
    expect(ingress.request).toMatchObject({
      scheme: 'wss',
      names: ['pong.example.com', 'b.example', 'anna'],
      user: null,
    })
  })

  test('in TLS 1.2 as well, and when the client comes back by its session', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const pair = identityOf(annas)
      const first = (await asking.dial({ ...pair, maxVersion })) as TLSSocket
      const told = maxVersion === 'TLSv1.3' ? once(first, 'session') : null
      first.write(asking.handshake())
      await answerOn(first)
      const session = told === null ? first.getSession() : ((await told)[0] as Buffer)
      const again = (await asking.dial({ ...pair, maxVersion, session })) as TLSSocket
      expect(again.isSessionReused()).toBe(true)
      again.write(asking.handshake())
      expect((await answerOn(again)).status).toBe(101)
      expect(asking.ingresses.at(-1)!.credential).toEqual({ kind: 'certificate', value: 'CN=anna,O=example' })
    }
  })

  test.each([
    ['other order', '/O=example/CN=anna', 'O=example,CN=anna', ['anna']],
    ['a name with a comma', '/CN=a,O=b', 'CN=a\\,O=b', []],
    ['beyond ASCII', '/CN=Änna', 'CN=Änna', []],
    ['no name at all', '/O=example', 'O=example', []],
  ])('the subject can be read in one way only: %s', async (_what, subject, value, names) => {
    const { ingress } = await askAs(shown({ subject, usage: 'clientAuth' }))
    expect(ingress.credential).toEqual({ kind: 'certificate', value })
    expect(ingress.request.names).toEqual(names)
  })

  test('a token counts before it; the names stay', async () => {
    const { ingress } = await askAs(identityOf(annas), { Authorization: 'Bearer t0ken' })
    expect(ingress.credential).toEqual({ kind: 'bearer', value: 't0ken' })
    expect(ingress.request.names).toEqual(['anna'])
  })

  const strangers: [string, RegExp, () => object][] = [
    ['expired', /expired/, () => shown({ ...anna, days: -1 })],
    ['for servers only', /purpose/, () => shown({ ...anna, usage: 'serverAuth' })],
    ['signed by somebody else', /self signed cert in chain/, () => shown(anna, testCa())],
    [
      'signed by itself',
      /^[^:]*: depth zero self signed cert$/,
      () => identityOf({ cert: testCa().cert, key: `${testCa().dir}/ca.key` }),
    ],
  ]
  test.each(strangers)('%s: 401, even with a token', async (_what, words, pair) => {
    for (const headers of [{}, { Authorization: 'Bearer t0ken' }]) {
      const { answer, ingress } = await askAs(pair(), headers)
      expect(answer.status).toBe(401)
      expect(ingress.objection).toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(words) })
      expect(ingress.request.names).toEqual([])
    }
    expect(asking.ports).toEqual([])
  })

  test('a page with a bad certificate is told in a close frame', async () => {
    const { answer } = await askAs(shown({ ...anna, days: -1 }), { Origin: 'http://page.example' })
    expect(answer.status).toBe(101)
    expect(asking.ports).toEqual([])
  })

  test('not asked for, not looked at', async () => {
    const socket = await rig.dial(identityOf(annas))
    socket.write(rig.handshake())
    await answerOn(socket)
    expect(rig.ingresses.at(-1)).toMatchObject({ credential: null, objection: null, request: { names: [] } })
  })

  test('asking begins and ends with a reload, and the word of those who no longer vouch counts no more', async () => {
    const pair = identityOf(annas)
    const socket = (await asking.dial(pair)) as TLSSocket
    const session = once(socket, 'session')
    socket.write(asking.handshake())
    await answerOn(socket)
    const others = new TestCa('others')
    asking.listener.identify(identityOf(serverPair(), others.pem))
    const { answer } = await askAs({ ...pair, session: (await session)[0] as Buffer })
    expect(answer.status).toBe(401)
    others.remove()
    asking.listener.identify(identityOf(serverPair(), null))
    const unasked = await askAs(pair)
    expect(unasked).toMatchObject({ answer: { status: 101 }, ingress: { credential: null, objection: null } })
    asking.listener.identify(identityOf(serverPair(), people.pem))
    expect((await askAs(pair)).ingress.credential).toMatchObject({ kind: 'certificate' })
  })
})
