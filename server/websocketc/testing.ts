import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'

/** For the tests of websocketc: the program as a process of its own, and servers for it to talk to. */
const program = fileURLToPath(new URL('main.ts', import.meta.url))
const command = [process.execPath, '--import', 'tsx', program]

/** A running websocketc and what it has written so far. */
export interface Running {
  readonly child: ChildProcess
  /** Resolves once standard output, or standard error, holds the text. */
  says(text: string, stream?: 'stdout' | 'stderr'): Promise<void>
  readonly done: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** Starts websocketc; its input stays open until `child.stdin.end()` unless `input` is given. */
export function start(args: readonly string[], input?: string | Uint8Array, env: Record<string, string> = {}): Running {
  return watch(
    spawn(command[0]!, [...command.slice(1), ...args], { env: { ...process.env, NO_COLOR: '1', ...env } }),
    input,
  )
}

/** The same in a pseudo-terminal, by `script` of util-linux. */
export function startInTerminal(args: readonly string[], env: Record<string, string>): Running {
  const line = [...command, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', `stty cols 80 rows 24; ${line}`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', TERM: 'xterm', ...env },
  })
  return watch(child)
}

function watch(child: ChildProcess, input?: string | Uint8Array): Running {
  const text = { stdout: '', stderr: '' }
  const chunks: Buffer[] = []
  child.stdout!.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    text.stdout = Buffer.concat(chunks).toString('latin1')
  })
  child.stderr!.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()))
  child.stdin!.on('error', () => {}) // it may end before it has read everything
  if (input !== undefined) child.stdin!.end(input)
  return {
    child,
    async says(wanted, stream = 'stdout') {
      while (!text[stream].includes(wanted)) await once(child[stream]!, 'data')
    },
    done: once(child, 'close').then(([code]) => ({ code: code as number | null, ...text })),
  }
}

export interface TestServer {
  /** Address of a path: `/echo`, `/binary` echoes as bytes, anything else is the test's. */
  url(path: string): string
  readonly requests: IncomingMessage[]
  close(): void
}

type Handler = (socket: WebSocket, request: IncomingMessage) => void

/** A WebSocket server that takes the view asked for; paths without a handler are refused as the gateway would. */
export async function serve(handlers: Readonly<Record<string, Handler>> = {}): Promise<TestServer> {
  const http = createServer()
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false })
  const requests: IncomingMessage[] = []
  const all: Readonly<Record<string, Handler>> = {
    '/echo': (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    '/binary': (socket) => socket.on('message', (data) => socket.send(data, { binary: true })),
    ...handlers,
  }
  http.on('upgrade', (request, socket, head) => {
    requests.push(request)
    const handler = all[request.url!]
    if (handler) sockets.handleUpgrade(request, socket, head, (opened) => handler(opened, request))
    else socket.end(refusal(request.url!.slice(1)))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: (path) => `ws://127.0.0.1:${(http.address() as AddressInfo).port}${path}`,
    requests,
    close: () => closeAll(http, sockets),
  }
}

function closeAll(http: Server, sockets: WebSocketServer): void {
  for (const socket of sockets.clients) socket.terminate()
  http.closeAllConnections()
  http.close()
}

function refusal(service: string): string {
  const detail = `There is no service "${service}"`
  const body = JSON.stringify({ title: 'No such service', status: 404, detail, code: 'no-service', requestId: 'k3f-1' })
  const head = ['HTTP/1.1 404 Not Found', 'content-type: application/problem+json', `content-length: ${body.length}`]
  return `${head.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`
}
