import { Buffer } from 'node:buffer'
import { readdirSync } from 'node:fs'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { codecNamed } from '../codecs/index.ts'
import { clientFrame, connectClient, handshake, RawClient, type TestClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'
import type { ServiceProcess } from '../testing/service.ts'

/** Either side goes without a word, at any moment. */

let gate: Gate
let bystander: TestClient

beforeAll(async () => {
  gate = await Gate.start({
    entries: { mortal: { codec: 'libipc' }, slam: {}, reader: { codec: 'line' }, stream: { target: 'unix:reader' } },
  })
  await gate.service('echo', 'echo')
  bystander = await connectClient(`${gate.url}/echo`)
  await gate.opened()
})

afterAll(() => gate.close())

/** Numbers that look random and are the same in each run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const ROUNDS = 10
const EACH = 10

test(`a service is killed inside a message ${ROUNDS * EACH} times: no part of it arrives, and the next client gets in`, async () => {
  const random = randomNumbers(1)
  for (let round = 0; round < ROUNDS; round++) {
    const service: ServiceProcess = await gate.service('mortal', 'reader')
    const view = ['payload', 'json'][round % 2]!
    const clients: TestClient[] = []
    const parts: [Awaited<ReturnType<ServiceProcess['accepted']>>, Buffer][] = []
    for (let i = 0; i < EACH; i++) {
      clients.push(await connectClient(`${gate.url}/mortal?view=${view}`))
      const frame = codecNamed('libipc').encode({ type: 2, utype: 0, payload: Buffer.alloc(1 + random(100_000), 'x') })
      const peer = await service.accepted()
      parts.push([peer, frame.subarray(0, 1 + random(frame.length - 1))])
    }
    await service.crash(parts)
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1011, reason: 'the service ended inside a message' })
      expect(client.waiting).toHaveLength(0)
    }
    await service.stop()
  }
  await gate.service('mortal', 'echo')
  const next = await connectClient(`${gate.url}/mortal`)
  expect(await next.echoes('back')).toBe(true)
  next.ws.close()
  await next.closed
})

test('a service that closes at once: its client is told, and the next as well', async () => {
  await gate.service('slam', 'slam')
  for (let i = 0; i < 20; i++) {
    const client = await connectClient(`${gate.url}/slam`)
    client.send('hello?')
    const { code, reason } = await client.closed
    expect([1000, 1011]).toContain(code)
    expect(reason).toMatch(/^the service /)
  }
})

describe('the client goes', () => {
  let service: ServiceProcess

  beforeAll(async () => {
    service = await gate.service('reader', 'reader')
  })

  test.each(['destroy', 'resetAndDestroy', 'end'] as const)(
    'by %s: the service is told, without part of a message',
    async (how) => {
      const client = await RawClient.open(`${gate.url}/reader`)
      const peer = await service.accepted()
      const { id } = await gate.logged({ msg: 'connection opened', service: 'reader' })
      client.socket.write(
        Buffer.concat([clientFrame(2, Buffer.from('whole')), clientFrame(2, Buffer.from('part'), { fin: false })]),
      )
      await peer.received(6)
      const left = performance.now()
      client.socket[how]()
      await peer.ended
      expect(performance.now() - left).toBeLessThan(1000)
      expect(peer.bytes.toString()).toBe('whole\n')
      expect(await gate.ending(id!)).toMatchObject({ cause: 'client-lost', close: 1006 })
      client.socket.destroy()
    },
  )

  test('at any point of the upgrade, 200 times: nothing leaks, nobody else notices', async () => {
    const random = randomNumbers(2)
    const settled = async (): Promise<number> => {
      while ((await gate.connections('open')).length > 1) await gate.handled()
      return readdirSync('/proc/self/fd').length
    }
    const before = await settled()
    const points: ((client: RawClient) => Promise<unknown> | void)[] = [
      ({ socket }) => void socket.write(handshake(gate.host, '/stream').slice(0, random(150))),
      ({ socket }) => void socket.write(handshake(gate.host, '/stream')),
      (client) => {
        client.socket.write(handshake(gate.host, '/stream'))
        return client.head()
      },
      ({ socket }) =>
        void socket.write(
          Buffer.concat([Buffer.from(handshake(gate.host, '/stream')), clientFrame(2, Buffer.from('early'))]),
        ),
      (client) => {
        client.socket.write(handshake(gate.host, '/nothing'))
        return client.head()
      },
      ({ socket }) => void socket.write(handshake(gate.host, '/nothing', { Origin: `http://${gate.host}` })),
    ]
    for (let i = 0; i < 200; i++) {
      const client = await RawClient.dial(gate.url)
      await points[i % points.length]!(client)
      if (i % 4 < 2) await gate.handled()
      client.socket[i % 2 === 0 ? 'resetAndDestroy' : 'destroy']()
      await client.gone
    }
    expect(await bystander.echoes('unharmed')).toBe(true)
    let after = await settled()
    while (after > before) after = await settled() // closing takes the kernel's time; a leak would not end
    expect(await gate.connections('open')).toHaveLength(1)
  })
})
