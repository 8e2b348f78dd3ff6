import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import { WebSocket } from 'ws'

import { freePort } from './processes.ts'
import type { Bench } from './targets.ts'

/** What a commit under load may take, in milliseconds. */
const GOALS = { doneMs: 200, pauseMs: 50 }
/** Half of what 20,000 descriptors allow, less what else needs some. */
const CONNECTIONS = 9500
const RULES = 1000
const COMMITS = 10

/** One commit as it went. */
interface Commit {
  readonly answeredMs: number
  /** Until the last of the connections that had to go was closed. */
  readonly doneMs: number
  /** Longest that a ping waited for its answer meanwhile. */
  readonly pauseMs: number
}

/**
 * Commits policies of 1,000 rules while thousands of connections are open, of which none may be touched, and a client
 * pings.
 * @returns a line of figures, and whether the goals are met
 */
export async function benchCommit(bench: Bench): Promise<{ text: string; met: boolean }> {
  const program = join(bench.repository, 'dist', 'server', 'main.js')
  const home = mkdtempSync(join(bench.folder, 'commit-'))
  const port = await freePort()
  const service = `echo=unix:${bench.echoPath},codec=raw`
  const args = ['--listen', `ws://127.0.0.1:${port}`, '--admin', 'off', '--rundir', home, '--service', service]
  const all = [process.execPath, program, 'serve', ...args, '--data', home, '--log-level', 'warn', '--timer', 'off']
  const gateway = await bench.processes.serve(all, { host: '127.0.0.1', port })
  const url = `ws://127.0.0.1:${port}/echo`
  const load = bench.processes.spawn([bench.tools.loadgen, ...idle(url)], ['pipe', 'pipe', 'inherit'])
  try {
    await once(createInterface({ input: load.stdout! }), 'line') // "ready"
    const probe = await Probe.open(url)
    await ask(home, 'POST', '/policy/commit', commitOf(0))
    const { total, connections } = (await ask(home, 'GET', '/connections')) as Listed
    const commits: Commit[] = []
    for (let at = 1; at <= COMMITS; at++) commits.push(await measure(home, probe, connections[0]!.id, at))
    probe.close()
    return told(commits, total)
  } finally {
    load.kill('SIGKILL')
    await bench.processes.stop(gateway)
  }
}

async function measure(home: string, probe: Probe, newest: string, at: number): Promise<Commit> {
  probe.worstMs = 0
  const began = performance.now()
  const { current } = (await ask(home, 'POST', '/policy/commit', commitOf(at))) as { current: { version: number } }
  const answeredMs = performance.now() - began
  // Judged in slices behind the answer, the newest last.
  for (;;) {
    const { policy } = (await ask(home, 'GET', `/connections/${newest}`)) as { policy: number }
    if (policy === current.version) break
  }
  const doneMs = performance.now() - began
  if (probe.worstMs === 0) throw new Error('the probe got no answer')
  return { answeredMs, doneMs, pauseMs: probe.worstMs }
}

interface Listed {
  readonly total: number
  readonly connections: readonly { readonly id: string }[]
}

/** A thousand rules, each time others, that let everybody in at the end. */
function commitOf(at: number): object {
  const rules = Array.from({ length: RULES - 1 }, (_, rule) => ({
    action: 'deny',
    direction: 'in',
    service: rule % 2 === 0 ? `service-${at}-${rule}` : '*',
    peer: rule % 2 === 0 ? '*' : `10.${at}.${rule >> 8}.${rule & 255}`,
  }))
  const last = { action: 'allow', direction: 'in', service: '*', peer: 'loopback' }
  return { document: { rules: [...rules, last] }, existing: 'close' }
}

function told(commits: readonly Commit[], total: number): { text: string; met: boolean } {
  const worst = (figure: (commit: Commit) => number) => Math.max(...commits.map(figure))
  const done = worst(({ doneMs }) => doneMs)
  const pause = worst(({ pauseMs }) => pauseMs)
  const met = done <= GOALS.doneMs && pause <= GOALS.pauseMs
  const figures = [
    `${COMMITS} commits of ${RULES} rules with ${total} open connections, the worst of them:`,
    `answered ${worst(({ answeredMs }) => answeredMs).toFixed(0)} ms, done ${done.toFixed(0)} ms (asked: ${GOALS.doneMs}),`,
    `longest pause meanwhile ${pause.toFixed(0)} ms (asked: ${GOALS.pauseMs})`,
  ]
  return { text: figures.join(' '), met }
}

const idle = (url: string) => ['idle', '--url', url, '-s', '64', '-n', String(CONNECTIONS), '-p', '1']

async function ask(home: string, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { host: 'localhost', 'if-match': '*', ...(body && { 'content-type': 'application/json' }) }
  const socketPath = join(home, 'admin.sock')
  const asked = request({ socketPath, path: `/api/v1${path}`, method, headers, agent: false })
  asked.end(body && JSON.stringify(body))
  const [response] = await once(asked, 'response')
  const answer = await text(response)
  if (response.statusCode !== 200) throw new Error(`${method} ${path}: ${answer}`)
  return JSON.parse(answer)
}

/**
 * One client that pings as soon as the last answer is there, and notes the longest time. The gateway answers by itself,
 * in the turn in which it reads: so this is for how long it was away.
 */
class Probe {
  worstMs = 0
  readonly #socket: WebSocket
  #sentAt = 0

  static async open(url: string): Promise<Probe> {
    const socket = new WebSocket(url)
    await once(socket, 'open')
    return new Probe(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('error', () => {})
    socket.on('pong', () => {
      this.worstMs = Math.max(this.worstMs, performance.now() - this.#sentAt)
      setTimeout(() => this.#send(), 2) // a client may send 1,000 pings a second
    })
    this.#send()
  }

  #send(): void {
    this.#sentAt = performance.now()
    this.#socket.ping()
  }

  close(): void {
    this.#socket.terminate()
  }
}
