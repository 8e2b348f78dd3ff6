import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'

import { scriptArgs } from '../script.ts'
import type { NativeTools } from './native.ts'
import { freePort } from './processes.ts'
import type { Processes } from './processes.ts'
import type { Workload } from './workloads.ts'

/** What targets need to start. */
export interface Bench {
  readonly processes: Processes
  readonly tools: NativeTools
  /** Scratch folder, removed at the end. */
  readonly folder: string
  readonly repository: string
  /** Socket of the echo service. */
  readonly echoPath: string
}

/** A bridge that runs and can be measured. Whoever started it stops it. */
export interface Server {
  /** Its process; CPU time and memory are those of all below it, too. */
  readonly pid: number
  readonly url: string
  stop(): Promise<void>
}

/** Something that carries a WebSocket to the echo service. */
export interface Target {
  readonly name: string
  readonly title: string
  /** @throws Error when it does not come up */
  start(bench: Bench, framing: Workload['framing']): Promise<Server>
}

/** Every target, the gateway first. */
export const targets: readonly Target[] = [
  { name: 'gateway', title: 'sockgate', start: startGateway },
  { name: 'naive', title: 'the bridge one would write by hand: ws and net.connect', start: startNaive },
  { name: 'c', title: 'the same bridge in C, as a yardstick', start: startBridge },
]

async function startGateway(bench: Bench, framing: Workload['framing']): Promise<Server> {
  const program = join(bench.repository, 'dist', 'server', 'main.js')
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build first`)
  const home = mkdtempSync(join(bench.folder, 'gateway-'))
  const port = await freePort()
  const options = {
    '--listen': [`ws://127.0.0.1:${port}`],
    '--admin': ['off'],
    '--rundir': [home],
    '--service': [`echo=unix:${bench.echoPath},codec=raw`, `echo32=unix:${bench.echoPath},codec=length32`],
    '--log-level': ['warn'],
  }
  const args = Object.entries(options).flatMap(([option, values]) => values.flatMap((value) => [option, value]))
  const command = [process.execPath, program, 'serve', ...args]
  const child = await bench.processes.serve(command, { host: '127.0.0.1', port }, { XDG_STATE_HOME: home })
  return running(bench, child, `ws://127.0.0.1:${port}/${framing === 'raw' ? 'echo' : 'echo32'}`)
}

async function startNaive(bench: Bench, framing: Workload['framing']): Promise<Server> {
  const port = await freePort()
  const command = [process.execPath, ...scriptArgs(import.meta.url, 'naive'), String(port), bench.echoPath, framing]
  // Without bufferutil, as it comes when one installs `ws`.
  const child = await bench.processes.serve(command, { host: '127.0.0.1', port }, { WS_NO_BUFFER_UTIL: '1' })
  return running(bench, child, `ws://127.0.0.1:${port}/`)
}

async function startBridge(bench: Bench, framing: Workload['framing']): Promise<Server> {
  const port = await freePort()
  const command = [bench.tools.bridge, `127.0.0.1:${port}`, `unix:${bench.echoPath}`]
  if (framing === 'prefixed') command.push('be')
  const child = await bench.processes.serve(command, { host: '127.0.0.1', port })
  return running(bench, child, `ws://127.0.0.1:${port}/`)
}

function running(bench: Bench, child: ChildProcess, url: string): Server {
  return { pid: child.pid!, url, stop: () => bench.processes.stop(child) }
}
