import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { GateError } from '../../shared/causes.ts'
import { noService } from '../../shared/service-name.ts'
import { probeWords } from './probe-words.ts'

let dir: string
let server: Server

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sockgate-probe-'))
  server = createServer()
  const umask = process.umask(0o177)
  server.listen(join(dir, 'pong'))
  process.umask(umask)
  await new Promise((resolve) => server.on('listening', resolve))
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(dir, { recursive: true, force: true })
})

const refused = (code: string) =>
  new GateError('upstream-refused', 'words for clients', { cause: Object.assign(new Error('x'), { code }) })
const words = (error: GateError, name = 'pong') => probeWords(error, join(dir, name))

test('nobody listens', () => {
  expect(words(refused('ECONNREFUSED'))).toBe('refused: nobody listens on this socket; is the service running?')
})

test('no permission, with whose the socket is', () => {
  const { username } = userInfo()
  const found = `no permission: socket is 0600 owned by ${username}, and the gateway runs as ${username}`
  expect(words(refused('EACCES'))).toBe(found)
  expect(words(refused('EACCES'), 'hidden/pong')).toMatch(
    /^no permission: a directory above .*\/hidden\/pong may not be/,
  )
})

test('no socket, whichever way that was found out', () => {
  const gone = `there is no socket at ${join(dir, 'gone')}: is the service running?`
  expect(words(noService('ENOENT: no such file or directory'), 'gone')).toBe(gone)
  expect(words(refused('ENOENT'), 'gone')).toBe(gone)
})

test('a name that can be no socket says why', () => {
  expect(words(noService('a socket path has at most 107 bytes'))).toBe('a socket path has at most 107 bytes')
})

test('everything else in the words that it came with', () => {
  const link = new GateError('upstream-refused', '"pong" is a link that leads out of the run dir')
  expect(words(link)).toBe(link.message)
})
