import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'

import { buildNativeTools, repositoryRoot } from './native.ts'
import { Processes, freePort } from './processes.ts'
import { runRounds } from './run.ts'
import { targets } from './targets.ts'
import type { Bench, Target } from './targets.ts'
import { extents, workloads } from './workloads.ts'
import type { Workload } from './workloads.ts'

let bench: Bench

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sockgate-test-'))
  const repository = repositoryRoot(import.meta.filename)
  const tools = buildNativeTools(repository)
  const processes = new Processes(folder, null)
  const echoPath = join(folder, 'echo.sock')
  bench = { processes, tools, folder, repository, echoPath }
  await processes.serve([tools.echo, `unix:${echoPath}`], { path: echoPath })
}, 60_000)

afterAll(() => {
  bench.processes.killAll()
  rmSync(bench.folder, { recursive: true, force: true })
})

const tiny = { ...extents.quick, transferBytes: 4 * 2 ** 20, idleConnections: 20 }
const named = (name: string): Workload => workloads(tiny).find((workload) => workload.name === name)!
const bridges = targets.filter(({ name }) => name === 'naive' || name === 'c')

function run(names: readonly string[], on: readonly Target[]) {
  const plan = { rounds: 1, secs: 0.1, warmSecs: 0.05, workloads: names.map(named), targets: on }
  return runRounds(bench, plan, () => {})
}

it('puts each kind of load on both bridges and finds every message in its place', async () => {
  const results = await run(['prefix64', 'up', 'setup'], bridges)
  for (const [name, byTarget] of Object.entries(results)) {
    for (const [target, samples] of Object.entries(byTarget)) {
      expect(samples, `${name} ${target}`).toMatchObject([{ fault: '' }])
      expect(samples[0]!.value, `${name} ${target}`).toBeGreaterThan(0)
    }
  }
})

/** Echoes as `answer` says; a bridge that does its job badly. */
function faulty(answer: (data: Buffer, count: number) => Buffer[]): Target {
  return {
    name: 'faulty',
    title: 'for tests',
    start: async () => {
      const port = await freePort()
      const server = new WebSocketServer({ port, host: '127.0.0.1' })
      await once(server, 'listening')
      server.on('connection', (client) => {
        let count = 0
        client.on('message', (data: Buffer) => {
          for (const message of answer(data, count++)) client.send(message)
        })
      })
      const stop = async (): Promise<void> => {
        for (const client of server.clients) client.terminate()
        await new Promise((resolve) => server.close(resolve))
      }
      return { pid: process.pid, url: `ws://127.0.0.1:${port}/`, stop }
    },
  }
}

function flipped(data: Buffer): Buffer {
  const copy = Buffer.from(data)
  copy[40]! ^= 1
  return copy
}

it.each([
  // One message on each of 16 connections.
  ['16 corrupt', (data: Buffer, count: number) => [count === 5 ? flipped(data) : data]],
  ['16 lost', (data: Buffer, count: number) => (count === 5 ? [] : [data])],
  ['16 doubled or reordered', (data: Buffer, count: number) => (count === 5 ? [data, data] : [data])],
  ['wrongly cut', (data: Buffer) => [data.subarray(0, 20), data.subarray(20)]],
])('notices: %s', async (fault, answer) => {
  const results = await run(['prefix64'], [faulty(answer)])
  expect(results['prefix64']!['faulty']![0]!.fault).toContain(fault)
})

it('says why a target did not start, and goes on', async () => {
  const broken: Target = {
    name: 'broken',
    title: 'for tests',
    start: (parts) =>
      parts.processes.serve([process.execPath, '-e', 'throw 42'], { path: '/nowhere' }).then(() => never()),
  }
  const results = await run(['pp1'], [broken, bridges[1]!])
  expect(results['pp1']!['broken']![0]!.fault).toContain('does not accept connections')
  expect(results['pp1']!['c']![0]!.fault).toBe('')
})

function never(): never {
  throw new Error('it did start')
}

it('does not compile what is current', () => {
  const before = process.env['CC']
  process.env['CC'] = '/does/not/exist'
  try {
    expect(existsSync(buildNativeTools(bench.repository).loadgen)).toBe(true)
  } finally {
    if (before === undefined) delete process.env['CC']
    else process.env['CC'] = before
  }
})
