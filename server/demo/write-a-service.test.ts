import { execFileSync, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

// The guide's programs, taken from the guide and run.
const guide = readFileSync(fileURLToPath(new URL('../../docs/write-a-service.md', import.meta.url)), 'utf8')

let folder: string
let service: ChildProcess | undefined
const sockets: Socket[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sockgate-test-'))
})

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  service?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Writes the snippet whose first line names `file` to a file of that name. */
function snippet(file: string): string {
  const blocks = [...guide.matchAll(/```\w+\n(.*?)```/gs)].map(([, text]) => text!)
  const text = blocks.find((block) => block.split('\n', 1)[0]!.includes(` ${file}`))
  expect(text, `${file} in the guide`).toBeDefined()
  const path = join(folder, file)
  writeFileSync(path, text!)
  return path
}

/** Starts a service and resolves when its socket exists and answers. */
async function start(name: string, program: string, ...args: string[]): Promise<void> {
  service = spawn(program, args, { env: { ...process.env, IPC_RUNDIR: folder }, stdio: 'inherit' })
  await vi.waitFor(() => dial(name), { timeout: 10_000, interval: 20 })
}

/** A connection that is open; the caller ends it. */
async function dial(name: string): Promise<Socket> {
  const socket = connect(join(folder, name))
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

/** What the service says to the given pieces, up to as many bytes as were sent. */
async function exchange(name: string, pieces: readonly Buffer[]): Promise<Buffer> {
  const socket = await dial(name)
  const wanted = pieces.reduce((sum, piece) => sum + piece.length, 0)
  let got = Buffer.alloc(0)
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`closed after ${got.length} bytes`)))
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk])
      if (got.length >= wanted) resolve()
    })
  })
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve))
  await done
  return got
}

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const eachByte = (text: string): Buffer[] => Array.from(Buffer.from(text, 'latin1'), (byte) => Buffer.from([byte]))

it('the service in Node answers line by line', async () => {
  await start('shout', process.execPath, snippet('shout.mjs'))
  expect((await exchange('shout', eachByte('hello\nworld\n'))).toString()).toBe('HELLO\nWORLD\n')
  const ended = once(service!, 'exit')
  service!.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

it.skipIf(!has('python3'))('the service in Python answers message by message', async () => {
  await start('reverse', 'python3', snippet('reverse.py'))
  const [sent, back] = ['\0\0\0\x05hello\0\0\0\0\0\0\0\x02ab', '\0\0\0\x05olleh\0\0\0\0\0\0\0\x02ba']
  expect((await exchange('reverse', eachByte(sent))).toString('latin1')).toBe(back)
  expect((await exchange('reverse', [Buffer.from(sent, 'latin1')])).toString('latin1')).toBe(back)
})

it.skipIf(!has('cc'))('the service in C answers bytes', async () => {
  const program = join(folder, 'program')
  execFileSync('cc', ['-Wall', '-Werror', '-o', program, snippet('rot13.c')], { stdio: 'inherit' })
  await start('rot13', program)
  expect((await exchange('rot13', [Buffer.from('Hello, '), Buffer.from('nm\xff')])).toString()).toBe('Uryyb, azÿ')
})
