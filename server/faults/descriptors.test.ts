import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { afterEach, expect, test } from 'vitest'

import { scriptArgs } from '../script.ts'
import { connectClient, handshake, RawClient, type TestClient } from '../testing/clients.ts'
import { ServiceProcess } from '../testing/service.ts'

/** Descriptors run out: the surplus is told, the rest goes on, and it passes by itself (SECURITY F8). */

const LIMIT = 128
/** What connections leave for others: 32, of which two are in use for a moment now and then. */
const RESERVE = 30
let gate: ChildProcess
let service: ServiceProcess

afterEach(async () => {
  const dead = once(gate, 'exit')
  gate.disconnect()
  await dead
  await service.stop()
})

async function start(): Promise<{ url: string }> {
  const script = scriptArgs(new URL('../testing/', import.meta.url).href + 'x.ts', 'gate-process')
  const command = ['-c', `ulimit -n ${LIMIT}; exec "$@"`, 'sh', process.execPath, ...script, '{}']
  gate = spawn('sh', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [{ url, rundir }] = (await once(gate, 'message')) as [{ url: string; rundir: string }]
  service = await new ServiceProcess(join(rundir, 'echo'), 'echo', 511).listening()
  return { url }
}

const descriptors = (): number => readdirSync(`/proc/${gate.pid}/fd`).length

/** CPU time that the gateway has used, in ticks of 10 ms: proc(5), utime and stime. */
function cpuTicks(): number {
  const fields = readFileSync(`/proc/${gate.pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** Status that a client gets: 101, a refusal, or 0 when it is cut off. */
async function ask(url: string): Promise<{ status: number; client: RawClient }> {
  const client = await RawClient.dial(url)
  client.socket.write(handshake(new URL(url).host, '/echo'))
  const head = await client.head().catch(() => '')
  return { status: Number(head.split(' ')[1] ?? 0), client }
}

async function health(url: string): Promise<number> {
  const asked = request(`${url.replace('ws', 'http')}/-/healthz`, { agent: false }).end()
  const [response] = await once(asked, 'response')
  await text(response)
  return response.statusCode
}

test('300 clients at once, twice: as many as fit get in, the others a 503', async () => {
  const { url } = await start()
  const idle = descriptors()
  for (let round = 0; round < 2; round++) {
    const all = await Promise.all(Array.from({ length: 300 }, () => ask(url)))
    const statuses = all.map(({ status }) => status)
    const inside = all.filter(({ status }) => status === 101)
    // For those who don't even fit at the door the answer may be overtaken by the reset that follows it.
    expect(statuses.filter((status) => ![101, 503, 0].includes(status))).toEqual([])
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThanOrEqual(10)
    expect(inside.length).toBeGreaterThanOrEqual(10)
    // Room for the admin side and for files stays, also when everybody comes at once.
    for (const { status, client } of all) if (status !== 101) client.socket.destroy()
    while (descriptors() > LIMIT - RESERVE) await health(url)
    for (const { client } of inside) client.socket.destroy()
    while (descriptors() > idle) await health(url)
  }
})

test('full: no busy loop, health is told, those inside go on; then there is room again', async () => {
  const { url } = await start()
  const idle = descriptors()
  const inside: TestClient[] = []
  for (;;) {
    const client = await connectClient(`${url}/echo`).catch(() => null)
    if (!client) break
    inside.push(client)
  }
  while (descriptors() > LIMIT - RESERVE) await health(url)
  // Clients that have not asked for anything yet take what is left.
  const silent = await Promise.all(Array.from({ length: 100 }, () => RawClient.dial(url)))
  const before = cpuTicks()
  for (let i = 0; i < 100; i++) expect(await inside[i % inside.length]!.echoes(`round ${i}`)).toBe(true)
  const started = performance.now()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000) // what is measured is a second of rest
  const restMs = performance.now() - started
  expect((cpuTicks() - before) * 10).toBeLessThan(restMs * 0.5)
  expect((await ask(url)).status).toBe(503)

  for (const { socket } of silent) socket.destroy()
  for (const { ws } of inside) ws.terminate()
  while (descriptors() > idle) await health(url).catch(() => 0)
  const again = await connectClient(`${url}/echo`)
  expect(await again.echoes('room again')).toBe(true)
  again.ws.terminate()
})
