import { Buffer } from 'node:buffer'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { ProblemBody, TapEvent } from '../../../shared/api.ts'
import type { TappedMessage } from '../../gateway/tapped.ts'
import { ask, overEvents, overSocket } from '../../testing/admin-client.ts'
import type { Asked, Stream } from '../../testing/admin-client.ts'
import { ControlRig } from '../../testing/control.ts'

const by = { name: 'test', from: 'local', requestId: '' }
const PATH = '/connections/a/messages'
const WHY = '?reason=ticket%2012'

let rig: ControlRig
let port: number
let streams: Stream<unknown>[]

beforeEach(async () => {
  rig = new ControlRig()
  Object.assign(rig.deps, { limits: { maxTaps: 2 } })
  port = await rig.listen()
  streams = []
  rig.registry.open('a', { peer: '10.1.2.3:4000' })
})

afterEach(async () => {
  for (const stream of streams) stream.close()
  await rig.close()
})

/** A message passes on connection `a`. */
function pass(text: string, changes: Partial<TappedMessage> = {}): void {
  const payload = Buffer.from(text)
  const message = { at: 1, direction: 'up', kind: 'text', length: payload.length, payload, partial: false } as const
  for (const observer of rig.registry.taps.get('a') ?? []) observer.message({ ...message, ...changes })
}

const observers = () => rig.registry.taps.get('a')?.size ?? 0
const audit = () => rig.audit().filter((entry) => entry.startsWith('tap.'))

function details(): string[] {
  return rig.store.audit
    .list({ before: null, limit: 9, q: 'tap.' })
    .toReversed()
    .map(({ detail }) => detail)
}

describe.each([
  { way: 'server-sent events', open: overEvents, revoked: 0, over: 0 },
  { way: 'a WebSocket', open: overSocket, revoked: 4401, over: 1000 },
])('reading messages over $way', ({ open, revoked, over }) => {
  function tap(asked: Asked, path = PATH + WHY): Stream<TapEvent> {
    const stream = open<TapEvent>(port, path, asked)
    streams.push(stream)
    return stream
  }

  it('shows them decoded, in order, without secrets', async () => {
    const stream = tap({ token: await rig.token('admin') })
    expect(await stream.count(1)).toMatchObject([{ type: 'tap', seq: 0, connection: { id: 'a' } }])
    pass('{"password":"hunter2","n":1}')
    pass('pong', { direction: 'down', kind: 'binary', mtype: 2, utype: 7 })
    const events = await stream.count(3)
    expect(events.slice(1)).toMatchObject([
      { type: 'message', seq: 1, missed: 0, message: { direction: 'up', text: '{"password":"[redacted]","n":1}' } },
      { type: 'message', seq: 2, missed: 0, message: { direction: 'down', text: 'pong', mtype: 2, utype: 7 } },
    ])
    expect(JSON.stringify(events)).not.toContain('hunter2')
  })

  it('is on record with who, which, why, how long and how many (T40)', async () => {
    const stream = tap({ token: await rig.token('admin') })
    await stream.count(1)
    expect(audit()).toEqual(['tap.open connection a ok by admin'])
    pass('one')
    pass('two')
    await stream.count(3)
    rig.registry.end('a')
    const events = await stream.count(4)
    expect(events.at(-1)).toMatchObject({ type: 'ended', seq: 3, connection: { state: 'closed' } })
    expect((await stream.ended()).close).toBe(over)
    await expect.poll(audit).toEqual(['tap.open connection a ok by admin', 'tap.close connection a ok by admin'])
    expect(details()).toEqual([
      'pong, 10.1.2.3:4000, reason: ticket 12',
      expect.stringMatching(/^pong, 10\.1\.2\.3:4000, 2 messages in \d+s$/),
    ])
    expect(JSON.stringify(details())).not.toMatch(/one|two/)
  })

  it('takes the reason from a header too', async () => {
    const stream = tap({ token: await rig.token('admin'), headers: { 'sockgate-reason': 'ticket 13' } }, PATH)
    await stream.count(1)
    expect(details()).toEqual(['pong, 10.1.2.3:4000, reason: ticket 13'])
  })

  it('needs the right and a reason (T40)', async () => {
    const token = await rig.token('admin')
    const refused = async (asked: Asked, path?: string) => {
      const { status, text } = await tap(asked, path).ended()
      const { code, detail } = JSON.parse(text) as ProblemBody
      return `${status} ${code}: ${detail}`
    }
    expect(await refused({ token: await rig.token('operator') })).toMatch(/^403 role-needed/)
    expect(rig.audit().at(-1)).toBe(`access.refused GET /api/v1${PATH} refused by operator`)
    expect(await refused({ token }, PATH)).toMatch(/^400 invalid-request: query.reason: say why/)
    expect(await refused({ token }, `${PATH}?reason=%20%20x%20`)).toMatch(/^400 invalid-request: query.reason/)
    expect(await refused({ token }, `${PATH}?reason=a%0Abc`)).toMatch(/one line of visible/)
    expect(await refused({ token, headers: { 'sockgate-reason': 'x' } }, PATH)).toMatch(/^400 .*sockgate-reason/)
    expect(await refused({ token }, `/connections/x/messages${WHY}`)).toMatch(/^404 no-connection/)
    rig.registry.end('a')
    expect(await refused({ token })).toMatch(/^409 not-open/)
    expect(audit()).toEqual([])
  })

  it('ends when the right is gone (T40)', async () => {
    const stream = tap({ cookie: await rig.cookie('admin', 'anna') })
    await rig.cookie('admin', 'bob') // somebody has to stay
    await stream.count(1)
    pass('before')
    await stream.count(2)
    await rig.accounts.changeUser('anna', { role: 'operator' }, by)
    expect(observers()).toBe(0)
    pass('after')
    expect((await stream.ended()).close).toBe(revoked)
    expect(stream.events).toHaveLength(2)
    await expect.poll(audit).toContain('tap.close connection a ok by anna')
  })

  it('ends when the reader leaves', async () => {
    const stream = tap({ token: await rig.token('admin') })
    await stream.count(1)
    expect(observers()).toBe(1)
    stream.close()
    await expect.poll(observers).toBe(0)
    await expect.poll(audit).toContain('tap.close connection a ok by admin')
  })

  it('is bounded in number', async () => {
    const token = await rig.token('admin')
    await Promise.all([tap({ token }).count(1), tap({ token }).count(1)])
    const { status, text } = await tap({ token }).ended()
    expect([status, (JSON.parse(text) as ProblemBody).code]).toEqual([503, 'too-many-taps'])
  })

  it('says how many it could not keep', async () => {
    const stream = tap({ token: await rig.token('admin') })
    await stream.count(1)
    for (let at = 1; at <= 3000; at++) pass(`m${at}`)
    const events = await stream.count(1001)
    expect(events[1]).toMatchObject({ seq: 2001, missed: 2000, message: { text: 'm2001' } })
    expect(events.at(-1)).toMatchObject({ seq: 3000, missed: 0, message: { text: 'm3000' } })
  })

  it('shows many large messages too', async () => {
    const stream = tap({ token: await rig.token('admin') })
    await stream.count(1)
    for (let at = 1; at <= 30; at++) pass('x'.repeat(64 * 1024))
    expect((await stream.count(31)).at(-1)).toMatchObject({ seq: 30, missed: 0 })
  })
})

it('shows nothing that can not be put on record', async () => {
  const token = await rig.token('admin')
  rig.store.audit.append = () => {
    throw new Error('the disk is full')
  }
  const answer = await ask(port, `GET ${PATH}${WHY}`, { token })
  expect(answer.status).toBe(500)
  expect(observers()).toBe(0)
  const socket = overSocket<TapEvent>(port, PATH + WHY, { token })
  streams.push(socket)
  expect((await socket.ended()).close).toBe(1011)
  expect(observers()).toBe(0)
  expect(socket.events).toEqual([])
})
