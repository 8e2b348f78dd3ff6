import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { candidates, verdictOn } from './candidates.ts'
import type { Service } from './service.ts'

let dir: string
const servers: Server[] = []

beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sockgate-candidates-'))))
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(dir, { recursive: true, force: true })
})

function listen(at: string | number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer()
    servers.push(server)
    const ready = () => resolve(server)
    if (typeof at === 'string') server.listen(at, ready)
    else server.listen(at, '127.0.0.1', ready)
  })
}

const found = (services: readonly Service[], ownPorts = new Set<number>()) =>
  candidates({ services, rundir: dir, ownPorts })

const service = (name: string, address: string) =>
  ({ name, target: { uri: `unix:${address}`, address }, codec: 'raw' }) as Service

test('sockets come with their owner and who may use them', async () => {
  const path = join(dir, 'pong')
  await listen(path)
  chmodSync(path, 0o600)
  const [byName, byPath] = await found([service('pong', 'pong'), service('other', path)])
  const { username } = userInfo()
  expect(byName).toMatchObject({ name: 'pong', kind: 'unix', owner: username, reachable: true, known: true })
  expect(byName?.verdict).toMatch(new RegExp(`^0600, owned by ${username}:\\S+: we may connect$`))
  expect(byPath).toMatchObject({ name: 'other', target: `unix:${path}`, reachable: true })
})

test('a socket that is gone is told as such', () => {
  expect(verdictOn(join(dir, 'gone'))).toEqual({
    owner: '',
    reachable: false,
    verdict: 'there is no socket at this path',
  })
})

test('a link that leaves the run dir is not followed; one that stays is, and so is one that an administrator named', async () => {
  const [run, other] = [join(dir, 'run'), join(dir, 'other')]
  mkdirSync(run)
  mkdirSync(other)
  await listen(join(other, 'pong'))
  await listen(join(run, 'clock'))
  symlinkSync(join(other, 'pong'), join(run, 'out'))
  symlinkSync('clock', join(run, 'in'))
  const leaves = 'path is a link that leaves the directory: not followed'
  expect(verdictOn(join(run, 'out'), run)).toMatchObject({ reachable: false, verdict: leaves })
  expect(verdictOn(join(run, 'in'), run)).toMatchObject({ reachable: true })
  expect(verdictOn(join(run, 'out'))).toMatchObject({ reachable: true })
})

test('a file is no socket', () => {
  writeFileSync(join(dir, 'file'), '')
  expect(verdictOn(join(dir, 'file'))).toMatchObject({
    reachable: false,
    verdict: 'what is at this path is not a socket',
  })
})

test('ports that listen on loopback are found with their process, and said to be out of reach', async () => {
  const server = await listen(0)
  const { port } = server.address() as AddressInfo
  const mine = (all: Awaited<ReturnType<typeof found>>) => all.find(({ target }) => target.endsWith(`:${port}`))
  expect(mine(await found([]))).toMatchObject({
    name: `tcp-${port}`,
    target: `tcp://127.0.0.1:${port}`,
    kind: 'tcp',
    owner: expect.stringContaining(`(process ${process.pid})`),
    reachable: false,
    known: false,
    verdict: expect.stringContaining('TCP targets are not supported yet'),
  })
  expect(mine(await found([], new Set([port])))).toBeUndefined()
})
