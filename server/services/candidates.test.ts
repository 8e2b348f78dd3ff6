import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
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

const service = (name: string, address: string) =>
  ({ name, target: { uri: `unix:${address}`, address }, codec: 'raw' }) as Service

test('sockets come with their owner and who may use them', async () => {
  const path = join(dir, 'pong')
  await listen(path)
  chmodSync(path, 0o600)
  const [byName, byPath] = candidates([service('pong', 'pong'), service('other', path)], dir)
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

test('ports that listen on loopback are found, and said to be out of reach', async () => {
  const server = await listen(0)
  const { port } = server.address() as AddressInfo
  const found = candidates([], dir).find(({ target }) => target === `tcp://127.0.0.1:${port}`)
  expect(found).toMatchObject({ kind: 'tcp', owner: userInfo().username, reachable: false, known: false })
  expect(found?.verdict).toContain(`port ${port} listens`)
})
