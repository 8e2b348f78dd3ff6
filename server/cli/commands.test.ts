import type { ServerResponse } from 'node:http'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { ProblemBody } from '../../shared/api.ts'
import type { ServiceInfo } from '../../shared/connection.ts'
import { adminServer, connection, sendJson } from '../testing/admin-server.ts'
import type { AdminServer, Seen } from '../testing/admin-server.ts'
import { TestShell } from '../testing/shell.ts'
import { run } from './run.ts'

let shell: TestShell
let server: AdminServer
let answer: (seen: Seen, response: ServerResponse) => void

beforeEach(async () => {
  shell = new TestShell()
  answer = (_seen, response) => sendJson(response, {})
  server = await adminServer((seen, response) => answer(seen, response))
})
afterEach(() => server.remove())

async function sockgate(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const status = await run(args, shell)
  return { status, out: shell.stdout.text, err: shell.stderr.text }
}

const data = () => ['--data', server.dataDir]

const unknown = { state: 'unknown', since: 0 } as const
const services: ServiceInfo[] = [
  {
    name: 'chat',
    target: 'unix:chat',
    codec: 'raw',
    from: 'discovered',
    connections: 0,
    lastError: 'nobody\tlistens',
    ...unknown,
  },
  {
    name: 'pong',
    target: 'unix:/run/p.sock',
    codec: 'libipc',
    from: 'defined',
    connections: 1234,
    lastError: null,
    ...unknown,
  },
]

/** What `list` asks for: services, and the redirects by which they are reached. */
function byPath(ofServices: object, redirects: object[] = []): typeof answer {
  const answers: Record<string, object> = {
    '/api/v1/services': ofServices,
    '/api/v1/policy': { redirects },
    '/api/v1/policy/state': { fixed: { redirects: [], rules: [] } },
  }
  return ({ url }, response) => sendJson(response, answers[url]!)
}

describe('list', () => {
  it('prints a table', async () => {
    answer = byPath({ services })
    expect(await sockgate('list', ...data())).toEqual({
      status: 0,
      out: [
        'SERVICE  CODEC    OPEN  FROM        TARGET            LAST ERROR',
        'chat     raw         –  discovered  unix:chat         nobody listens',
        'pong     libipc  1 234  defined     unix:/run/p.sock',
        '',
      ].join('\n'),
      err: '',
    })
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/services', headers: { host: 'localhost' } })
  })

  it('prints JSON', async () => {
    answer = (_seen, response) => sendJson(response, { services })
    expect(JSON.parse((await sockgate('list', '--json', ...data())).out)).toEqual(services)
  })

  it('shows where redirects lead, also from names that are no services', async () => {
    const redirect = { enabled: true, peer: '*', note: '' }
    answer = byPath({ services }, [
      { ...redirect, id: 'a', from: 'pong', to: 'next', percent: 10 },
      { ...redirect, id: 'b', from: 'p*', to: 'tls:pong.example', peer: 'user:anna' },
      { ...redirect, id: 'c', from: 'ping', to: 'pong' },
      { ...redirect, id: 'd', from: 'ping', to: 'never' },
      { ...redirect, id: 'e', from: 'chat', to: 'off', enabled: false },
      { ...redirect, id: 'f', from: 'chat', to: 'over', until: '2020-01-01T00:00:00Z' },
    ])
    expect((await sockgate('list', ...data())).out.replaceAll(/ +$/gm, '')).toBe(
      [
        'SERVICE  CODEC    OPEN  FROM        TARGET            REDIRECTED TO                              LAST ERROR',
        'chat     raw         –  discovered  unix:chat                                                    nobody listens',
        'ping     –           –  redirect    –                 tls:pong.example (user:anna), pong',
        'pong     libipc  1 234  defined     unix:/run/p.sock  next (10 %), tls:pong.example (user:anna)',
        '',
      ].join('\n'),
    )
  })

  it('says that there are none', async () => {
    answer = byPath({ services: [] })
    expect((await sockgate('list', ...data())).out).toMatch(/^There are no services: /)
  })
})

describe('connections', () => {
  it('fetches every page', async () => {
    answer = ({ url }, response) => {
      const second = url.includes('cursor=17.b')
      const connections = [connection({ id: second ? 'c' : 'b', openedAt: Date.now() })]
      sendJson(response, { connections, total: 2, nextCursor: second ? null : '17.b' })
    }
    const { out, status } = await sockgate('connections', '--state', 'all', ...data())
    expect(status).toBe(0)
    expect(out.split('\n').map((line) => line.slice(0, 9))).toEqual(['ID  SERVI', 'b   pong ', 'c   pong ', ''])
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/v1/connections?state=all',
      '/api/v1/connections?state=all&cursor=17.b',
    ])
  })

  it('prints JSON, and a sentence when there are none', async () => {
    answer = (_seen, response) => sendJson(response, { connections: [], total: 0, nextCursor: null })
    expect((await sockgate('connections', '--json', ...data())).out).toBe('[]\n')
    shell.stdout.text = ''
    expect((await sockgate('connections', ...data())).out).toBe('No connection is open.\n')
  })
})

describe('close', () => {
  it('sends code and reason', async () => {
    answer = (_seen, response) => void response.writeHead(204).end()
    const { out, status } = await sockgate('close', 'a/b', '--code', '4001', '--reason', 'bye', ...data())
    expect({ out, status }).toEqual({ out: 'Closed a/b.\n', status: 0 })
    expect(server.seen[0]).toMatchObject({ method: 'DELETE', url: '/api/v1/connections/a%2Fb' })
    expect(JSON.parse(server.seen[0]!.body)).toEqual({ code: 4001, reason: 'bye' })
  })

  it('keeps the client out as well, and tells the rule', async () => {
    answer = (_seen, response) => void response.writeHead(204, { location: '/api/v1/policy/rules/r-1' }).end()
    const { out } = await sockgate('close', 'x', '--block', '10m', ...data())
    expect(out).toBe('Closed x. The rule r-1 keeps its client out for 10m.\n')
    expect(JSON.parse(server.seen[0]!.body)).toEqual({ blockFor: '10m' })
    shell.stdout.text = ''
    const json = await sockgate('close', 'x', '--block', '10m', '--json', ...data())
    expect(JSON.parse(json.out)).toEqual({ closed: 'x', rule: 'r-1' })
  })

  it('closes what a filter means', async () => {
    const result = { count: 12, perService: { pong: 2, chat: 10 }, perSecond: 10, takesMs: 1100, dryRun: true }
    answer = (_seen, response) => sendJson(response, result)
    const args = ['--filter', 'service:* age>1h', '--pace', '10/s', '--dry-run']
    expect((await sockgate('close', ...args, ...data())).out).toBe(
      'Would close 12 connections (chat 10, pong 2) within 1s.\n',
    )
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/api/v1/connections/close' })
    expect(JSON.parse(server.seen[0]!.body)).toEqual({
      filter: { q: 'service:* age>1h' },
      pace: { perSecond: 10 },
      dryRun: true,
    })
    answer = (_seen, response) => sendJson(response, { ...result, count: 0, perService: {} })
    shell.stdout.text = ''
    expect((await sockgate('close', '--filter', 'x', ...data())).out).toMatch(/^No open connection is meant/)
  })

  it('says why it cannot', async () => {
    const problem: Partial<ProblemBody> = { detail: 'no connection has this id\u001b[2J', status: 404 }
    answer = (_seen, response) => sendJson(response, problem, 404)
    expect(await sockgate('close', 'x', ...data())).toMatchObject({
      status: 1,
      err: 'sockgate: no connection has this id\\x1b[2J\n',
    })
  })
})

it('a token whose id begins with a dash can be revoked', async () => {
  answer = (_seen, response) => void response.writeHead(204).end()
  expect(await sockgate('token', 'rm', '-0YV8LaSB7dH', ...data())).toMatchObject({ status: 0 })
  expect(server.seen[0]).toMatchObject({ method: 'DELETE', url: '/api/v1/tokens/-0YV8LaSB7dH' })
  expect(await sockgate('token', 'rm', 'x', '--jsn', ...data())).toMatchObject({ status: 2 })
})

describe('trouble', () => {
  it.each([
    [['close']],
    [['close', 'x', '--filter', 'y']],
    [['close', '--filter', '']],
    [['close', '--filter', 'y', '--block', '10m']],
    [['close', '--filter', 'y', '--pace', '10/s', '--over', '5s']],
    [['close', '--filter', 'y', '--pace', 'fast']],
    [['close', 'x', '--dry-run']],
    [['connections', '--watch', '--filter', 'x']],
    [['explain']],
    [['explain', 'in']],
    [['explain', 'sideways', 'pong']],
    [['explain', 'in', 'pong', '--jsn']],
    [['rules']],
    [['rules', 'add', 'deny', 'in', 'pong', '*', '--exsting', 'close']],
    [['rules', 'add', 'deny sideways pong']],
    [['rules', 'add', 'default in allow']],
    [['rules', 'restore', 'x']],
    [['rules', 'undo', '--existing', 'burn']],
    [['rules', 'undo', '--confirm', 'soon']],
    [['rules', 'help']],
    [['user', 'set', 'anna']],
    [['user', 'set', 'anna', '--enable', '--disable']],
    [['user', 'add', 'anna', '--role', 'king']],
    [['token', 'add', 'anna', '--expires', 'off']],
    [['token', 'add', 'anna', '--scope', 'all']],
    [['serve', '--redirect', 'a', 'b', '--redirect', 'b', 'a', '--data', '/tmp', '--rundir', '/tmp']],
    [['close', 'x', '--code', '99']],
    [['close', 'x', '--reason', 'x'.repeat(124)]],
    [['connections', '--state', 'dead']],
    [['lst']],
    [['list', '--colour']],
    [['serve', '--workers', '2']],
    [['serve', '--timer', 'soon']],
    [['serve', 'extra']],
    [[]],
  ])('%j is wrong usage: 2', async (args) => {
    const { status, err, out } = await sockgate(...args)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err.length).toBeGreaterThan(20)
  })

  it('prints its version', async () => {
    expect((await sockgate('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('no gateway runs', async () => {
    await server.stop()
    const { status, err } = await sockgate('list', ...data())
    expect(status).toBe(1)
    expect(err).toBe(
      `sockgate: no gateway runs at ${server.dataDir}/admin.sock: start one with "sockgate serve", or say where it is with --data DIR or SOCKGATE_URL\n`,
    )
    await server.start()
  })

  it('SOCKGATE_URL and SOCKGATE_TOKEN are used', async () => {
    shell.env['SOCKGATE_URL'] = 'http://127.0.0.1:1/'
    expect((await sockgate('list')).err).toMatch(
      /^sockgate: no gateway runs at http:\/\/127\.0\.0\.1:1\/: check SOCKGATE_URL/,
    )
    shell.env['SOCKGATE_TOKEN'] = 's3cret'
    answer = byPath({ services })
    await sockgate('list', ...data())
    expect(server.seen[0]!.headers.authorization).toBe('Bearer s3cret')
  })

  it('a wrong SOCKGATE_URL is wrong usage', async () => {
    shell.env['SOCKGATE_URL'] = 'localhost:8081'
    expect(await sockgate('list')).toMatchObject({ status: 2, err: expect.stringContaining('http://127.0.0.1:8081') })
  })

  it('no data directory can be told', async () => {
    expect(await sockgate('list')).toMatchObject({ status: 2, err: expect.stringContaining('--data DIR') })
  })

  it('a token that cannot be sent is wrong usage', async () => {
    shell.env['SOCKGATE_TOKEN'] = 'a\nb'
    expect(await sockgate('list', ...data())).toMatchObject({ status: 2, err: expect.stringMatching(/SOCKGATE_TOKEN/) })
  })

  it('somebody else answers, or breaks off', async () => {
    answer = (_seen, response) => void response.end('<html>')
    for (const command of ['list', 'export', 'doctor']) {
      expect((await sockgate(command, ...data())).status).toBe(1)
      expect(shell.stderr.text + shell.stdout.text).toContain('is not sockgate')
      shell.stderr.text = shell.stdout.text = ''
    }
    answer = (_seen, response) => void response.destroy()
    expect((await sockgate('list', ...data())).err).toContain('failed')
  })
})
