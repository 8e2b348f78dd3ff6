import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { PolicyState } from '../../shared/api.ts'
import type { ConnectionInfo, StatusInfo } from '../../shared/connection.ts'

/** A connection for tables and feeds; `changes` says what is special about it. */
export function connection(changes: Partial<ConnectionInfo> = {}): ConnectionInfo {
  return {
    id: 'a1b2c3-1',
    service: 'pong',
    target: 'unix:pong',
    listener: 'ws://127.0.0.1:8080',
    peer: '127.0.0.1:52100',
    origin: null,
    user: null,
    rules: ['r-1'],
    policy: 1,
    codec: 'libipc',
    view: 'payload',
    state: 'open',
    openedAt: 1_000_000,
    up: { messages: 0, bytes: 0 },
    down: { messages: 0, bytes: 0 },
    queued: { toClient: 0, toService: 0 },
    paused: { client: 0, service: 0 },
    pingMs: null,
    ending: null,
    ...changes,
  }
}

export const sampleStatus: StatusInfo = {
  version: '1.2.3',
  pid: 4242,
  startedAt: 900_000,
  state: 'running',
  listeners: ['ws://127.0.0.1:8080'],
  dashboard: 'http://127.0.0.1:8081/',
  rundir: '/run/ipc',
  timerMs: 25_000,
  openConnections: 1,
  warnings: [],
}

export const samplePolicy: PolicyState = {
  current: { version: 1, at: 900_000, author: 'gateway', comment: 'the first policy', kind: 'seed' },
  pending: null,
  fixed: { redirects: [], rules: [] },
  managed: null,
  drafts: [],
}

/** A request as the server below got it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A plain HTTP server on the admin socket of a fresh data directory, answering as a test says. */
export interface AdminServer {
  readonly dataDir: string
  readonly seen: readonly Seen[]
  /** Takes the socket again after `stop`. */
  start(): Promise<void>
  /** Breaks every connection and goes away. */
  stop(): Promise<void>
  /** `stop`, and removes the directory. */
  remove(): Promise<void>
}

/** Starts it. `answer` gets each request once its body is there. */
export async function adminServer(answer: (seen: Seen, response: ServerResponse) => void): Promise<AdminServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sockgate-admin-'))
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body }
      seen.push(one)
      answer(one, response)
    })
  })
  const start = () => new Promise<void>((resolve) => server.listen(join(dataDir, 'admin.sock'), resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await start()
  const remove = async () => {
    await stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { dataDir, seen, start, stop, remove }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
