import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { scriptArgs } from '../script.ts'

let rundir: string
const children: ChildProcess[] = []

beforeEach(() => {
  rundir = mkdtempSync(join(tmpdir(), 'sockgate-test-'))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(rundir, { recursive: true, force: true })
})

function pong(): ChildProcess {
  const child = spawn(process.execPath, scriptArgs(import.meta.url, 'pong'), {
    env: { ...process.env, IPC_RUNDIR: rundir },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  children.push(child)
  return child
}

async function listening(): Promise<ChildProcess> {
  const child = pong()
  const [line] = await once(child.stdout!, 'data')
  expect(String(line)).toBe(`pong: listening on ${join(rundir, 'pong')}\n`)
  return child
}

/** Exit status and everything that was written to stderr. */
async function ending(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = ''
  child.stderr!.on('data', (chunk) => (stderr += String(chunk)))
  const [code] = await once(child, 'close')
  return { code, stderr }
}

it('removes its socket on SIGTERM', async () => {
  const child = await listening()
  child.kill('SIGTERM')
  expect((await ending(child)).code).toBe(0)
  expect(existsSync(join(rundir, 'pong'))).toBe(false)
})

it('ends when the process that started it is gone', async () => {
  const child = await listening()
  child.disconnect() // what the kernel does when a process dies
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(existsSync(join(rundir, 'pong'))).toBe(false)
})

it('leaves a socket alone that still answers', async () => {
  await listening()
  const { code, stderr } = await ending(pong())
  expect(code).toBe(1)
  expect(stderr).toContain('another service is listening there')
  expect(existsSync(join(rundir, 'pong'))).toBe(true)
})

it('never removes what is not a socket', async () => {
  writeFileSync(join(rundir, 'pong'), 'precious')
  const { code, stderr } = await ending(pong())
  expect(code).toBe(1)
  expect(stderr).toContain('EADDRINUSE')
})
