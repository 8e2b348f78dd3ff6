import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { clearStaleSocket } from './stale-socket.ts'

/** SECURITY T25: a socket file that nobody serves makes way, a living one does not. */

let dir = ''
let path = ''
const servers: Server[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sg-'))
  path = join(dir, 'gate')
})

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => (server.close(), once(server, 'close'))))
  rmSync(dir, { recursive: true })
})

/** A process that listens and is killed leaves its file behind. */
function leaveStale(): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script])
  expect(lstatSync(path).isSocket()).toBe(true)
}

test('nothing there: nothing to do', async () => {
  await clearStaleSocket(path)
  expect(existsSync(path)).toBe(false)
})

test('a dead one is removed, and can be listened on again', async () => {
  leaveStale()
  await clearStaleSocket(path)
  expect(existsSync(path)).toBe(false)
  const server = createServer()
  servers.push(server)
  await once(server.listen(path), 'listening')
})

test('a living one stays and is named', async () => {
  const server = createServer((socket) => socket.destroy())
  servers.push(server)
  await once(server.listen(path), 'listening')
  await expect(clearStaleSocket(path)).rejects.toThrow(`another program listens on ${path}: stop it`)
  expect(lstatSync(path).isSocket()).toBe(true)
})

test('a file stays', async () => {
  writeFileSync(path, 'precious')
  await expect(clearStaleSocket(path)).rejects.toThrow('is not a socket')
  expect(existsSync(path)).toBe(true)
})

test('a link stays, wherever it leads', async () => {
  leaveStale()
  const link = join(dir, 'link')
  symlinkSync(path, link)
  await expect(clearStaleSocket(link)).rejects.toThrow('is not a socket')
  expect(existsSync(path)).toBe(true)
})
