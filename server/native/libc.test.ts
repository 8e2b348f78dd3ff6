import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, closeSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, onTestFinished, test } from 'vitest'

import { fdOf, native, nativeProblem } from './libc.ts'

const open = new Set<Socket | Server>()

afterEach(() => {
  for (const one of open) if ('destroy' in one) one.destroy()
  for (const one of open) if (!('destroy' in one)) one.close()
  open.clear()
})

/** Two ends of a Unix socket; the far one does not read until told. */
async function pair(): Promise<[Socket, Socket]> {
  const dir = mkdtempSync(join(tmpdir(), 'sockgate-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true })
  open.add(server)
  await once(server.listen(join(dir, 's')), 'listening')
  const near = connect({ path: join(dir, 's'), allowHalfOpen: true })
  const [[far]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(near, 'connect')])
  open.add(near).add(far)
  return [near, far]
}

const c = native()!

test('loads here', () => {
  expect(nativeProblem()).toBeNull()
})

test('is told to stay away', () => {
  const libc = fileURLToPath(new URL('libc.ts', import.meta.url))
  const script = `import(${JSON.stringify(libc)}).then(({ native, nativeProblem }) => console.log(native(), nativeProblem()))`
  const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], {
    env: { ...process.env, SOCKGATE_NO_NATIVE: '1' },
    encoding: 'utf8',
  })
  expect(output.trim()).toBe('null SOCKGATE_NO_NATIVE=1 switches native calls off')
})

test.each([1, 2048, 2049, 36_544])('sends %i bytes with and without a descriptor', async (length) => {
  const [near, far] = await pair()
  const data = Buffer.from(Array.from({ length }, (_, i) => i % 251))
  const token = openSync('/dev/null', 'r')
  onTestFinished(() => closeSync(token))
  expect(c.sendWithDescriptor(fdOf(near), data, token)).toBe(length)
  expect(c.send(fdOf(near), data)).toBe(length)
  near.end()
  const got = Buffer.concat(await far.toArray())
  expect(got.equals(Buffer.concat([data, data]))).toBe(true)
})

test('a full queue says again, and is empty once read', async () => {
  const [near, far] = await pair()
  const block = Buffer.alloc(30_000)
  let sent = 0
  for (;;) {
    const taken = c.send(fdOf(near), block)
    if (taken === 'again') break
    sent += taken
  }
  expect(sent).toBeGreaterThan(100_000)
  expect(c.sendQueueBytes(fdOf(near))).toBeGreaterThanOrEqual(sent)
  let got = 0
  for await (const chunk of far as AsyncIterable<Buffer>) if ((got += chunk.length) === sent) break
  expect(c.sendQueueBytes(fdOf(near))).toBe(0)
})

test('a peer that left is an error with a code', async () => {
  const [near, far] = await pair()
  near.on('error', () => {})
  const left = once(near, 'end')
  near.resume()
  far.destroy()
  await left
  const fd = fdOf(near)
  expect(() => c.send(fd, Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'EPIPE', syscall: 'sendmsg' }))
  near.destroy()
  await once(near, 'close')
  expect(fdOf(near)).toBe(-1)
  expect(() => c.send(fdOf(near), Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'EBADF' }))
  expect(() => c.sendQueueBytes(-1)).toThrow(expect.objectContaining({ code: 'EBADF' }))
})

test('peer credentials are ours', async () => {
  const [near, far] = await pair()
  const us = { pid: process.pid, uid: process.getuid!(), gid: process.getgid!() }
  expect(c.peerCredentials(fdOf(near))).toEqual(us)
  expect(c.peerCredentials(fdOf(far))).toEqual(us)
})
