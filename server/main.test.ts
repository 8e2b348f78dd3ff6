import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { scriptArgs } from './script.ts'

let dir: string
let child: ChildProcess | null

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sockgate-main-'))
  child = null
})
afterEach(async () => {
  if (child !== null && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(dir, { recursive: true, force: true })
})

/** The real program, on free ports and in directories of its own. */
function serve(...more: string[]) {
  const own = [
    '--listen',
    'ws://127.0.0.1:0',
    '--admin',
    'off',
    '--rundir',
    join(dir, 'ipc'),
    '--data',
    join(dir, 'data'),
  ]
  const running = spawn(process.execPath, [...scriptArgs(import.meta.url, 'main'), 'serve', ...own, ...more])
  child = running
  const text = { out: '', err: '' }
  running.stdout.setEncoding('utf8').on('data', (part: string) => (text.out += part))
  running.stderr.setEncoding('utf8').on('data', (part: string) => (text.err += part))
  const closed = once(running, 'close')
  const until = async (stream: 'out' | 'err', wanted: string) => {
    while (!text[stream].includes(wanted)) {
      if (running.exitCode !== null) throw new Error(`ended with ${running.exitCode}: ${text.err}`)
      await Promise.race([once(stream === 'out' ? running.stdout : running.stderr, 'data'), closed])
    }
  }
  return {
    text,
    until,
    status: closed.then(([status]) => status as number),
    kill: (signal: NodeJS.Signals) => running.kill(signal),
  }
}

it('serves, reads its file again, keeps the old one when the new is wrong, and drains on SIGTERM', async () => {
  const file = join(dir, 'gate.yaml')
  writeFileSync(file, 'timer: 20s')
  const gate = serve('--config', file)
  await gate.until('out', 'Ctrl-C')
  expect(gate.text.out).toMatch(/WebSocket {3}ws:\/\/127\.0\.0\.1:\d+\/<service>/)
  writeFileSync(file, 'timer: 21s\nadmin: 127.0.0.1:0')
  gate.kill('SIGHUP')
  await gate.until('err', '"applied":["timer"]')
  writeFileSync(file, 'timr: 21s')
  gate.kill('SIGHUP')
  await gate.until('err', 'gate.yaml:1:1: unknown key')
  gate.kill('SIGTERM')
  expect(await gate.status).toBe(0)
  expect(gate.text.err).toContain('"msg":"ended"')
})

it('a port that is taken: status 2, and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const gate = serve('--listen', `ws://127.0.0.1:${port}`)
  expect(await gate.status).toBe(2)
  expect(gate.text.err).toContain(
    `sockgate: port ${port} on 127.0.0.1 is taken: stop the other program or choose --listen ws://127.0.0.1:0\n`,
  )
  other.close()
})

it('a run dir that cannot be used, or options that are wrong: status 2', async () => {
  writeFileSync(join(dir, 'file'), '')
  const first = serve('--rundir', join(dir, 'file'))
  expect(await first.status).toBe(2)
  expect(first.text.err).toMatch(/^sockgate: the run dir .*file is not a directory/m)
  mkdirSync(join(dir, 'folder'))
  const second = serve('--config', join(dir, 'folder'), '--timer', '1')
  expect(await second.status).toBe(2)
  expect(second.text.err).toBe(`sockgate: --config: ${join(dir, 'folder')} is a directory\n`)
})
