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

const services: ServiceInfo[] = [
  { name: 'chat', target: 'unix:chat', codec: 'raw', from: 'discovered', connections: 0, lastError: 'nobody\tlistens' },
  { name: 'pong', target: 'unix:/run/p.sock', codec: 'libipc', from: 'defined', connections: 1234, lastError: null },
]

describe('list', () => {
  it('prints a table', async () => {
    answer = (_seen, response) => sendJson(response, { services })
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
    expect(server.seen).toMatchObject([{ method: 'GET', url: '/api/v1/services', headers: { host: 'localhost' } }])
  })

  it('prints JSON', async () => {
    answer = (_seen, response) => sendJson(response, { services })
    expect(JSON.parse((await sockgate('list', '--json', ...data())).out)).toEqual(services)
  })

  it('says that there are none', async () => {
    answer = (_seen, response) => sendJson(response, { services: [] })
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

  it('says why it cannot', async () => {
    const problem: Partial<ProblemBody> = { detail: 'no connection has this id\u001b[2J', status: 404 }
    answer = (_seen, response) => sendJson(response, problem, 404)
    expect(await sockgate('close', 'x', ...data())).toMatchObject({
      status: 1,
      err: 'sockgate: no connection has this id\\x1b[2J\n',
    })
  })
})

describe('trouble', () => {
  it.each([
    [['close']],
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

  it.each([
    [['--help']],
    [['serve', '--help']],
    [['list', '--help']],
    [['connections', '--help']],
    [['close', '--help']],
  ])('%j has an example', async (args) => {
    const { status, out } = await sockgate(...args)
    expect(status).toBe(0)
    expect(out).toMatch(/Examples?:\n {2}sockgate /)
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
    answer = (_seen, response) => sendJson(response, { services })
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

  it('somebody else answers, or breaks off', async () => {
    answer = (_seen, response) => void response.end('<html>')
    expect((await sockgate('list', ...data())).err).toContain('is not sockgate')
    answer = (_seen, response) => void response.destroy()
    expect((await sockgate('list', ...data())).err).toContain('failed')
  })
})
