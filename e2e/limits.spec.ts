import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'

import { attempt, Client } from './harness/client.ts'
import { cpuMs } from './harness/gateway.ts'
import { expect, test } from './harness/test.ts'

test('a client that answers no ping is closed with 4408, one that does stays', async ({ start }) => {
  const { url } = await start(['--demo', '--timer', '300ms'])
  const alive = await Client.open(`${url}/pong`)
  const dead = await Client.open(`${url}/pong`, { autoPong: false })
  let pings = 0
  dead.socket.on('ping', () => pings++)
  expect(await dead.closed).toEqual({ code: 4408, reason: 'no answer for 600 ms' })
  expect(pings).toBe(2)
  alive.socket.send('still here')
  expect(String((await alive.until(1))[0])).toBe('still here')
})

test('a timer changed in the file holds for connections that are open; a bad file changes nothing', async ({
  start,
  dir,
}) => {
  const file = join(dir, 'sockgate.yaml')
  writeFileSync(file, 'timer: 10m\n')
  const gateway = await start(['--demo', '--config', file])
  const client = await Client.open(`${gateway.url}/pong`, { autoPong: false })
  expect((await gateway.status()).timerMs).toBe(600_000)

  writeFileSync(file, 'timer: 200ms\ntimmer: 1s\n')
  gateway.signal('SIGHUP')
  const refused = await gateway.logged((line) => line.level === 'error')
  expect(refused.msg).toContain('the old one stays')
  expect(refused.err?.message).toContain('sockgate.yaml:2:1: unknown key "timmer"')
  expect((await gateway.status()).timerMs).toBe(600_000)

  writeFileSync(file, 'timer: 200ms\n')
  gateway.signal('SIGHUP')
  expect((await gateway.logged((line) => line.applied !== undefined)).applied).toEqual(['timer'])
  expect(await client.closed).toEqual({ code: 4408, reason: 'no answer for 400 ms' })
  expect((await gateway.status()).timerMs).toBe(200)
})

test('too large, too many, too idle: each its own code', async ({ start }) => {
  const gateway = await start(['--demo', '--max-message', '1KiB', '--max-connections', '2', '--idle-timeout', '1s'])
  const { url } = gateway
  const large = await Client.open(`${url}/pong`)
  large.socket.send(Buffer.alloc(1025))
  expect((await large.closed).code).toBe(1009)
  await gateway.logged((line) => line.cause === 'client-too-large')
  const idle = await Promise.all([Client.open(`${url}/pong`), Client.open(`${url}/pong`)])
  const third = await attempt(`${url}/pong`)
  expect(third).toMatchObject({ status: 429, problem: { code: 'too-many' } })
  for (const client of idle) expect((await client.closed).code).toBe(4408)
})

test('headers that do not come end the connection', async ({ start }) => {
  const { url } = await start(['--handshake-timeout', '300ms'])
  const { hostname, port } = new URL(url)
  const slow = createConnection(Number(port), hostname)
  await once(slow, 'connect')
  slow.write('GET /pong HTTP/1.1\r\nHost:')
  slow.resume()
  await once(slow, 'close')
})

test('out of descriptors: refuses with 503, answers its administrator, does not spin, recovers', async ({ start }) => {
  const gateway = await start(['--demo'], { descriptors: 200 })
  const pid = gateway.program.child.pid!
  expect(gateway.program.out).toContain('the limit of 200 file descriptors has room for')
  const clock = await Client.open(`${gateway.url}/clock`)

  const open = []
  let answer = await attempt(`${gateway.url}/pong`)
  for (; answer.status === 101 && open.length < 200; answer = await attempt(`${gateway.url}/pong`))
    open.push(answer.socket)
  expect(answer).toMatchObject({ status: 503, problem: { code: 'no-descriptors' } })
  expect(open.length).toBeGreaterThan(20)

  // Beyond those, sockets that never say a word.
  const { hostname, port } = new URL(gateway.url)
  const silent = Array.from({ length: 250 }, () => createConnection(Number(port), hostname).on('error', () => {}))
  await Promise.all(silent.map((socket) => once(socket, 'connect')))
  expect((await gateway.status()).openConnections).toBe(open.length + 1)
  expect((await fetch(gateway.dashboard)).status).toBe(200)

  const heard = clock.messages.length
  const [before, cpuBefore] = [performance.now(), cpuMs(pid)]
  await clock.until(heard + 2)
  expect((cpuMs(pid) - cpuBefore) / (performance.now() - before)).toBeLessThan(0.6)

  for (const socket of open) socket.terminate()
  for (const socket of silent) socket.destroy()
  await expect.poll(async () => (await gateway.status()).openConnections).toBe(1)
  await expect.poll(async () => (await attempt(`${gateway.url}/pong`)).status).toBe(101)
  const after = await Client.open(`${gateway.url}/pong`)
  after.socket.send('back')
  expect(String((await after.until(1))[0])).toBe('back')
})
