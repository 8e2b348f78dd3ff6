import net from 'node:net'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { ProblemBody } from '../../../shared/api.ts'
import type { FeedEvent } from '../../../shared/connection.ts'
import { overEvents, overSocket } from '../../testing/admin-client.ts'
import type { Asked, Stream } from '../../testing/admin-client.ts'
import { ControlRig } from '../../testing/control.ts'
import type { ControlLimits } from '../deps.ts'

const by = { name: 'test', from: 'local', requestId: '' }

let rig: ControlRig
let streams: Stream<unknown>[]

beforeEach(() => {
  rig = new ControlRig()
  streams = []
})

afterEach(async () => {
  for (const stream of streams) stream.close()
  await rig.close()
})

async function listen(limits: Partial<ControlLimits> = {}): Promise<number> {
  Object.assign(rig.deps, { limits: { batchMs: 1, ...limits } })
  return rig.listen()
}

const ways = [
  { way: 'server-sent events', open: overEvents, revoked: 0, closing: 0 },
  { way: 'a WebSocket', open: overSocket, revoked: 4401, closing: 1012 },
] as const

describe.each(ways)('the feed over $way', ({ open, revoked, closing }) => {
  function watch(port: number, asked: Asked, path = '/events'): Stream<FeedEvent> {
    const stream = open<FeedEvent>(port, path, asked)
    streams.push(stream)
    return stream
  }

  it('sends a snapshot, then what happens, in order and without a gap', async () => {
    const port = await listen()
    rig.registry.open('a')
    const stream = watch(port, { token: await rig.token('viewer') })
    const [snapshot] = await stream.count(1)
    expect(snapshot).toMatchObject({ type: 'snapshot', open: [{ id: 'a' }], policy: { current: { version: 1 } } })
    rig.registry.open('b')
    rig.registry.end('a')
    const change = {
      expected: null,
      comment: '',
      kind: 'edit',
      existing: 'keep',
      drainMs: 0,
      confirmWithinMs: null,
      override: null,
    } as const
    await rig.policy.edit((document) => document, { ...by, door: null }, change)
    const events = await stream.count(4)
    expect(events.slice(1)).toMatchObject([
      { type: 'opened', connection: { id: 'b' } },
      { type: 'closed', connection: { id: 'a' } },
      { type: 'policy', policy: { current: { version: 2, author: 'test' } } },
    ])
    expect(events.map(({ seq }) => seq - snapshot!.seq)).toEqual([0, 1, 2, 3])
  })

  it('goes on behind ?after=, or starts over when that is too old', async () => {
    const port = await listen({ keptEvents: 3 })
    const token = await rig.token('viewer')
    const first = watch(port, { token })
    const [{ seq }] = (await first.count(1)) as [FeedEvent]
    first.close()
    for (const id of ['a', 'b', 'c']) rig.registry.open(id)
    expect(await watch(port, { token }, `/events?after=${seq}`).count(3)).toMatchObject([
      { type: 'opened', seq: seq + 1 },
      { seq: seq + 2 },
      { seq: seq + 3 },
    ])
    rig.registry.open('d')
    expect(await watch(port, { token }, `/events?after=${seq}`).count(1)).toMatchObject([
      { type: 'snapshot', seq: seq + 4 },
    ])
    expect(await watch(port, { token }, '/events?after=99').count(1)).toMatchObject([{ type: 'snapshot' }])
  })

  it('ends with the session by which it was opened, and only with that (T33)', async () => {
    const port = await listen()
    const stream = watch(port, { cookie: await rig.cookie('viewer', 'vera') })
    const other = watch(port, { cookie: await rig.cookie('viewer', 'otto') })
    await Promise.all([stream.count(1), other.count(1)])
    const session = rig.accounts.sessions().find(({ user }) => user === 'vera')!
    rig.accounts.signOut(session.id, by)
    expect((await stream.ended()).close).toBe(revoked)
    rig.registry.open('a')
    expect(await other.count(2)).toHaveLength(2)
    expect(stream.events).toHaveLength(1)
  })

  it('ends with the token, and with the role that it was opened with (T33)', async () => {
    const port = await listen()
    const byToken = watch(port, { token: await rig.token('viewer') })
    const bySession = watch(port, { cookie: await rig.cookie('operator', 'olga') })
    await Promise.all([byToken.count(1), bySession.count(1)])
    rig.accounts.removeToken(rig.accounts.tokens()[0]!.id, by)
    await rig.accounts.changeUser('olga', { role: 'client' }, by)
    expect((await byToken.ended()).close).toBe(revoked)
    expect((await bySession.ended()).close).toBe(revoked)
  })

  it('is for those who are signed in, under our name, from our page', async () => {
    const port = await listen()
    const token = await rig.token('viewer')
    await rig.cookie('admin')
    const refused = async (asked: Asked, path?: string) => {
      const { status, text } = await watch(port, asked, path).ended()
      return [status, (JSON.parse(text) as ProblemBody).code]
    }
    expect(await refused({})).toEqual([401, 'unauthenticated'])
    expect(await refused({ token: `${token}x` })).toEqual([401, 'unauthenticated'])
    expect(await refused({ token: await rig.connectToken() })).toEqual([401, 'unauthenticated'])
    expect(await refused({ token, headers: { origin: 'https://evil.example' } })).toEqual([403, 'origin-refused'])
    expect(await refused({ token, headers: { 'sec-fetch-site': 'cross-site' } })).toEqual([403, 'origin-refused'])
    expect(await refused({ token }, '/events?after=soon')).toEqual([400, 'invalid-request'])
    expect(await refused({ token }, '/events?from=5')).toEqual([400, 'invalid-request'])
  })

  it('takes only so many watchers', async () => {
    const port = await listen({ maxWatchers: 1 })
    const token = await rig.token('viewer')
    await watch(port, { token }).count(1)
    const { status, text } = await watch(port, { token }).ended()
    expect([status, (JSON.parse(text) as ProblemBody).code]).toEqual([503, 'too-many-watchers'])
  })

  it('ends with the listener', async () => {
    const app = await rig.app()
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as { port: number }
    const stream = watch(port, { token: await rig.token('viewer') })
    await stream.count(1)
    await app.close()
    expect((await stream.ended()).close).toBe(closing)
  })
})

describe('a WebSocket', () => {
  it('pings, and cuts off a peer that does not answer', async () => {
    const port = await listen({ heartbeatMs: 400 })
    const token = await rig.token('viewer')
    const alive = overSocket<FeedEvent>(port, '/events', { token })
    const dead = overSocket<FeedEvent>(port, '/events', { token, autoPong: false })
    streams.push(alive, dead)
    expect((await dead.ended()).close).toBe(1006)
    for (let pings = 0; pings < 3; pings++) await new Promise((resolve) => alive.socket.once('ping', resolve))
    rig.registry.open('a')
    expect(await alive.count(2)).toHaveLength(2)
  })

  it.each(['/api/v1/events', '/api/v1/none', '/%zz', '/api/v1/events?after=x'])(
    'leaves no connection behind that was refused: %s',
    async (path) => {
      const socket = net.connect(await listen(), '127.0.0.1')
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: gate.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      )
      let text = ''
      for await (const chunk of socket) text += String(chunk) // to its end
      expect(text).toMatch(/^HTTP\/1.1 4\d\d /)
    },
  )

  it('takes no messages', async () => {
    const port = await listen()
    const stream = overSocket<FeedEvent>(port, '/events', { token: await rig.token('viewer') })
    streams.push(stream)
    await stream.count(1)
    stream.socket.send('hello')
    expect((await stream.ended()).close).toBe(1002)
  })

  it('gets a fresh snapshot instead of what it missed while it read nothing', async () => {
    const port = await listen({ keptEvents: 5 })
    const stream = overSocket<FeedEvent>(port, '/events', { token: await rig.token('viewer') })
    streams.push(stream)
    await stream.count(1)
    stream.socket.pause()
    const origin = 'x'.repeat(200_000)
    for (let at = 0; at < 200; at++) {
      rig.registry.open(`c${at}`, { origin: at < 199 ? origin : 'last' })
      await new Promise((resolve) => setImmediate(resolve))
    }
    stream.socket.resume()
    while (
      !stream.events.some((event) => event.type === 'snapshot' && event.open.some(({ origin: is }) => is === 'last'))
    ) {
      if (stream.events.some((event) => event.type === 'opened' && event.connection.origin === 'last')) break
      await stream.count(stream.events.length + 1)
    }
    expect(stream.events.filter(({ type }) => type === 'snapshot').length).toBeGreaterThan(1)
    expect(stream.events.length).toBeLessThan(200)
  })
})
