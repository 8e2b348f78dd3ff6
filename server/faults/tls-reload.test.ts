import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { TestCa, type Pair } from '../testing/certificates.ts'
import { connectClient, RawClient, type TestClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'

/** Certificates that change under a running gateway (SECURITY T41, F21): nobody is dropped, whatever lies on the disk. */

let gate: Gate
let ca: TestCa
let clients: TestClient[]
/** The files that the gateway was told of. */
let files: Pair

/** Writes a pair where the gateway looks; of `key` the other half, when it is another. */
function put(cert: Pair, key = cert): void {
  copyFileSync(cert.cert, files.cert)
  copyFileSync(key.key, files.key)
}

beforeEach(async () => {
  ca = new TestCa()
  files = { cert: join(ca.dir, 'live.pem'), key: join(ca.dir, 'live.key') }
  put(ca.server())
  gate = await Gate.start({
    listen: ['wss://127.0.0.1:0'],
    tlsCert: files.cert,
    tlsKey: files.key,
    entries: { echo: { codec: 'line' } },
  })
  await gate.service('echo', 'echo')
  clients = await Promise.all(Array.from({ length: 20 }, () => connectClient(`${gate.url}/echo`)))
})

afterEach(async () => {
  for (const { ws } of clients) ws.terminate()
  await gate.close()
  ca.remove()
})

/** Serial number of what a client is shown now. */
async function shown(): Promise<string> {
  const { socket } = await RawClient.dial(gate.url)
  const { serialNumber } = (socket as TLSSocket).getPeerCertificate()
  socket.destroy()
  return serialNumber
}

async function nobodyWasDropped(): Promise<void> {
  expect(await Promise.all(clients.map((client, i) => client.echoes(`still here ${i}`)))).not.toContain(false)
  expect(await gate.connections('closed')).toEqual([])
  expect(await gate.connections('open')).toHaveLength(clients.length)
}

test('ten new ones in a row, while everybody talks and others come', async () => {
  const seen = new Set([await shown()])
  const state = { over: false }
  let rounds = 0
  const talk = clients.map(async (client) => {
    while (!state.over) {
      expect(await client.echoes(`round ${rounds++}`)).toBe(true)
    }
  })
  for (let i = 0; i < 10; i++) {
    put(ca.server())
    const comes = connectClient(`${gate.url}/echo`)
    gate.reload({})
    clients.push(await comes)
    seen.add(await shown())
  }
  state.over = true
  await Promise.all(talk)
  expect(seen.size).toBe(11)
  expect(rounds).toBeGreaterThan(clients.length)
  await nobodyWasDropped()
})

test.each([
  ["another's key", () => put(ca.server(), ca.server())],
  ['no certificate', () => copyFileSync(files.key, files.cert)],
])('%s: the old one stays, and the log says why', async (_what, spoil) => {
  const before = await shown()
  spoil()
  gate.reload({})
  const line = await gate.logged({ msg: 'the new configuration is not usable; the old one stays in force' })
  expect(line.level).toBe('error')
  expect(JSON.stringify(line)).toMatch(/--tls-(key|cert): /)
  expect(await shown()).toBe(before)
  await nobodyWasDropped()
  // Put right, it is taken.
  put(ca.server())
  gate.reload({})
  expect(await shown()).not.toBe(before)
})
