import { once } from 'node:events'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, Socket } from 'node:net'
import { dirname, join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { causes } from '../../shared/causes.ts'
import { readDocument } from '../../shared/policy/document.ts'
import { compile } from '../../shared/policy/policy.ts'
import { unknownRequest } from '../../shared/policy/request.ts'
import { codecNamed } from '../codecs/index.ts'
import { connectClient, handshake, RawClient, rawRefusalOf, type Refused, refusalOf } from '../testing/clients.ts'
import { Gate, type GateOptions } from '../testing/gate.ts'
import type { ServiceProcess } from '../testing/service.ts'
import { withoutRoot } from '../testing/without-root.ts'
import { viewNamed } from '../views/index.ts'
import { Gateway, type GatewayParts } from './gateway.ts'
import { Registry } from './registry.ts'

/** Who is let in, who is not and what they are told; and how the gateway ends. */

const gates: Gate[] = []

async function start(options: GateOptions = {}): Promise<Gate> {
  const gate = await Gate.start(options)
  gates.push(gate)
  return gate
}

const foreigners: Socket[] = []

afterEach(async () => {
  for (const socket of foreigners.splice(0)) socket.destroy()
  await Promise.all(gates.splice(0).map((gate) => gate.close()))
})

/** Fills the queue of a service that accepts nothing: connects until the kernel says that it is full. */
async function fill(service: ServiceProcess): Promise<void> {
  for (;;) {
    const socket = connect(service.path)
    foreigners.push(socket)
    const outcome = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).catch(
      (error: unknown) => error,
    )
    if ((outcome as NodeJS.ErrnoException).code === 'EAGAIN') return
  }
}

async function stuck(gate: Gate): Promise<ServiceProcess> {
  const service = await gate.service('stuck', 'reader', 1)
  service.freeze()
  await fill(service)
  return service
}

describe('refusals', () => {
  let gate: Gate

  beforeAll(async () => {
    gate = await Gate.start({
      connectTimeoutMs: 150,
      entries: { away: { target: 'unix:/nowhere/away.sock' }, one: { target: 'unix:echo', maxConnections: 1 } },
    })
    await gate.service('echo', 'echo')
    writeFileSync(join(gate.rundir, 'file'), '')
    mkdirSync(join(gate.rundir, 'directory'))
    symlinkSync('/run', join(gate.rundir, 'outside'))
    symlinkSync('circle', join(gate.rundir, 'circle'))
    // What a service leaves behind that was killed: its socket, without anybody listening.
    const down = await gate.service('down', 'echo')
    symlinkSync('down', join(gate.rundir, 'link-to-down'))
    await down.kill()
  })

  afterAll(() => gate.close())

  const cases = [
    ['unknown', 'no-service', 'there is no service with this name'],
    ['', 'no-service', 'there is no service with this name'],
    ['../../etc/passwd', 'no-service', 'there is no service with this name'],
    ['%2e%2e/%2e%2e/run/x', 'no-service', 'there is no service with this name'],
    ['a%2f..%2f..%2fx', 'no-service', 'there is no service with this name'],
    ['%2fetc%2fpasswd', 'no-service', 'there is no service with this name'],
    ['.hidden', 'no-service', 'there is no service with this name'],
    ['a//b', 'no-service', 'there is no service with this name'],
    ['nul%00', 'no-service', 'there is no service with this name'],
    ['file/below', 'no-service', 'there is no service with this name'],
    ['x'.repeat(300), 'no-service', 'there is no service with this name'],
    ['file', 'upstream-refused', '"file" is not a socket but a file'],
    ['directory', 'upstream-refused', '"directory" is not a socket but a directory'],
    ['outside', 'upstream-refused', '"outside" is a link that leads out of the run dir'],
    ['circle', 'upstream-refused', '"circle" is a link that leads in a circle'],
    ['down', 'upstream-refused', 'nothing listens on "down" any more'],
    ['link-to-down', 'upstream-refused', 'nothing listens on "link-to-down" any more'],
    ['away', 'upstream-refused', "the service's socket does not exist"],
    ['echo?view=xml', 'bad-request', 'no view "xml"'],
    ['bad%escape', 'bad-request', 'broken percent escape'],
  ] as const

  test.each(cases)('%s: %s', async (name, code, words) => {
    const { status, problem } = await rawRefusalOf(gate.url, `/${name}`)
    expect(problem).toMatchObject({ code, status, title: causes[code].title, detail: expect.stringContaining(words) })
    expect(status).toBe(causes[code].status)
    await recorded(gate, problem.requestId, code)
  })

  test('a client with an allowed Origin is let in and told by close code', async () => {
    const origin = gate.url.replace('ws', 'http')
    for (const [name, code, words] of cases.filter(([each]) => /^[\w-]+$/.test(each) && each.length < 50)) {
      const client = await connectClient(`${gate.url}/${name}`, { origin })
      expect(await client.closed).toEqual({ code: causes[code].close, reason: expect.stringContaining(words) })
    }
  })

  test('a foreign Origin, or two, or a foreign Host is refused whatever it asks for', async () => {
    const foreign = await refusalOf(`${gate.url}/echo`, { origin: 'https://evil.example' })
    expect([foreign.status, foreign.problem.code]).toEqual([403, 'origin-refused'])
    const { status, problem } = await rawRefusalOf(gate.url, '/echo', { Host: 'evil.example' })
    expect([status, problem.code]).toEqual([421, 'host-refused'])
    await recorded(gate, problem.requestId, 'host-refused')
  })

  test('a full queue: refused when the time to connect is over', async () => {
    const service = await gate.service('busy', 'reader', 1)
    service.freeze()
    await fill(service)
    const { status, problem } = await refusalOf(`${gate.url}/busy`)
    expect([status, problem.code]).toEqual([504, 'upstream-timeout'])
    expect(problem.detail).toBe('busy did not take the connection within 150 ms')
    await recorded(gate, problem.requestId, 'upstream-timeout')
  })

  test('no permission', async () => {
    await gate.service('locked', 'echo')
    chmodSync(join(gate.rundir, 'locked'), 0)
    const dirs = [dirname(gate.rundir), gate.rundir]
    const { status, problem } = await withoutRoot(dirs, () => refusalOf(`${gate.url}/locked`))
    expect([status, problem.detail]).toEqual([502, 'the gateway has no permission to open "locked"'])
  })
})

/** The registry and the log say the same of a refusal as its body, under the same id. */
async function recorded(gate: Gate, id: string, code: keyof typeof causes): Promise<void> {
  const info = await gate.connection(id)
  expect(info).toMatchObject({ id, state: 'refused', ending: { code, close: causes[code].status } })
  const line = await gate.logged({ msg: 'connection refused', id })
  expect(line).toMatchObject({ cause: code, status: causes[code].status, detail: info.ending!.detail })
}

describe('how many', () => {
  test('a service takes its share, also when all come at once', async () => {
    const gate = await start({ entries: { pair: { target: 'unix:echo', maxConnections: 2 } } })
    await gate.service('echo', 'echo')
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => connectClient(`${gate.url}/pair`)))
    const refused = outcomes.filter((each) => each.status === 'rejected').map((each) => each.reason as Refused)
    expect(refused.map(({ status, problem }) => [status, problem.detail])).toEqual(
      Array.from({ length: 18 }, () => [429, 'pair takes at most 2 connections at a time']),
    )
    // Another name for the same socket has a count of its own, and a place that is free again can be taken.
    await connectClient(`${gate.url}/echo`)
    const [first] = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    first!.ws.close()
    await gate.logged({ msg: 'connection closed', service: 'pair' })
    expect(await (await connectClient(`${gate.url}/pair`)).echoes('in')).toBe(true)
  })

  test('the gateway takes its share, and tells browsers by close code', async () => {
    const gate = await start({ maxConnections: 3 })
    await gate.service('echo', 'echo')
    const origin = gate.url.replace('ws', 'http')
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => connectClient(`${gate.url}/echo`)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    const browser = await connectClient(`${gate.url}/echo`, { origin })
    const reason = 'this gateway takes at most 3 connections at a time'
    expect(await browser.closed).toEqual({ code: 4429, reason: expect.stringContaining(reason) })
  })

  test('clients that wait for a service count as well', async () => {
    const gate = await start({ maxConnections: 1 })
    await gate.service('echo', 'echo')
    await stuck(gate)
    const waiting = await RawClient.dial(gate.url)
    waiting.socket.write(handshake(gate.host, '/stuck'))
    await gate.handled()
    expect((await refusalOf(`${gate.url}/echo`)).status).toBe(429)
    waiting.socket.destroy()
  })
})

describe('a client that leaves while its service is dialled', () => {
  test.each(['destroy', 'resetAndDestroy', 'end'] as const)('by %s', async (how) => {
    const gate = await start({ connectTimeoutMs: 60_000 })
    const service = await stuck(gate)
    const client = await RawClient.dial(gate.url)
    client.socket.write(handshake(gate.host, '/stuck'))
    await gate.handled()
    client.socket[how]()
    const line = await gate.logged({ msg: 'connection refused', service: 'stuck' })
    expect(line.cause).toBe('client-lost')
    await client.gone
    service.thaw()
  })
})

describe('the end', () => {
  test('an administrator closes one connection, in his words', async () => {
    const gate = await start()
    await gate.service('echo', 'echo')
    const [one, other] = [await connectClient(`${gate.url}/echo`), await connectClient(`${gate.url}/echo`)]
    const { id } = await gate.logged({ msg: 'connection opened' })
    expect((await gate.api('DELETE', `/connections/${id}`, { reason: 'maintenance' })).status).toBe(204)
    expect(await one.closed).toEqual({ code: 4410, reason: 'maintenance' })
    const line = await gate.logged({ msg: 'connection closed', id: id! })
    expect(line).toMatchObject({ cause: 'killed', close: 4410, detail: 'maintenance' })
    expect(await gate.connection(id!)).toMatchObject({ state: 'closed', ending: { code: 'killed', close: 4410 } })
    expect(await other.echoes('still here')).toBe(true)
    expect((await gate.api('DELETE', `/connections/${id}`)).status).toBe(409)
  })

  test('draining: not ready, nobody new, everybody told 1012, then over', async () => {
    const gate = await start({ drainTimeoutMs: 10_000 })
    const service = await gate.service('echo', 'echo')
    await stuck(gate)
    const waiting = await RawClient.dial(gate.url)
    waiting.socket.write(handshake(gate.host, '/stuck'))
    const clients = await Promise.all(Array.from({ length: 50 }, () => connectClient(`${gate.url}/echo`)))
    const holding = await RawClient.open(`${gate.url}/echo`)
    const asking = await RawClient.dial(gate.url)
    const late = await RawClient.dial(gate.url)
    await gate.handled()

    const drained = gate.app.drain()
    asking.socket.write(`GET /-/readyz HTTP/1.1\r\nHost: ${gate.host}\r\n\r\n`)
    late.socket.write(handshake(gate.host, '/echo'))
    expect(await asking.head()).toMatch(/^HTTP\/1.1 503 /)
    expect(await late.head()).toMatch(/^HTTP\/1.1 503 /)
    expect(await waiting.head()).toMatch(/^HTTP\/1.1 503 /)
    // All this while somebody who was let in has yet to answer.
    expect((await holding.closing()).code).toBe(1012)
    for (const { socket } of [asking, late, waiting, holding]) socket.destroy()
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1012, reason: 'The gateway is restarting' })
    }
    await drained
    await expect(RawClient.dial(gate.url)).rejects.toThrow('ECONNREFUSED')
    await service.stop()
  })

  test('draining is over at the deadline, whoever still holds on', async () => {
    const gate = await start({ drainTimeoutMs: 100 })
    await gate.service('echo', 'echo')
    const client = await RawClient.open(`${gate.url}/echo`)
    client.socket.pause() // never answers the close
    await gate.app.drain()
    const line = await gate.logged({ msg: 'connection closed' })
    expect(line).toMatchObject({ cause: 'draining', close: 1012 })
    client.socket.destroy()
  })

  test.each([
    ['by itself', false],
    ['while draining', true],
  ])('a stop ends at once, with open, half-open and waiting clients: %s', async (_, draining) => {
    const gate = await start({ drainTimeoutMs: 3_600_000, connectTimeoutMs: 3_600_000, handshakeTimeoutMs: 3_600_000 })
    await gate.service('echo', 'echo')
    await stuck(gate)
    const waiting = await RawClient.dial(gate.url)
    waiting.socket.write(handshake(gate.host, '/stuck'))
    const halfway = await RawClient.dial(gate.url)
    halfway.socket.write('GET /echo HTT')
    const silent = await RawClient.dial(gate.url)
    const open = await RawClient.open(`${gate.url}/echo`)
    await gate.handled()
    const all = [waiting, halfway, silent, open]
    const told = all.map(({ gone, socket }) => gone.then(() => socket.destroy()))
    const drained = draining ? gate.app.drain() : null
    await gate.app.stop()
    await expect(Promise.all([drained, ...told])).resolves.toHaveLength(5)
  })

  test('a service that answers when draining has begun gets nobody any more', async () => {
    const upstream = new Socket()
    let answer: (socket: Socket) => void = () => {}
    const openPolicy = compile(readDocument({ defaults: { in: 'allow' } }, String), 1)
    const registry = new Registry()
    const gateway = new Gateway({
      registry,
      policy: () => openPolicy,
      decided: () => {},
      limits: () => ({ connectTimeoutMs: 60_000, maxConnections: 1, maxMessageBytes: 1 }),
      route: ({ service }: { service: string }) => ({
        name: service,
        target: { uri: 'unix:x' },
        codec: 'raw',
        maxConnections: null,
      }),
      view: viewNamed,
      codec: codecNamed,
      dial: () => new Promise<Socket>((resolve) => (answer = resolve)),
      hasRoom: () => true,
      over: () => {},
      unreachable: () => {},
    } as unknown as GatewayParts)
    const told: string[] = []
    const handled = gateway.handle({
      request: { ...unknownRequest('in', 'late'), id: 'late', source: { address: '::1', port: 7 } },
      credential: null,
      view: 'payload',
      text: null,
      objection: null,
      onLeave: () => {},
      accept: () => {
        throw new Error('let in')
      },
      reject: ({ code, status }) => {
        told.push(code)
        return status
      },
    })
    await gateway.drain(1000)
    answer(upstream)
    await handled
    expect([told, upstream.destroyed, gateway.dialling, registry.size]).toEqual([['draining'], true, 0, 0])
  })
})
