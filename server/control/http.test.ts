import { rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { ProblemBody } from '../../shared/api.ts'
import { FILTER_MAX } from '../../shared/connection-filter.ts'
import type { FeedEvent } from '../../shared/connection.ts'
import { ControlRig, controlStatus as status } from '../testing/control.ts'
import type { FakeRegistry } from '../testing/fake-registry.ts'
import type { ControlDeps } from './deps.ts'

interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

let rig: ControlRig
let registry: FakeRegistry
let dir: string
let endings: (() => unknown)[]
let logged: unknown[]

beforeEach(() => {
  rig = new ControlRig()
  ;({ registry, dir, logged } = rig)
  endings = []
  const { webRoot } = rig
  writeFileSync(join(webRoot, 'color-scheme.js'), '1')
  writeFileSync(join(webRoot, '.secret'), 'no')
  writeFileSync(join(webRoot, 'assets', 'main-abc.js'), '2')
  writeFileSync(join(webRoot, 'assets', 'main-abc.js.map'), '{}')
  writeFileSync(join(dir, 'outside.txt'), 'no')
})

afterEach(async () => {
  for (const end of endings.toReversed()) await end()
  await rig.close()
})

/** The instance for the socket in the data dir, where the tests are the local user; on a port unless said otherwise. */
async function listen(
  deps: Partial<ControlDeps> = {},
  where: { path: string } | { port: number; host: string } = { port: 0, host: '127.0.0.1' },
): Promise<{ port: number }> {
  Object.assign(rig.deps, deps)
  const app = await rig.app({ local: true })
  endings.push(() => app.close())
  await app.listen(where)
  return { port: (app.server.address() as AddressInfo).port }
}

function ask(options: http.RequestOptions, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const headers = { ...length, ...(options.headers as http.OutgoingHttpHeaders) }
    const request = http.request({ host: '127.0.0.1', agent: false, ...options, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Sends bytes as they are and returns all that comes back. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1')
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.write(bytes, 'latin1')
  })
}

function problem(answer: Answer): ProblemBody {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  const body = JSON.parse(answer.text) as ProblemBody
  expect(body).toMatchObject({ status: answer.status, type: `urn:sockgate:problem:${body.code}` })
  expect(body.requestId).not.toBe('')
  expect(body.detail).not.toBe('')
  return body
}

describe('routes', () => {
  it('tells what runs, and the services', async () => {
    const services = [
      {
        name: 'pong',
        target: 'unix:pong',
        codec: 'libipc',
        from: 'defined',
        connections: 2,
        lastError: null,
        state: 'up',
        since: 1,
      },
    ] as const
    const { port } = await listen({ services: () => [...services] })
    expect(JSON.parse((await ask({ port, path: '/api/v1/status' })).text)).toEqual(status)
    expect(JSON.parse((await ask({ port, path: '/api/v1/services' })).text)).toEqual({ services })
  })

  it('lists connections newest first, filtered, a page at a time, each once while others come and go', async () => {
    const { port } = await listen()
    for (let i = 0; i < 450; i++) registry.open(`c${i}`, { openedAt: 1000 + Math.floor(i / 3), service: `s${i % 2}` })
    registry.open('gone')
    registry.end('gone')
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const path: string = `/api/v1/connections?q=service:s1${cursor && `&cursor=${cursor}`}`
      const page = JSON.parse((await ask({ port, path })).text) as {
        connections: { id: string; openedAt: number }[]
        nextCursor: string | null
      }
      seen.push(...page.connections.map(({ id }) => id))
      cursor = page.nextCursor
      registry.open(`late${seen.length}`, { openedAt: 9_000_000, service: 's1' })
      registry.connections.delete(seen.at(-1)!)
    }
    const wanted = Array.from({ length: 225 }, (_, i) => `c${i * 2 + 1}`)
    expect(new Set(seen)).toEqual(new Set(wanted))
    expect(seen).toHaveLength(wanted.length)
    const opened = seen.map((id) => Number(id.slice(1)) / 3)
    expect(opened.map(Math.floor)).toEqual(opened.map(Math.floor).toSorted((a, b) => b - a))
    const closed = JSON.parse((await ask({ port, path: '/api/v1/connections?state=closed' })).text) as object
    expect(closed).toMatchObject({ total: 1, connections: [{ id: 'gone' }], nextCursor: null })
  })

  it.each([
    ['state=half', 'query.state: must be open, closed, refused or all'],
    ['state=open&state=open', 'query.state: must be open, closed, refused or all'],
    [`q=${'x'.repeat(FILTER_MAX + 1)}`, `query.q: must have at most ${FILTER_MAX} characters`],
    ['cursor=abc', 'query.cursor: must be the nextCursor of the page before'],
    ['limit=3', 'query.limit: there is no such field'],
  ])('refuses %s', async (query, detail) => {
    const { port } = await listen()
    expect(problem(await ask({ port, path: `/api/v1/connections?${query}` }))).toMatchObject({
      status: 400,
      code: 'invalid-request',
      detail,
    })
  })

  it('shows and closes one connection', async () => {
    const { port } = await listen()
    registry.open('a')
    const path = '/api/v1/connections/a'
    expect(JSON.parse((await ask({ port, path })).text)).toMatchObject({ id: 'a', state: 'open' })
    const headers = { 'content-type': 'application/json' }
    const closing = await ask({ port, path, method: 'DELETE', headers }, '{"code":4000,"reason":"maintenance"}')
    expect(closing).toMatchObject({ status: 204, text: '' })
    expect(registry.closings).toEqual([{ id: 'a', code: 4000, reason: 'maintenance' }])
    expect(problem(await ask({ port, path, method: 'DELETE' }))).toMatchObject({ status: 409, code: 'not-open' })
    const unknown = '/api/v1/connections/zzz'
    expect(problem(await ask({ port, path: unknown }))).toMatchObject({ status: 404, code: 'no-connection' })
    expect(problem(await ask({ port, path: unknown, method: 'DELETE' }))).toMatchObject({ status: 404 })
  })

  it('closes without a body', async () => {
    const { port } = await listen()
    registry.open('a')
    expect(await ask({ port, path: '/api/v1/connections/a', method: 'DELETE' })).toMatchObject({ status: 204 })
    expect(registry.closings).toEqual([{ id: 'a' }])
  })

  it.each([
    ['{"code":1006}', 400, /^body\.code: must be a close code that may be sent/],
    ['{"code":"1000"}', 400, /^body\.code: must be a whole number/],
    [`{"reason":"${'ü'.repeat(62)}"}`, 400, /^body\.reason: must have at most 123 bytes/],
    ['{"kode":1000}', 400, /^body\.kode: there is no such field/],
    ['{', 400, /^the body can't be read/],
    ['{"__proto__":{"code":1}}', 400, /^the body can't be read/],
    [`{"reason":"${'x'.repeat(70_000)}"}`, 413, /at most 64KiB/],
  ])('refuses the closing %.40s', async (body, wanted, detail) => {
    const { port } = await listen()
    registry.open('a')
    const headers = { 'content-type': 'application/json' }
    const answer = problem(await ask({ port, path: '/api/v1/connections/a', method: 'DELETE', headers }, body))
    expect(answer.status).toBe(wanted)
    expect(answer.detail).toMatch(detail)
    expect(registry.closings).toEqual([])
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined])(
    'refuses a body of type %s, as a foreign form could send it',
    async (type) => {
      const { port } = await listen()
      registry.open('a')
      const headers = { 'content-length': 2, ...(type === undefined ? {} : { 'content-type': type }) }
      const answer = await ask({ port, path: '/api/v1/connections/a', method: 'DELETE', headers }, '{}')
      expect(problem(answer)).toMatchObject({ status: 415, code: 'media-type' })
      expect(registry.closings).toEqual([])
    },
  )

  it('keeps the particulars of its own faults inside, and logs them', async () => {
    const { port } = await listen({
      services: () => {
        throw new Error('/secret/path')
      },
    })
    const answer = await ask({ port, path: '/api/v1/services' })
    expect(problem(answer)).toMatchObject({ status: 500, code: 'internal' })
    expect(answer.text).not.toContain('secret')
    expect(JSON.stringify(logged)).toContain((JSON.parse(answer.text) as ProblemBody).requestId)
  })
})

describe('the guard', () => {
  it.each([
    ['localhost:PORT', undefined, 200],
    ['127.0.0.1:PORT', 'http://127.0.0.1:PORT', 200],
    ['[::1]:PORT', undefined, 200],
    ['gate.example', 'https://gate.example', 200],
    ['LOCALHOST:PORT', 'http://localhost:PORT', 200],
    ['evil.example:PORT', 'http://evil.example:PORT', 421],
    ['localhost:1', undefined, 421],
    ['localhost.:PORT', undefined, 421],
    ['localhost.evil.example:PORT', undefined, 421],
    ['127.0.0.1:PORT', 'null', 403],
    ['127.0.0.1:PORT', 'http://127.0.0.1:1', 403],
    ['127.0.0.1:PORT', 'https://127.0.0.1:PORT', 403],
    ['127.0.0.1:PORT', 'http://127.0.0.1:PORT.evil.example', 403],
    ['127.0.0.1:PORT', 'http://[', 403],
    ['127.0.0.1:PORT', 'x'.repeat(8192), 403],
    ['[::1::bad]:x', undefined, 400],
    ['http://[', undefined, 400],
    ['\u0080\u00fe', undefined, 400],
  ])(
    'answers Host %s with Origin %s by %i, API and page and feed and what is not there',
    async (host, origin, wanted) => {
      const { port } = await listen()
      const fill = (text: string) => text.replace('PORT', String(port))
      const headers = { host: fill(host), ...(origin === undefined ? {} : { origin: fill(origin) }) }
      for (const path of ['/api/v1/status', '/', '/color-scheme.js']) {
        expect((await ask({ port, path, headers })).status).toBe(wanted)
      }
      const nowhere = await ask({ port, path: '/nowhere.txt', headers })
      expect(nowhere.status).toBe(wanted === 200 ? 404 : wanted)
      const feed = wanted === 200 ? wanted : (await ask({ port, path: '/api/v1/events', headers })).status
      expect(feed).toBe(wanted)
      expect(nowhere.headers['access-control-allow-origin']).toBeUndefined()
    },
  )

  it('refuses no Host, two Hosts, two Origins and an absolute target, and lives', async () => {
    const { port } = await listen()
    const end = 'Connection: close\r\n\r\n'
    const own = `Host: localhost:${port}\r\n`
    const origin = `Origin: http://localhost:${port}\r\n`
    expect(await raw(port, `GET / HTTP/1.0\r\n${end}`)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(port, `GET / HTTP/1.1\r\n${own}Host: evil.example\r\n${end}`)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(port, `GET / HTTP/1.1\r\n${own}${origin}${origin}${end}`)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await raw(port, `GET http://evil.example/ HTTP/1.1\r\n${own}${end}`)).not.toMatch(/^HTTP\/1\.1 200 /)
    expect(await raw(port, `GET / HTTP/1.1\r\n${own}Origin: \r\n${end}`)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await raw(port, 'rubbish\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"invalid-request"/)
    const long = `X: ${'x'.repeat(20_000)}\r\n`
    expect(await raw(port, `GET / HTTP/1.1\r\n${own}${long}${end}`)).toMatch(/^HTTP\/1\.1 431 [^]*"header-too-large"/)
    expect((await ask({ port, path: '/api/v1/status' })).status).toBe(200)
  })

  it('asks who the peer is once per connection', async () => {
    let asked = 0
    const { port } = await listen({
      credentials: () => {
        asked++
        return Promise.resolve('local-user')
      },
    })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    endings.push(() => agent.destroy())
    for (let i = 0; i < 3; i++) await ask({ port, path: '/api/v1/status', agent })
    expect(asked).toBe(1)
  })

  it('cuts off headers that do not end', async () => {
    const { port } = await listen({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 200 } })
    expect(await raw(port, 'GET / HTTP/1.1\r\nHost: local')).toMatch(/^HTTP\/1\.1 408 [^]*"too-slow"/)
  })
})

describe('the page', () => {
  it('sends security headers with every answer, and lets the page connect to the listeners', async () => {
    const { port } = await listen()
    for (const path of ['/', '/api/v1/status', '/nowhere', '/%zz']) {
      const { headers } = await ask({ port, path, headers: { host: `localhost:${port}` } })
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
          "font-src 'self'; connect-src 'self' ws://127.0.0.1:8080 ws://localhost:8090; frame-ancestors 'none'; " +
          "base-uri 'none'; form-action 'self'",
      )
    }
  })

  it('sends hashed files to be kept and the rest to be asked for again', async () => {
    const { port } = await listen()
    const cache = async (path: string) => (await ask({ port, path })).headers['cache-control']
    expect(await cache('/')).toBe('no-store')
    expect(await cache('/index.html')).toBe('no-store')
    expect(await cache('/color-scheme.js')).toBe('no-cache')
    expect(await cache('/assets/main-abc.js')).toBe('public, max-age=31536000, immutable')
    expect(await cache('/api/v1/status')).toBe('no-store')
  })

  it('answers addresses of its pages with the page, for browsers', async () => {
    const { port } = await listen()
    const headers = { accept: 'text/html,*/*' }
    expect((await ask({ port, path: '/connections/abc?q=1', headers })).text).toContain('<title>page</title>')
    expect((await ask({ port, path: '/connections' })).status).toBe(404)
    expect((await ask({ port, path: '/api/v1/nowhere', headers })).status).toBe(404)
  })

  it.each([
    '/assets/main-abc.js.map',
    '/.secret',
    '/%2esecret',
    '/assets/',
    '/assets',
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/..%5coutside.txt',
    '/..;/outside.txt',
    '//outside.txt',
    '//evil.example/',
    '/assets/..%2f..%2foutside.txt',
    '/color-scheme.js%00.html',
  ])('has nothing at %s', async (path) => {
    const { port } = await listen()
    const answer = await ask({ port, path })
    expect([400, 403, 404]).toContain(answer.status)
    expect(problem(answer).detail).not.toContain(dir)
  })

  it('says when it has not been built', async () => {
    rmSync(join(dir, 'web', 'index.html'))
    const { port } = await listen()
    const answer = await ask({ port, path: '/', headers: { accept: 'text/html' } })
    expect(answer.status).toBe(503)
    expect(answer.text).toMatch(/npm run build/)
  })
})

describe('on a Unix socket', () => {
  it('serves the same, and refuses foreign names too', async () => {
    const socketPath = join(dir, 'admin.sock')
    await listen({}, { path: socketPath })
    const path = '/api/v1/status'
    expect(JSON.parse((await ask({ socketPath, path, headers: { host: 'localhost' } })).text)).toEqual(status)
    expect((await ask({ socketPath, path, headers: { host: 'evil.example' } })).status).toBe(421)
  })
})

/** One watcher of the feed; reads events as they come. */
class Watcher {
  readonly response: http.IncomingMessage
  readonly events: FeedEvent[] = []
  beats = 0
  #text = ''
  #wake = () => {}

  private constructor(response: http.IncomingMessage) {
    this.response = response
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => this.#take(chunk))
    response.on('error', () => {})
  }

  static open(port: number, lastEventId?: number): Promise<Watcher> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    return new Promise((resolve, reject) => {
      const request = http.get({ host: '127.0.0.1', port, path: '/api/v1/events', headers, agent: false })
      request.on('response', (response) => resolve(new Watcher(response)))
      request.on('error', reject)
      endings.push(() => request.destroy())
    })
  }

  async until(done: (watcher: this) => boolean): Promise<void> {
    while (!done(this)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #take(chunk: string): void {
    const parts = (this.#text + chunk).split('\n\n')
    this.#text = parts.pop()!
    for (const part of parts) {
      if (part === ': beat') this.beats++
      const [id, type, data] = part.split('\n')
      if (data === undefined) continue
      const event = JSON.parse(data.slice('data: '.length)) as FeedEvent
      expect(id).toBe(`id: ${event.seq}`)
      expect(type).toBe(`event: ${event.type}`)
      this.events.push(event)
    }
    this.#wake()
  }
}

const count = (wanted: number) => (watcher: Watcher) => watcher.events.length >= wanted

describe('GET /events', () => {
  it('sends a snapshot, then what happens, in order and without a gap', async () => {
    const { port } = await listen({ limits: { trafficMs: 30, batchMs: 1 } })
    registry.open('a')
    const watcher = await Watcher.open(port)
    expect(watcher.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(watcher.response.headers['cache-control']).toBe('no-store')
    expect(watcher.response.headers['content-security-policy']).toContain("default-src 'none'")
    await watcher.until(count(1))
    registry.open('b')
    registry.end('a')
    registry.move('b', 7)
    await watcher.until(count(4))
    expect(watcher.events).toMatchObject([
      { type: 'snapshot', open: [{ id: 'a' }] },
      { type: 'opened', connection: { id: 'b' } },
      { type: 'closed', connection: { id: 'a', ending: { code: 'client-closed' } } },
      { type: 'traffic', connections: [{ id: 'b', up: { messages: 7 } }] },
    ])
    const first = watcher.events[0]!.seq
    expect(watcher.events.map(({ seq }) => seq - first)).toEqual([0, 1, 2, 3])
  })

  it('goes on behind Last-Event-ID, or starts over when that is too old or not ours', async () => {
    const { port } = await listen({ limits: { keptEvents: 3, batchMs: 1 } })
    const before = await Watcher.open(port)
    await before.until(count(1))
    const { seq } = before.events[0]!
    before.response.destroy()
    registry.open('a')
    registry.open('b')
    const back = await Watcher.open(port, seq)
    await back.until(count(2))
    expect(back.events).toMatchObject([
      { type: 'opened', seq: seq + 1, connection: { id: 'a' } },
      { type: 'opened', seq: seq + 2, connection: { id: 'b' } },
    ])
    registry.open('c')
    registry.open('d')
    for (const id of [seq, seq + 100, 0]) {
      const late = await Watcher.open(port, id)
      await late.until(count(1))
      expect(late.events[0]).toMatchObject({ type: 'snapshot', seq: seq + 4 })
    }
  })

  it('shows that it lives when nothing happens', async () => {
    const { port } = await listen({ limits: { heartbeatMs: 20 } })
    const watcher = await Watcher.open(port)
    await watcher.until(({ beats }) => beats >= 2)
  })

  it('gives a reader that was slow a fresh snapshot instead of what it missed', async () => {
    const { port } = await listen({ limits: { keptEvents: 20, batchMs: 1 } })
    const slow = await Watcher.open(port)
    const quick = await Watcher.open(port)
    await slow.until(count(1))
    slow.response.pause()
    const big = 'x'.repeat(100_000)
    // Far more than sockets hold: waits until the quick one has each, so the feed has moved on for sure.
    for (let i = 0; i < 200; i++) {
      registry.open('big', { origin: big, openedAt: i })
      await quick.until(({ events }) => events.at(-1)!.seq === quick.events[0]!.seq + i + 1)
    }
    slow.response.resume()
    const last = quick.events.at(-1)!.seq
    await slow.until(({ events }) => events.at(-1)!.seq === last)
    expect(slow.events.slice(1).some(({ type }) => type === 'snapshot')).toBe(true)
    expect(slow.events.length).toBeLessThan(200)
    expect(quick.events.map(({ type }) => type).indexOf('snapshot', 1)).toBe(-1)
  })

  it('takes only so many watchers', async () => {
    const { port } = await listen({ limits: { maxWatchers: 1 } })
    const watcher = await Watcher.open(port)
    await watcher.until(count(1))
    const second = await ask({ port, path: '/api/v1/events' })
    expect(problem(second)).toMatchObject({ status: 503, code: 'too-many-watchers' })
  })

  it('ends with the listener', async () => {
    const { subscribers } = registry
    const { port } = await listen()
    const watcher = await Watcher.open(port)
    const ended = new Promise((resolve) => watcher.response.on('close', resolve))
    await endings[0]!()
    await ended
    expect(registry.subscribers).toBe(subscribers)
  })
})
