import { Buffer } from 'node:buffer'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { clientFrame, connectClient, RawClient, type TestClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'
import type { ServiceProcess } from '../testing/service.ts'

/** Clients that break the WebSocket protocol (RFC 6455 5, 7.4, 8.1): told which rule, alone, and the service sees nothing. */

let gate: Gate
let service: ServiceProcess
let bystander: TestClient

beforeAll(async () => {
  gate = await Gate.start({ entries: { service: { codec: 'length32' } } })
  service = await gate.service('service', 'reader')
  await gate.service('echo', 'echo')
  bystander = await connectClient(`${gate.url}/echo`)
  await gate.opened()
})

afterAll(() => gate.close())

const closing = (code: number, reason: string | Uint8Array = ''): Buffer => {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(code)
  return clientFrame(8, Buffer.concat([head, Buffer.from(reason)]))
}
const BAD_TEXT = Buffer.from('ff', 'hex')
const text = (fin: boolean, hex: string, opcode = 1): Buffer => clientFrame(opcode, Buffer.from(hex, 'hex'), { fin })

const cases: readonly (readonly [string, Buffer, number, string])[] = [
  ['reserved bit 1', clientFrame(2, Buffer.from('x'), { reserved: 0x40 }), 1002, 'a reserved bit is set'],
  ['reserved bit 2', clientFrame(2, Buffer.from('x'), { reserved: 0x20 }), 1002, 'a reserved bit is set'],
  ['reserved bit 3 on a ping', clientFrame(9, Buffer.from('x'), { reserved: 0x10 }), 1002, 'a reserved bit is set'],
  ['no mask', clientFrame(2, Buffer.from('x'), { masked: false }), 1002, 'a frame is not masked'],
  ['opcode 3', clientFrame(3), 1002, 'opcode 3 does not exist'],
  ['opcode 15', clientFrame(15), 1002, 'opcode 15 does not exist'],
  ['a long ping', clientFrame(9, Buffer.alloc(126)), 1002, 'a control frame is longer than 125 bytes'],
  ['a fragmented ping', clientFrame(9, Buffer.alloc(1), { fin: false }), 1002, 'a control frame is fragmented'],
  ['a continuation of nothing', clientFrame(0, Buffer.from('x')), 1002, 'a continuation without a message'],
  [
    'a message inside a message',
    Buffer.concat([clientFrame(2, Buffer.from('x'), { fin: false }), clientFrame(2, Buffer.from('y'))]),
    1002,
    'a new message inside a fragmented one',
  ],
  ['2^63 bytes', clientFrame(2, Buffer.alloc(0), { length: 1n << 63n }), 1009, 'a message of more than'],
  ['2^64 - 1 bytes', clientFrame(2, Buffer.alloc(0), { length: (1n << 64n) - 1n }), 1009, 'a message of more than'],
  ['close of one byte', clientFrame(8, Buffer.of(3)), 1002, 'a close frame of one byte'],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535].map(
    (code) => [`close ${code}`, closing(code), 1002, `close code ${code} must not be sent`] as const,
  ),
  ['bad UTF-8 in a close reason', closing(1000, BAD_TEXT), 1007, 'invalid UTF-8 in a close reason'],
  ['bad UTF-8 in text', clientFrame(1, BAD_TEXT), 1007, 'invalid UTF-8 in a text message'],
  ['a surrogate in text', text(true, 'eda080'), 1007, 'invalid UTF-8 in a text message'],
  [
    'bad UTF-8 over fragments',
    Buffer.concat([text(false, 'e2'), text(true, '28a1', 0)]),
    1007,
    'invalid UTF-8 in a text message',
  ],
  ['text that ends inside a character', text(true, 'e282'), 1007, 'text message'],
]

describe.each([
  ['at once', false],
  ['byte by byte', true],
])('%s', (_, slowly) => {
  test.each(cases)('%s', async (_name, bytes, code, reason) => {
    const client = await RawClient.open(`${gate.url}/service`)
    const [id, peer] = [await gate.opened(), await service.accepted()]
    if (slowly) for (const byte of bytes) client.socket.write(Buffer.of(byte))
    else client.socket.write(bytes)
    const told = await client.closing()
    expect([told.code, told.reason]).toEqual([code, expect.stringContaining(reason)])
    client.socket.end()
    expect(await gate.ending(id)).toMatchObject({ close: code, detail: told.reason })
    await peer.ended
    expect(peer.bytes).toHaveLength(0)
    expect(await bystander.echoes('unharmed')).toBe(true)
  })
})

describe('endless fragments', () => {
  test('of one byte: 1008, with nothing sent to the service', async () => {
    const client = await RawClient.open(`${gate.url}/service`)
    const [id, peer] = [await gate.opened(), await service.accepted()]
    const before = process.memoryUsage.rss()
    const more = clientFrame(0, Buffer.from('x'), { fin: false })
    client.socket.write(clientFrame(2, Buffer.from('x'), { fin: false }))
    client.socket.write(Buffer.concat(Array.from({ length: 16_384 }, () => more)))
    expect(await client.closing()).toEqual({ code: 1008, reason: 'a message in more than 16384 fragments' })
    client.socket.end()
    expect(await gate.ending(id)).toMatchObject({ cause: 'client-fragments' })
    await peer.ended
    expect(peer.bytes).toHaveLength(0)
    expect(process.memoryUsage.rss() - before).toBeLessThan(32 * 1024 * 1024)
  })

  test('as many as allowed make one message', async () => {
    const client = await RawClient.open(`${gate.url}/service`)
    const [, peer] = [await gate.opened(), await service.accepted()]
    const some = clientFrame(0, Buffer.from('x'), { fin: false })
    const first = clientFrame(2, Buffer.from('x'), { fin: false })
    client.socket.write(Buffer.concat([first, ...Array.from({ length: 16_382 }, () => some), clientFrame(0)]))
    expect((await peer.received(4 + 16_383)).readUInt32BE()).toBe(16_383)
    client.socket.destroy()
    await peer.ended
  })

  test('without a byte in them', async () => {
    const client = await RawClient.open(`${gate.url}/echo`)
    client.socket.write(clientFrame(2, Buffer.alloc(0), { fin: false }))
    client.socket.write(
      Buffer.concat(Array.from({ length: 20_000 }, () => clientFrame(0, Buffer.alloc(0), { fin: false }))),
    )
    expect((await client.closing()).code).toBe(1008)
    client.socket.destroy()
  })
})

test('many pings are answered in order; a flood of them is closed with 1008, and nobody else minds', async () => {
  const client = await RawClient.open(`${gate.url}/echo`)
  const other = await connectClient(`${gate.url}/echo`)
  const pings = Array.from({ length: 1000 }, (_, i) => Buffer.from(String(i)))
  client.socket.write(Buffer.concat(pings.map((payload) => clientFrame(9, payload))))
  for (const payload of pings) expect(await client.frame()).toEqual({ opcode: 10, fin: true, payload })
  client.socket.write(Buffer.concat(Array.from({ length: 50_000 }, () => clientFrame(9))))
  expect(await client.closing()).toEqual({ code: 1008, reason: 'more than 1000 pings and pongs in a second' })
  expect(await other.echoes('still here')).toBe(true)
  other.ws.close()
  client.socket.destroy()
})
