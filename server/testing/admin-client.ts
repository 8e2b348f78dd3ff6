import { WebSocket } from 'ws'

import type { ProblemBody } from '../../shared/api.ts'

export interface Asked {
  readonly token?: string
  readonly cookie?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
  /** Of a WebSocket: whether pings are answered; default true. */
  readonly autoPong?: boolean
}

export interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: T
}

const credentials = ({ token, cookie, headers = {} }: Asked): Record<string, string> => ({
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
  ...(cookie !== undefined && { cookie }),
  ...headers,
})

/** Sends a request to `/api/v1` of a listening admin side, over a real connection. */
export async function ask<T = ProblemBody>(port: number, call: string, asked: Asked = {}): Promise<Answer<T>> {
  const [method = 'GET', path = ''] = call.split(' ')
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method,
    headers: {
      connection: 'close',
      ...(asked.body !== undefined && { 'content-type': 'application/json' }),
      ...credentials(asked),
    },
    ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
  })
  const text = await response.text()
  const json = (
    /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null
  ) as T
  return { status: response.status, headers: response.headers, text, json }
}

/** What a stream sent so far, and how it ended. */
export interface Stream<E> {
  readonly events: E[]
  /** `status` of a request that was refused; `close` code of a WebSocket, 0 for server-sent events. */
  readonly end: { readonly status: number; readonly close: number; readonly text: string } | null
  /** Resolves when there are so many events. @throws Error when the stream ends before */
  count(wanted: number): Promise<E[]>
  ended(): Promise<NonNullable<Stream<E>['end']>>
  close(): void
}

class Received<E> implements Stream<E> {
  readonly events: E[] = []
  end: Stream<E>['end'] = null
  close = (): void => {}
  #wake = (): void => {}

  add(event: E): void {
    this.events.push(event)
    this.#wake()
  }

  finish(status: number, close: number, text = ''): void {
    this.end ??= { status, close, text }
    this.#wake()
  }

  async count(wanted: number): Promise<E[]> {
    while (this.events.length < wanted) {
      if (this.end !== null) throw new Error(`ended after ${this.events.length} events: ${JSON.stringify(this.end)}`)
      await this.#more()
    }
    return this.events
  }

  async ended(): Promise<NonNullable<Stream<E>['end']>> {
    while (this.end === null) await this.#more()
    return this.end
  }

  #more(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }
}

/** Reads a path of `/api/v1` over a WebSocket. */
export function overSocket<E>(
  port: number,
  path: string,
  asked: Asked = {},
): Stream<E> & { readonly socket: WebSocket } {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1${path}`, {
    headers: credentials(asked),
    autoPong: asked.autoPong ?? true,
  })
  const received = new Received<E>()
  socket.on('message', (data: Buffer) => received.add(JSON.parse(data.toString()) as E))
  socket.on('unexpected-response', (_request, response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    response.on('end', () => received.finish(response.statusCode ?? 0, 0, text))
  })
  socket.on('close', (code, reason) => received.finish(101, code, reason.toString()))
  socket.on('error', () => received.finish(0, 0))
  received.close = () => socket.terminate()
  return Object.assign(received, { socket })
}

/** Reads a path of `/api/v1` as server-sent events. */
export function overEvents<E>(port: number, path: string, asked: Asked = {}): Stream<E> {
  const received = new Received<E>()
  const stop = new AbortController()
  received.close = () => stop.abort()
  void read(`http://127.0.0.1:${port}/api/v1${path}`, { headers: credentials(asked), signal: stop.signal }, received)
  return received
}

async function read<E>(url: string, init: RequestInit, received: Received<E>): Promise<void> {
  let status = 0
  let text = ''
  try {
    const response = await fetch(url, init)
    ;({ status } = response)
    if (status !== 200) {
      received.finish(status, 0, await response.text())
      return
    }
    const decoder = new TextDecoder()
    for await (const chunk of response.body!) {
      const parts = (text + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n')
      text = parts.pop()!
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data !== undefined) received.add(JSON.parse(data) as E)
      }
    }
  } catch {
    // aborted, or broken off: both are an end
  }
  received.finish(status, 0)
}
