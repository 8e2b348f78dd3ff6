import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { GateError } from '../../shared/causes.ts'
import { descriptorsInUse } from '../native/descriptors.ts'
import { withoutRoot } from '../testing/without-root.ts'
import { transports } from './index.ts'
import { refusal } from './open-socket.ts'
import { unix } from './unix.ts'

let base = ''
let root = ''
const servers = new Set<Server>()
const sockets = new Set<Socket>()

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sg-'))
  root = join(base, 'run')
  mkdirSync(root)
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all([...servers].map((server) => (server.close(), once(server, 'close'))))
  servers.clear()
  sockets.clear()
  rmSync(base, { recursive: true })
})

/** A service that greets with `banner`, then echoes. */
async function serve(path: string, banner = '', backlog = 128): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.write(banner)
    socket.pipe(socket)
  })
  servers.add(server)
  await once(server.listen({ path, backlog }), 'listening')
  return server
}

const patience = () => AbortSignal.timeout(10_000)

async function dial(address: string, signal: AbortSignal = patience()): Promise<Socket> {
  const socket = await unix(root).dial({ uri: `unix:${address}`, address }, { signal })
  sockets.add(socket)
  return socket
}

const firstBytes = async (socket: Socket) => {
  const read = once(socket, 'data') as Promise<[Buffer]>
  socket.resume()
  return (await read)[0].toString()
}

/** The refusal, which must have left no descriptor behind. */
async function refused(address: string): Promise<GateError> {
  const before = descriptorsInUse()
  const error: unknown = await dial(address).then(
    () => 'connected',
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(GateError)
  expect(descriptorsInUse()).toBe(before)
  return error as GateError
}

test('the catalog has it', () => {
  expect(transports({ rundir: root }).map((one) => one.name)).toEqual(['unix'])
})

test('resolves to a socket of which nothing was read, half-open allowed', async () => {
  mkdirSync(join(root, 'audio'))
  await serve(join(root, 'audio/pulse'), 'hello')
  const socket = await dial('audio/pulse')
  expect(socket).toMatchObject({ bytesRead: 0, allowHalfOpen: true })
  expect(socket.isPaused()).toBe(true)
  socket.end('echo')
  const all = Buffer.concat(await socket.toArray())
  expect(all.toString()).toBe('helloecho')
})

test('an administrator’s path is dialled as it is, links followed', async () => {
  await serve(join(base, 'elsewhere'), 'path')
  symlinkSync(join(base, 'elsewhere'), join(base, 'link'))
  expect(await firstBytes(await dial(join(base, 'elsewhere')))).toBe('path')
  expect(await firstBytes(await dial(join(base, 'link')))).toBe('path')
})

test('keeps no descriptor but the connection', async () => {
  await serve(join(root, 'pong'))
  const before = descriptorsInUse()
  for (let i = 0; i < 20; i++) {
    const socket = await dial('pong')
    socket.destroy()
    await once(socket, 'close')
  }
  for (const socket of sockets) socket.destroy()
  await new Promise(setImmediate)
  expect(descriptorsInUse()).toBeLessThanOrEqual(before + 1)
})

test('reads into the caller’s buffer', async () => {
  await serve(join(root, 'pong'), 'into')
  const buffer = Buffer.alloc(64)
  const got = new Promise<number>((resolve) => {
    const callback = (bytes: number) => (resolve(bytes), true)
    const options = { signal: patience(), onread: { buffer: () => buffer, callback } }
    void unix(root)
      .dial({ uri: 'unix:pong', address: 'pong' }, options)
      .then((socket) => sockets.add(socket.resume()))
  })
  expect(buffer.toString('utf8', 0, await got)).toBe('into')
})

test.each([
  '',
  '..',
  '../elsewhere',
  'a/../../elsewhere',
  '.hidden',
  'a\\b',
  'a\0b',
  'a//b',
  'pong/',
  '%2e%2e',
  '．．',
  'missing',
  'pong/x',
])('T20: %j is no service, in the same words', async (name) => {
  await serve(join(base, 'elsewhere'))
  await serve(join(root, '.hidden'))
  await serve(join(root, 'pong'))
  const error = await refused(name)
  expect(error.code).toBe('no-service')
  expect(error.message).toBe((await refused('missing')).message)
  expect(error.cause).toBeInstanceOf(Error)
})

test('T20: a path above 107 bytes is no service; 107 is one', async () => {
  const longest = 107 - root.length - 1
  await serve(join(root, 'x'.repeat(longest)))
  await dial('x'.repeat(longest))
  const error = await refused('x'.repeat(longest + 1))
  expect(error.code).toBe('no-service')
  expect(error.cause).toMatchObject({ message: expect.stringMatching(/at most 107 bytes.*108/) })
  expect(await refused(`${base}/${'x'.repeat(107)}`)).toMatchObject({
    code: 'upstream-refused',
    message: expect.stringContaining('107'),
  })
})

test('T21: links inside are followed, links out are not', async () => {
  await serve(join(base, 'elsewhere'))
  mkdirSync(join(root, 'deep'))
  await serve(join(root, 'deep/real'), 'inside')
  symlinkSync('deep/real', join(root, 'alias'))
  symlinkSync('deep', join(root, 'shallow'))
  symlinkSync(join(root, 'deep'), join(root, 'absolute'))
  expect(await firstBytes(await dial('alias'))).toBe('inside')
  expect(await firstBytes(await dial('shallow/real'))).toBe('inside')
  expect(await firstBytes(await dial('absolute/real'))).toBe('inside')

  symlinkSync('../elsewhere', join(root, 'out'))
  symlinkSync('..', join(root, 'up'))
  symlinkSync('circle', join(root, 'circle'))
  symlinkSync('nowhere', join(root, 'broken'))
  for (const name of ['out', 'up/elsewhere']) {
    expect(await refused(name)).toMatchObject({
      code: 'upstream-refused',
      message: expect.stringContaining('out of the run dir'),
    })
  }
  expect((await refused('circle')).message).toContain('circle')
  expect((await refused('broken')).code).toBe('no-service')
})

test('T21: a run dir that is a link itself works', async () => {
  await serve(join(root, 'pong'), 'real')
  symlinkSync('pong', join(root, 'alias'))
  symlinkSync(root, join(base, 'var'))
  const options = { signal: patience() }
  const socket = await unix(join(base, 'var')).dial({ uri: 'unix:alias', address: 'alias' }, options)
  sockets.add(socket)
  expect(await firstBytes(socket)).toBe('real')
})

test('T21: swapped while it is dialled, the socket outside is never reached', async () => {
  let escapes = 0
  mkdirSync(join(base, 'secret'))
  const outside = await serve(join(base, 'secret/s'))
  outside.on('connection', () => escapes++)
  mkdirSync(join(root, 'd'))
  await serve(join(root, 'd/s'))
  symlinkSync(join(base, 'secret'), join(root, 'evil'))
  // Another process swaps the directory for the link and back as fast as it can.
  const script = `
    const { renameSync } = require('node:fs')
    const end = Date.now() + 1000
    while (Date.now() < end) {
      renameSync('d', 'd.real'); renameSync('evil', 'd'); renameSync('d', 'evil'); renameSync('d.real', 'd')
    }`
  const swapper = spawn(process.execPath, ['-e', script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  let swapping = true
  const done = once(swapper, 'exit').then(() => (swapping = false))
  const seen = new Map<string, number>()
  while (swapping) {
    const result = await dial('d/s').then(
      (socket) => (socket.destroy(), 'connected'),
      (error: GateError) => error.code,
    )
    seen.set(result, (seen.get(result) ?? 0) + 1)
  }
  await done
  expect(escapes).toBe(0)
  expect([...seen.keys()].filter((key) => !['connected', 'no-service', 'upstream-refused'].includes(key))).toEqual([])
  expect(seen.get('connected')).toBeGreaterThan(0)
  expect(seen.get('upstream-refused')).toBeGreaterThan(0)
})

test('T22: what is no socket is said to be none, and not opened', async () => {
  mkdirSync(join(root, 'dir'))
  writeFileSync(join(root, 'file'), '')
  execFileSync('mkfifo', [join(root, 'pipe')])
  expect((await refused('dir')).message).toBe('"dir" is not a socket but a directory')
  expect((await refused('file')).message).toBe('"file" is not a socket but a file')
  expect((await refused('pipe')).message).toBe('"pipe" is not a socket but a pipe')
  expect((await refused('/dev/null')).message).toBe("the service's socket is not a socket but a device")
  expect((await refused('file')).code).toBe('upstream-refused')
})

test('a service that is down: each its own sentence', async () => {
  const server = await serve(join(base, 'live'))
  renameSync(join(base, 'live'), join(root, 'stale'))
  server.close()
  await once(server, 'close')
  servers.delete(server)
  expect(await refused('stale')).toMatchObject({
    code: 'upstream-refused',
    message: 'nothing listens on "stale" any more',
  })
  unlinkSync(join(root, 'stale'))
  expect((await refused('stale')).code).toBe('no-service')
  expect(await refused(join(base, 'gone'))).toMatchObject({
    code: 'upstream-refused',
    message: expect.stringContaining('does not exist; is the service running?'),
  })
})

test('no permission is said to be that', async () => {
  await serve(join(root, 'private'))
  await serve(join(root, 'public'), 'hello')
  chmodSync(join(root, 'private'), 0)
  chmodSync(join(root, 'public'), 0o666)
  await withoutRoot([base, root], async () => {
    expect((await refused('private')).message).toBe('the gateway has no permission to open "private"')
    expect(await firstBytes(await dial('public'))).toBe('hello')
  })
})

test('a full queue is waited for, until the caller gives up', async () => {
  // Accepts nothing: its one thread sleeps for ever.
  const busy = `require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
    require('node:fs').writeSync(1, 'x'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })`
  const child = spawn(process.execPath, ['-e', busy, join(root, 'busy')], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(child.stdout, 'data')
    const connected = [await dial('busy'), await dial('busy')]
    expect(connected).toHaveLength(2)
    await expect(dial('busy', AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'upstream-timeout' })
    const reason = new GateError('client-lost')
    const giveUp = new AbortController()
    const waiting = dial('busy', giveUp.signal)
    giveUp.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(dial('busy', AbortSignal.abort(reason))).rejects.toBe(reason)
  } finally {
    child.kill('SIGKILL')
  }
})

test.each([
  ['EACCES', 'upstream-refused', 'no permission'],
  ['EPERM', 'upstream-refused', 'no permission'],
  ['ELOOP', 'upstream-refused', 'circle'],
  ['EPROTOTYPE', 'upstream-refused', 'another kind'],
  ['EMFILE', 'no-descriptors', 'descriptor'],
  ['ENFILE', 'no-descriptors', 'descriptor'],
  ['EIO', 'upstream-refused', '(EIO)'],
])('%s is told as %s', (code, cause, words) => {
  const error = Object.assign(new Error('x'), { code })
  expect(refusal(error, '"pong"')).toMatchObject({ code: cause, message: expect.stringContaining(words), cause: error })
})
