import { Buffer } from 'node:buffer'
import { once } from 'node:events'

import { afterEach, describe, expect, test } from 'vitest'

import { clientFrame, connectClient, RawClient } from '../testing/clients.ts'
import { Gate, type GateOptions } from '../testing/gate.ts'

/** The timer: pings on time, whatever flows; who does not answer is closed, and nobody else. */

const gates: Gate[] = []
afterEach(() => Promise.all(gates.splice(0).map((gate) => gate.close())))

async function start(options: GateOptions) {
  const gate = await Gate.start({ entries: { service: { codec: 'length32' } }, ...options })
  gates.push(gate)
  return { gate, service: await gate.service('service', 'manual') }
}

test('two missed pings: 4408 and how long there was no answer', async () => {
  const { gate } = await start({ timerMs: 200 })
  const client = await connectClient(`${gate.url}/service`, { autoPong: false })
  const id = await gate.opened()
  let pings = 0
  client.ws.on('ping', () => pings++)
  expect(await client.closed).toEqual({ code: 4408, reason: 'no answer for 400 ms' })
  expect(pings).toBe(2)
  expect(await gate.ending(id)).toMatchObject({ cause: 'no-answer', close: 4408 })
})

test('a client that answers lives, and its ping time is known', async () => {
  const { gate } = await start({ timerMs: 40 })
  const client = await connectClient(`${gate.url}/service`)
  const id = await gate.opened()
  for (let i = 0; i < 8; i++) await once(client.ws, 'ping')
  const { state, pingMs } = await gate.until(id, (info) => info.pingMs !== null)
  expect([state, pingMs! >= 0 && pingMs! < 10_000]).toEqual(['open', true])
})

test('an answer to an older ping, or unasked, shows as well that the client is there', async () => {
  const { gate } = await start({ timerMs: 60 })
  const client = await connectClient(`${gate.url}/service`, { autoPong: false })
  for (let i = 0; i < 6; i++) {
    await once(client.ws, 'ping')
    client.ws.pong('not what you sent')
  }
  expect(client.ws.readyState).toBe(client.ws.OPEN)
  expect((await client.closed).code).toBe(4408)
})

test('pings overtake a message of any length', async () => {
  const { gate, service } = await start({ timerMs: 50, maxMessageBytes: 1024 ** 3 })
  const client = await RawClient.open(`${gate.url}/service`)
  const peer = await service.accepted()
  await peer.write(Buffer.from('40000000', 'hex'))
  peer.flood(1024 ** 3 - 1)
  let fragments = 0
  for (;;) {
    const { opcode, fin } = await client.frame()
    if (opcode === 9) break
    expect(fin).toBe(false)
    fragments++
  }
  expect(fragments).toBeGreaterThan(0)
  client.socket.destroy()
})

describe('who is not to blame', () => {
  test('a client that we do not read, because its service is slow', async () => {
    const { gate, service } = await start({ timerMs: 50, maxBufferedBytes: 1024 })
    const client = await RawClient.open(`${gate.url}/service`)
    const [id, peer] = [await gate.opened(), await service.accepted()]
    const message = clientFrame(2, Buffer.alloc(16_000))
    for (let i = 0; i < 100; i++) client.socket.write(message)
    // Ten periods without a pong that could be read; then the service reads again and all is well.
    await gate.until(id, ({ state, paused }) => state !== 'open' || paused.client > 500)
    peer.read()
    await peer.received(100 * 16_004)
    expect(await gate.connection(id)).toMatchObject({ state: 'open', up: { messages: 100, bytes: 1_600_000 } })
    client.socket.destroy()
  })

  test('clients of a process that was busy for longer than they had to answer', async () => {
    const { gate } = await start({ timerMs: 50 })
    const client = await RawClient.open(`${gate.url}/service`)
    for (let i = 0; i < 5; i++) {
      let frame = await client.frame()
      while (frame.opcode !== 9) frame = await client.frame()
      client.socket.write(clientFrame(10, frame.payload)) // in the kernel from now on
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
    expect((await client.frame()).opcode).toBe(9)
    client.socket.destroy()
  })
})

test('a new timer from the file applies to connections that are open', async () => {
  const { gate } = await start({ timerMs: 3_600_000 })
  const client = await connectClient(`${gate.url}/service`, { autoPong: false })
  gate.reload({ timerMs: 50 })
  expect(await client.closed).toEqual({ code: 4408, reason: 'no answer for 100 ms' })
})
