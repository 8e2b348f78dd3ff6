import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { uidOfLoopbackPeer } from './tcp-peer.ts'

async function accepted(listen: string, dial: string): Promise<{ server: Socket; client: Socket }> {
  const listener = createServer({ allowHalfOpen: true })
  await once(listener.listen(0, listen), 'listening')
  const client = connect({ port: (listener.address() as AddressInfo).port, host: dial, allowHalfOpen: true })
  const [[server]] = await Promise.all([once(listener, 'connection') as Promise<[Socket]>, once(client, 'connect')])
  onTestFinished(() => {
    client.destroy()
    server.destroy()
    listener.close()
  })
  return { server, client }
}

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['::', '::1'],
  ['::', '::ffff:127.0.0.1'],
  ['0.0.0.0', '127.1.2.3'],
])('finds the owner of a client at %s from %s', async (listen, dial) => {
  const { server } = await accepted(listen, dial)
  expect(await uidOfLoopbackPeer(server.remoteAddress!, server.remotePort!, server.localPort!)).toBe(process.getuid!())
})

test('is not sure of a client that closed: its end is listed as root’s', async () => {
  const { server, client } = await accepted('127.0.0.1', '127.0.0.1')
  const [address, port, local] = [server.remoteAddress!, server.remotePort!, server.localPort!]
  const ended = once(server, 'end')
  server.resume()
  client.destroy()
  await ended
  expect(await uidOfLoopbackPeer(address, port, local)).toBeNull()
})

test('tells nothing of others', async () => {
  const { server } = await accepted('127.0.0.1', '127.0.0.1')
  expect(await uidOfLoopbackPeer('127.0.0.1', server.remotePort!, 1)).toBeNull()
  expect(await uidOfLoopbackPeer('127.0.0.2', server.remotePort!, server.localPort!)).toBeNull()
  expect(await uidOfLoopbackPeer('192.0.2.1', 1, 2)).toBeNull()
  expect(await uidOfLoopbackPeer('nonsense', 1, 2)).toBeNull()
})
