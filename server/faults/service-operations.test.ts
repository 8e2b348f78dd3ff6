import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import type { ServiceInfo } from '../../shared/connection.ts'
import type { Candidate, ConnectionDetail, OverviewAnswer, ProbeAnswer } from '../../shared/dashboard.ts'
import { openStore } from '../store/sqlite.ts'
import { connectClient, refusalOf } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'

/** What people do with services, on real ones. */

let gate: Gate

beforeEach(async () => {
  gate = await Gate.start({ entries: { missing: {}, pong: {} } })
})
afterEach(() => gate.close())

const call = async <T>(path: string, body?: object): Promise<T> => {
  const { status, body: answer } = await gate.api('POST', path, body)
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
  return answer as T
}
const info = async (name: string) => (await gate.api('GET', `/services/${name}`)).body as ServiceInfo
const probe = (name: string) => call<ProbeAnswer>(`/services/${name}/probe`)
const url = (name: string) => `${gate.url}/${name}`

test('the echo service sends back what a client sends, once it is asked for, and ends with its definition', async () => {
  const first = await call<ServiceInfo>('/services/echo')
  expect(first).toMatchObject({ name: 'echo', from: 'dashboard', codec: 'raw', state: 'unknown' })
  expect(await call<ServiceInfo>('/services/echo')).toEqual(first)
  const client = await connectClient(url('echo'))
  expect(await client.echoes('hello')).toBe(true)
  expect((await info('echo')).state).toBe('up')

  const socket = join(gate.dataDir, 'echo.sock')
  expect(existsSync(socket)).toBe(true)
  expect((await gate.api('DELETE', '/services/echo')).status).toBe(204)
  await client.closed
  expect(existsSync(socket)).toBe(false)
})

test('a service that has the name of the echo service already is left alone', async () => {
  await gate.api('PUT', '/services/echo', { target: 'unix:pong' })
  const { status, body } = await gate.api('POST', '/services/echo')
  expect([status, (body as { code: string }).code]).toEqual([409, 'service-fixed'])
  expect(await info('echo')).toMatchObject({ target: 'unix:pong' })
})

test('a probe says what is in the way, and is remembered', async () => {
  const service = await gate.service('pong', 'echo')
  expect((await info('pong')).state).toBe('unknown')
  expect(await probe('pong')).toMatchObject({ ok: true, service: { state: 'up', lastError: null } })
  await service.kill()
  const message = 'refused: nobody listens on this socket; is the service running?'
  expect(await probe('pong')).toMatchObject({ ok: false, message, service: { state: 'down', lastError: message } })
  const gone = `there is no socket at ${join(gate.rundir, 'missing')}: is the service running?`
  expect(await probe('missing')).toMatchObject({ ok: false, message: gone, service: { state: 'down' } })
  const { attention } = (await gate.api('GET', '/overview')).body as OverviewAnswer
  expect(attention.filter(({ kind }) => kind === 'service-down').map(({ about }) => about)).toEqual(['missing', 'pong'])
})

test('clients find out how a service does: the one that they were sent to, not the one that they asked for', async () => {
  await refusalOf(url('missing'))
  expect(await info('missing')).toMatchObject({
    state: 'down',
    lastError: 'there is no socket at its path: is the service running?',
  })
  const service = await gate.service('pong', 'echo')
  await gate.api('POST', '/policy/redirects', { from: 'old', to: 'missing' })
  await gate.api('PUT', '/services/old', { target: 'unix:pong' })
  await refusalOf(url('old'))
  expect((await info('old')).state).toBe('unknown')
  await service.stop()
})

test('a service that is switched off refuses, keeps or closes what is open, and can be switched on again', async () => {
  await gate.service('pong', 'echo')
  await gate.api('POST', '/policy/redirects', { from: 'old', to: 'pong' })
  const [direct, redirected] = [await connectClient(url('pong')), await connectClient(url('old'))]
  expect(await call('/services/pong/disable', {})).toMatchObject({ state: 'disabled', connections: 2 })
  for (const name of ['pong', 'old']) {
    expect((await refusalOf(url(name))).problem).toMatchObject({ status: 503, code: 'service-disabled' })
  }
  expect(await direct.echoes('still here')).toBe(true)
  await call('/services/pong/enable')
  await (await connectClient(url('pong'))).echoes('again')
  await call('/services/pong/disable', { existing: 'close' })
  expect((await direct.closed).code).toBe(1012)
  expect((await redirected.closed).code).toBe(1012)
})

test('whoever was dialling while a service was switched off is sent away again', async () => {
  const slow = await gate.service('pong', 'echo', 1)
  slow.freeze()
  const inQueue = await fill(slow.path)
  const waiting = connectClient(url('pong'))
  await gate.handled()
  await call('/services/pong/disable', { existing: 'close' })
  slow.thaw()
  const client = await waiting
  expect((await client.closed).code).toBe(1013)
  for (const socket of inQueue) socket.destroy()
})

/** Connects until the service's queue is full. */
async function fill(path: string) {
  const sockets = []
  for (;;) {
    const socket = connect(path).on('error', () => {})
    const full = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(false)).once('error', () => resolve(true))
    })
    if (full) return sockets
    sockets.push(socket)
  }
}

test('what was switched off stays so over a restart, and the echo service comes back', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sg-'))
  const store = openStore(data)
  store.services.saveDisabled('pong', 1)
  store.services.save('echo', { target: `unix:${join(data, 'echo.sock')}`, codec: 'raw' })
  store.close()
  const again = await Gate.start({ data, entries: { pong: {} } })
  try {
    expect((await refusalOf(`${again.url}/pong`)).problem).toMatchObject({ code: 'service-disabled' })
    expect(await (await connectClient(`${again.url}/echo`)).echoes('hello again')).toBe(true)
  } finally {
    await again.close()
    rmSync(data, { recursive: true })
  }
})

test('a connection tells when it came and how it got to where it is', async () => {
  await gate.service('pong', 'echo')
  await gate.api('POST', '/policy/redirects', { id: 'to-pong', from: 'old', to: 'pong' })
  const client = await connectClient(url('old'))
  const id = await gate.opened()
  const { timeline, openedAt } = (await gate.connection(id)) as ConnectionDetail
  expect(timeline.map(({ kind }) => kind)).toEqual(['accepted', 'decided', 'redirected', 'connected'])
  expect(timeline[2]?.text).toMatch(/^sent to unix:pong by \S+$/)
  expect(timeline[3]).toMatchObject({ at: openedAt, text: expect.stringMatching(/^connected to unix:pong in /) })
  expect(timeline[0]!.at).toBeLessThanOrEqual(openedAt)
  client.ws.close()
})

test("sockets with their owner are candidates, the gateway's own ports are not", async () => {
  await gate.service('pong', 'echo')
  const { candidates } = (await gate.api('GET', '/services/candidates')).body as { candidates: Candidate[] }
  expect(candidates.find(({ name }) => name === 'pong')).toMatchObject({ kind: 'unix', reachable: true, known: true })
  expect(candidates.map(({ name }) => name)).not.toContain(`tcp-${gate.port}`)
})
