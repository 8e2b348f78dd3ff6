import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { GateError } from '../../shared/causes.ts'
import type { ConnectionInfo } from '../../shared/connection.ts'
import { unknownRequest } from '../../shared/policy/request.ts'
import { codecNamed } from '../codecs/index.ts'
import { connectClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'
import type { ServiceProcess } from '../testing/service.ts'
import type { Bridge } from './bridge.ts'
import { Connection, refusedInfo, type ConnectionFacts } from './connection.ts'
import { Registry } from './registry.ts'

/** A connection whose bridge is figures alone. */
function connection(id: string, service = 'pong') {
  const facts: ConnectionFacts = {
    request: {
      ...unknownRequest('in', service),
      id,
      listener: 'ws://127.0.0.1:1',
      source: { address: '::1', port: 7 },
    },
    acceptedAt: 1_700_000_000_000,
    tokenId: null,
    judgement: { version: 3, rules: ['r-1'], service, target: null, limits: null },
    service,
    target: `unix:${service}`,
    codec: 'raw',
    view: 'payload',
  }
  const figures = {
    counters: { upMessages: 0, upBytes: 0, downMessages: 0, downBytes: 0 },
    ending: null as GateError | null,
    queued: { toClient: 0, toService: 0 },
    paused: { client: 0, service: 0 },
    pingMs: null as number | null,
    end(error: GateError) {
      this.ending = error
    },
  }
  return { figures, live: new Connection(facts, figures as unknown as Bridge), facts }
}

const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length

const over = new GateError('service-ended')
const ids = (infos: readonly ConnectionInfo[]): string[] => infos.map(({ id }) => id)

describe('the live connections', () => {
  test('are counted by service, listed by state and found by id', () => {
    const registry = new Registry()
    const [a, b, c] = [connection('a'), connection('b'), connection('c', 'chat')]
    for (const { live } of [a, b, c]) registry.opened(live)
    expect([registry.size, registry.count('pong'), registry.count('chat'), registry.count('no')]).toEqual([3, 2, 1, 0])
    registry.closed(a.live, a.live.closedInfo(over))
    registry.closed(c.live, c.live.closedInfo(over))
    const refused = connection('r').facts
    registry.refused(refusedInfo(refused, new GateError('too-many'), 429), refused)
    expect([registry.size, registry.count('pong'), registry.count('chat')]).toEqual([1, 1, 0])
    expect(ids(registry.list({ state: 'open' }))).toEqual(['b'])
    expect(ids(registry.list({ state: 'closed' }))).toEqual(['a', 'c'])
    expect(ids(registry.list({ state: 'refused' }))).toEqual(['r'])
    expect(ids(registry.list({ state: 'all' }))).toEqual(['b', 'a', 'c', 'r'])
    expect(registry.get('b')).toMatchObject({ state: 'open', peer: '[::1]:7' })
    expect(registry.get('a')).toMatchObject({ state: 'closed', ending: { code: 'service-ended', close: 1000 } })
    expect(registry.get('r')).toMatchObject({ state: 'refused', ending: { code: 'too-many', close: 429 } })
    expect(registry.get('x')).toBe(null)
  })

  test('of those that are over the newest are remembered, and only so many', () => {
    const registry = new Registry()
    for (let i = 0; i < 10_000; i++) {
      const { live, facts } = connection(`c${i}`)
      registry.opened(live)
      registry.closed(live, live.closedInfo(over))
      registry.refused(refusedInfo(facts, new GateError('too-many'), 429), facts)
    }
    for (const state of ['closed', 'refused'] as const) {
      const kept = ids(registry.list({ state }))
      expect(kept.length).toBeGreaterThanOrEqual(1000)
      expect(kept.length).toBeLessThan(2000)
      expect(kept.at(-1)).toBe('c9999')
      expect(new Set(kept).size).toBe(kept.length)
    }
    expect([registry.size, registry.count('pong')]).toEqual([0, 0])
  })

  test('an administrator ends those that are open', () => {
    const registry = new Registry()
    const { live, figures } = connection('a')
    registry.opened(live)
    expect(registry.close('b', {})).toBe(false)
    expect(registry.close('a', { code: 4999, reason: 'for a reason' })).toBe(true)
    expect(figures.ending).toMatchObject({ code: 'killed', close: 4999, message: 'for a reason' })
    expect(registry.get('a')?.state).toBe('closing')
    registry.closed(live, live.closedInfo(figures.ending!))
    expect(registry.close('a', {})).toBe(false)
  })

  test('listeners hear of every change in its turn, until they stop', () => {
    const registry = new Registry()
    const heard: string[] = []
    const stop = registry.subscribe(({ type, connection: { id } }) => heard.push(`${type} ${id}`))
    const { live, facts } = connection('a')
    registry.opened(live)
    registry.closed(live, live.closedInfo(over))
    registry.refused(refusedInfo(facts, over, over.status), facts)
    stop()
    registry.opened(live)
    expect(heard).toEqual(['opened a', 'closed a', 'refused a'])
  })
})

describe('traffic', () => {
  test('tells what changed since a mark, to each asker his own', () => {
    const registry = new Registry()
    const [a, b] = [connection('a'), connection('b')]
    registry.opened(a.live)
    registry.opened(b.live)
    const first = registry.traffic(0)
    expect(ids(first.changed)).toEqual(['a', 'b'])
    const second = registry.traffic(first.mark)
    expect(second.changed).toEqual([])
    a.figures.counters.upMessages++
    const third = registry.traffic(second.mark)
    expect(ids(third.changed)).toEqual(['a'])
    b.figures.paused.service = 5
    expect(ids(registry.traffic(third.mark).changed)).toEqual(['b'])
    expect(ids(registry.traffic(first.mark).changed)).toEqual(['a', 'b'])
  })

  test('10,000 connections, of which few move: only those are described', () => {
    const registry = new Registry()
    const all = Array.from({ length: 10_000 }, (_, i) => connection(`c${i}`))
    for (const { live } of all) registry.opened(live)
    const { mark } = registry.traffic(0)
    all[17]!.figures.counters.downBytes = 3
    all[9999]!.figures.ending = over
    expect(ids(registry.traffic(mark).changed)).toEqual(['c17', 'c9999'])
  })
})

describe('with real connections', () => {
  let gate: Gate
  let service: ServiceProcess

  beforeAll(async () => {
    gate = await Gate.start({ entries: { service: { codec: 'netstring' } } })
    service = await gate.service('service', 'reader')
  })

  afterAll(() => gate.close())

  test.each(['payload', 'payload&text=1', 'packet', 'json', 'cbor'])('the figures are exact: %s', async (view) => {
    const client = await connectClient(`${gate.url}/service?view=${view}`)
    const [id, peer] = [await gate.opened(), await service.accepted()]
    const messages = Array.from({ length: 300 }, (_, i) => 'x'.repeat(i))
    const frames = messages.map((each) =>
      codecNamed('netstring').encode({ type: 2, utype: 0, payload: Buffer.from(each) }),
    )
    const wire = Buffer.concat(frames)
    await peer.write(wire)
    // What comes in is a form of the message; sent back, it is the same message.
    for (const each of frames) {
      const { data, text } = await client.next()
      expect(data.length).toBeGreaterThanOrEqual(view.startsWith('payload') ? 0 : each.length - 8)
      client.ws.send(data, { binary: !text })
    }
    expect((await peer.received(wire.length)).equals(wire)).toBe(true)
    client.ws.close()
    await gate.ending(id)
    const exact = { messages: 300, bytes: (299 * 300) / 2 }
    expect(await gate.connection(id)).toMatchObject({ up: exact, down: exact, queued: { toClient: 0, toService: 0 } })
    expect(await gate.connections('open')).toEqual([])
  })

  test('open connections have no timers of their own', async () => {
    const before = timers()
    const clients = await Promise.all(Array.from({ length: 50 }, () => connectClient(`${gate.url}/service`)))
    for (let i = 0; i < 50; i++) await service.accepted()
    await gate.handled()
    expect(timers() - before).toBeLessThan(25)
    for (const { ws } of clients) ws.close()
  })
})
