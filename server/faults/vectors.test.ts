import { Buffer } from 'node:buffer'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { connectClient, type TestClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'
import type { ServiceProcess } from '../testing/service.ts'
import { vectors } from '../testing/vectors.ts'

/** What real peers refuse, sent by a service and by a client: one connection ends, with the cause said everywhere. */

let gate: Gate
let service: ServiceProcess
let bystander: TestClient

beforeAll(async () => {
  gate = await Gate.start({
    entries: {
      'libipc-a': { target: 'unix:service', codec: 'libipc' },
      'libipc-b': { target: 'unix:service', codec: 'libipc-b' },
      echo: { codec: 'line' },
    },
  })
  service = await gate.service('service', 'reader')
  await gate.service('echo', 'echo')
  bystander = await connectClient(`${gate.url}/echo`)
  await gate.opened()
})

afterAll(() => gate.close())

const ofServices = (['libipc-a', 'libipc-b'] as const).flatMap((name) =>
  vectors(name).invalid.map((vector) => ({ name, vector, title: `${name} ${vector.name}` })),
)

describe.each(['payload', 'packet', 'json', 'cbor'])('a service sends, the client has the %s view', (view) => {
  test.each(ofServices)('$title', async ({ name, vector }) => {
    const client = await connectClient(`${gate.url}/${name}?view=${view}`)
    const [id, peer] = [await gate.opened(), await service.accepted()]
    await peer.write(Buffer.from(vector.hex, 'hex'))
    if (/eof|trailing/.test(vector.name)) peer.end()
    const { code, reason } = await client.closed
    const cut = vector.name.includes('eof')
    expect(await gate.ending(id)).toEqual({
      cause: cut ? 'service-failed' : 'service-malformed',
      close: 1011,
      detail: reason,
    })
    expect([code, reason]).toEqual([
      1011,
      expect.stringMatching(cut ? /^the service ended inside a message$/ : /^libipc.* byte/),
    ])
    expect(client.waiting).toHaveLength(vector.name.startsWith('trailing') ? 2 : 0)
    expect(await bystander.echoes(vector.name)).toBe(true)
  })
})

describe('a client sends packets', () => {
  test.each(ofServices)('$title', async ({ name, vector }) => {
    const client = await connectClient(`${gate.url}/${name}?view=packet`)
    const peer = await refusesNextMessage(client, Buffer.from(vector.hex, 'hex'))
    expect(peer.reason).toMatch(/^packet: /)
  })
})

/** Fields that a name speaks of: the sentence must name them. */
const fieldOf = (name: string): string => /mtype|utype|payload/.exec(name)?.[0] ?? ''

describe.each(['json', 'cbor'] as const)('a client sends %s', (view) => {
  const { invalid } = vectors(`libipc-${view}`)

  test.each(invalid.filter(({ name }) => name !== 'missing-utype'))('$name', async ({ name, hex }) => {
    const client = await connectClient(`${gate.url}/libipc-a?view=${view}`)
    const { reason } = await refusesNextMessage(client, Buffer.from(hex, 'hex'), view === 'json')
    const raw = name === 'invalid-utf8-payload-emitted-raw'
    expect(reason).toMatch(raw ? /^invalid UTF-8 in a text message$/ : new RegExp(`^${view}: .*${fieldOf(name)}`))
  })

  test('missing-utype, which stands for 0 here', async () => {
    const client = await connectClient(`${gate.url}/libipc-a?view=${view}`)
    const peer = await service.accepted()
    const { hex } = invalid.find(({ name }) => name === 'missing-utype')!
    client.ws.send(Buffer.from(hex, 'hex'), { binary: view === 'cbor' })
    expect((await peer.received(7)).toString('hex')).toBe('02000000010078')
    client.ws.close()
    await client.closed
    await gate.opened()
  })
})

/** Sends a bad message; checks that only this connection ends, that all agree why and that the service got nothing. */
async function refusesNextMessage(client: TestClient, bytes: Buffer, text = false): Promise<{ reason: string }> {
  const [id, peer] = [await gate.opened(), await service.accepted()]
  client.ws.send(bytes, { binary: !text })
  const { code, reason } = await client.closed
  expect([code, reason.length > 0]).toEqual([1007, true])
  expect(await gate.ending(id)).toMatchObject({ cause: 'client-malformed', close: 1007 })
  await peer.ended
  expect(peer.bytes).toHaveLength(0)
  expect(await bystander.echoes('still here')).toBe(true)
  return { reason }
}
