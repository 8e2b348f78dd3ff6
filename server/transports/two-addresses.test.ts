import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

import { afterAll, afterEach, expect, test, vi } from 'vitest'

import { identityOf } from '../testing/certificates.ts'
import { removeTestCa, Rig, testCa } from '../testing/listener-rig.ts'

/** A name such as localhost may have two addresses: a listener takes clients in at both, by the same rules. */

vi.mock('node:dns/promises', () => ({
  lookup: () => Promise.resolve(['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))),
}))

let rig: Rig
afterEach(() => rig.close())
afterAll(removeTestCa)

const at = (address: string) =>
  new Promise<string>((resolve) => {
    const socket = connect(rig.port, address, () => (resolve('connected'), socket.destroy()))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code!))
  })

test.each(['ws', 'wss'])('%s', async (scheme) => {
  rig = await Rig.start({ uri: `${scheme}://two.example:0` })
  expect(rig.listener.uri).toBe(`${scheme}://127.0.0.1:${rig.port}`)
  if (scheme === 'wss') rig.listener.identify(identityOf(testCa().server(['new.example'])))
  for (const address of ['127.0.0.1', '127.0.0.2']) {
    const socket = await rig.dial({ address, servername: scheme === 'wss' ? 'new.example' : undefined })
    socket.write(rig.handshake())
    expect((await once(socket, 'data'))[0].toString()).toMatch(/^HTTP\/1.1 101/)
  }
  expect([rig.taken, rig.here, rig.ingresses.length]).toEqual([2, 0, 2])
  rig.listener.retime(100)
  const late = connect(rig.port, '127.0.0.2').resume()
  await new Promise((resolve) => late.once('close', resolve).on('error', () => {}))
  await rig.empty(3)
  await rig.listener.stop()
  expect([await at('127.0.0.1'), await at('127.0.0.2')]).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
})

test('the first address must be free, the other is left out when it is not', async () => {
  const other = createServer()
  await once(other.listen(0, '127.0.0.2'), 'listening')
  const { port } = other.address() as AddressInfo
  rig = await Rig.start({ uri: `ws://two.example:${port}` })
  expect(rig.listener.uri).toBe(`ws://127.0.0.1:${port}`)
  other.close()
  await expect(Rig.start({ uri: `ws://two.example:${port}` })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
