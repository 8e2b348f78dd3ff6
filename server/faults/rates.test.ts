import { Buffer } from 'node:buffer'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { RuleInput } from '../../shared/policy/document.ts'
import { clientFrame, connectClient, RawClient, type TestClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'

/** Clients that send more than their rule allows, through real sockets. */

const ALL = { action: 'allow', direction: 'in', service: '*' } as const

let gate: Gate
let bystander: TestClient

beforeEach(async () => {
  gate = await Gate.start({
    entries: { echo: { codec: 'line', compression: true }, other: { target: 'unix:echo', codec: 'line' } },
  })
  await gate.service('echo', 'echo')
  bystander = await connectClient(`${gate.url}/other`)
  await gate.opened()
})

afterEach(async () => {
  expect(await bystander.echoes('still here')).toBe(true)
  await gate.close()
})

async function limit(limits: RuleInput['limits']): Promise<void> {
  const rule: RuleInput = {
    id: 'limited',
    action: 'allow',
    direction: 'in',
    service: 'echo',
    ...(limits && { limits }),
  }
  const document = { rules: [rule, ALL] }
  const { status, body } = await gate.api('POST', '/policy/commit', { document }, { 'if-match': '*' })
  expect([status, body]).toEqual([200, expect.anything()])
}

const lines = (n: number, text = 'x') => Array.from({ length: n }, () => text)

describe.each([false, true])('compressed: %s', (perMessageDeflate) => {
  const connect = () => connectClient(`${gate.url}/echo`, { perMessageDeflate })

  test('messages over the rate: closed with 1008 and the figure', async () => {
    await limit({ messagesPerSecond: 3, over: 'close' })
    const client = await connect()
    const id = await gate.opened()
    for (const each of lines(50)) client.send(each)
    expect(await client.closed).toEqual({
      code: 1008,
      reason: 'more than 3 messages in a second, which its rule allows',
    })
    expect(await gate.ending(id)).toMatchObject({ cause: 'rate-exceeded', close: 1008 })
  })

  test('bytes over the rate: the client waits, loses nothing and is not closed', async () => {
    await limit({ bytesPerSecond: 10_000, over: 'wait' })
    const client = await connect()
    const id = await gate.opened()
    client.send('a'.repeat(14_000))
    expect((await client.next()).data).toHaveLength(14_000)
    for (const each of lines(20)) client.send(each)
    expect(await client.texts(20)).toEqual(lines(20))
    const { state, paused } = await gate.connection(id)
    expect([state, paused.client > 250]).toEqual(['open', true])
    client.ws.close()
    await client.closed
  })
})

test('limits that are lifted while a client waits let it go on at once', async () => {
  await limit({ messagesPerSecond: 1, over: 'wait' })
  const client = await connectClient(`${gate.url}/echo`)
  for (const each of lines(1000)) client.send(each) // a quarter of an hour's worth
  expect(await client.next()).toBeTruthy()
  await limit(undefined)
  expect(await client.texts(999)).toEqual(lines(999))
  expect(await client.echoes('free')).toBe(true)
  client.ws.close()
})

test('limits that are set while a client is open hold from then on', async () => {
  const client = await connectClient(`${gate.url}/echo`)
  for (const each of lines(100)) client.send(each)
  expect(await client.texts(100)).toEqual(lines(100))
  await limit({ messagesPerSecond: 10, over: 'close' })
  for (const each of lines(100)) client.send(each)
  expect((await client.closed).code).toBe(1008)
})

test('a client that waits can be closed, and leaves nothing behind', async () => {
  await limit({ messagesPerSecond: 1, over: 'wait' })
  const client = await RawClient.open(`${gate.url}/echo`)
  const id = await gate.opened()
  client.socket.write(Buffer.concat(lines(1000).map((each) => clientFrame(1, Buffer.from(each)))))
  await client.frame()
  await gate.api('DELETE', `/connections/${id}`, { code: 4410, reason: 'enough' })
  expect(await client.closing()).toEqual({ code: 4410, reason: 'enough' })
  client.socket.end(clientFrame(8, Buffer.from([0x11, 0x3a])))
  expect(await gate.ending(id)).toMatchObject({ cause: 'killed' })
})
