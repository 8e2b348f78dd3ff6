import type { PolicyState, ProblemBody, SessionRow } from '../shared/api.ts'
import { Client } from './harness/client.ts'
import { ADMIN, type Gateway } from './harness/gateway.ts'
import { cookieHeader, hostOf, raw, UPGRADE, type RawRequest } from './harness/raw.ts'
import { expect, test } from './harness/test.ts'

/** What strangers try at the doors of the program as it runs. */

const json = ['Content-Type', 'application/json'] as const
const version = async (gateway: Gateway) => ((await gateway.api('/policy/state')) as PolicyState).current.version

/** A page, the API, the metrics, and both kinds of live feed. */
const targets: readonly RawRequest[] = [
  { path: '/' },
  { path: '/favicon.svg' },
  { path: '/api/v1/status' },
  { path: '/api/v1/policy/undo', method: 'POST' },
  { path: '/metrics' },
  { path: '/api/v1/events', headers: UPGRADE },
]

test('a name that is not ours reaches nothing, whatever it brings along', async ({ start }) => {
  const gateway = await start(['--demo'])
  const session = await gateway.setUp()
  const own = hostOf(gateway)
  const { port } = new URL(gateway.dashboard)
  const good: RawRequest = { path: '/api/v1/status', headers: [['Host', own], cookieHeader(session)] }
  expect((await raw(gateway.dashboard, good)).status).toBe(200)
  const names = [
    `evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`,
    `localhost.:${port}`,
    `2130706433:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `0.0.0.0:${port}`,
    '127.0.0.1:1',
    '127.0.0.1',
    '[::1::bad]:x',
    'http://[',
    '\x80\xff',
    'a'.repeat(4096),
    '',
  ]
  for (const name of names) {
    for (const { path, method, headers = [] } of targets) {
      const asked = [['Host', name], ['Origin', `http://${name}`], cookieHeader(session), ...headers] as const
      const { status, body } = await raw(gateway.dashboard, { path: path!, method: method ?? 'GET', headers: asked })
      expect({ name, path, refused: [400, 403, 421].includes(status) }).toEqual({ name, path, refused: true })
      expect((JSON.parse(body) as ProblemBody).requestId).toMatch(/\S/)
    }
    const headers = [['Host', name], ...UPGRADE] as const
    const { status } = await raw(gateway.url, { path: '/pong', headers })
    expect({ name, refused: [400, 403, 421].includes(status) }).toEqual({ name, refused: true })
  }
  const both = [
    ['Host', own],
    ['Host', 'evil.example'],
  ] as const
  for (const headers of [[], both]) {
    const asked = [...headers, cookieHeader(session)]
    expect((await raw(gateway.dashboard, { path: '/api/v1/status', headers: asked })).status).toBe(400)
  }
  expect(await gateway.connections('open')).toEqual([])
  expect(await version(gateway)).toBe(1)
})

test('a page of another origin reaches nothing, though it has the cookie', async ({ start }) => {
  const gateway = await start(['--demo'])
  const session = await gateway.setUp()
  const own = hostOf(gateway)
  const { port } = new URL(gateway.dashboard)
  const origins = [
    'https://evil.example',
    'http://127.0.0.1:1',
    'http://127.0.0.1',
    `https://${own}`,
    `http://localhost:${port}`,
    `http://127.0.0.1.evil.example:${port}`,
    `http://evil-127.0.0.1:${port}`,
    `http://127.0.0.1.:${port}`,
    `HTTP://${own}`,
    `http://user@${own}`,
    'null',
    '',
    'http://[',
  ]
  for (const origin of origins) {
    for (const { path, method, headers = [] } of targets) {
      const asked = [['Host', own], ['Origin', origin], cookieHeader(session), ...headers] as const
      const { status, body } = await raw(gateway.dashboard, { path: path!, method: method ?? 'GET', headers: asked })
      expect({ origin, path, status }).toEqual({ origin, path, status: 403 })
      expect(JSON.parse(body) as ProblemBody).toMatchObject({
        code: 'origin-refused',
        requestId: expect.stringMatching(/\S/),
      })
    }
    // The gateway's own door, too: nothing is opened behind it.
    const headers = [
      ['Host', new URL(gateway.url).host],
      ['Origin', origin],
      cookieHeader(session),
      ...UPGRADE,
    ] as const
    if (origin === `http://localhost:${port}`) continue // the page by its other name, which may talk to services
    const { status } = await raw(gateway.url, { path: '/pong', headers })
    expect({ origin, status }).toEqual({ origin, status: 403 })
  }
  for (const [url, path] of [
    [gateway.dashboard, '/api/v1/status'],
    [gateway.url, '/pong'],
  ] as const) {
    const { host } = new URL(url)
    const two = [
      ['Host', host],
      ['Origin', `http://${own}`],
      ['Origin', 'http://evil.example'],
      cookieHeader(session),
      ...UPGRADE,
    ] as const
    expect([400, 403]).toContain((await raw(url, { path, headers: two })).status)
  }
  const upgrade = (origin: string) => [['Host', own], ['Origin', origin], cookieHeader(session), ...UPGRADE] as const
  expect((await raw(gateway.dashboard, { path: '/api/v1/events', headers: upgrade(`http://${own}`) })).status).toBe(101)
  expect(await gateway.connections('open')).toEqual([])
  expect(await version(gateway)).toBe(1)
})

test('every route of the API wants somebody, and the right one', async ({ start }) => {
  const gateway = await start(['--demo'])
  const base = new URL(gateway.dashboard).origin
  await gateway.setUp()
  await gateway.addUser('vera', 'viewer')
  await gateway.addUser('olaf', 'operator')
  const tokens = {
    viewer: await gateway.addToken('vera', 'viewer'),
    operator: await gateway.addToken('olaf', 'operator'),
  }
  const api = (await gateway.api('/openapi.json')) as {
    paths: Record<string, Record<string, { description: string; security: unknown[] }>>
  }
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description, security }]) => ({
      path: path.replace(/\{\w+\}/g, 'x'),
      method: method.toUpperCase(),
      role: /Needs the role `(\w+)`/.exec(description)?.[1] ?? 'anyone',
      open: security.length === 0,
    })),
  )
  expect(routes.length).toBeGreaterThan(60)
  const before = await gateway.api('/audit?limit=1')
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const bodied = ['POST', 'PUT', 'PATCH'].includes(method)
    const response = await fetch(base + path, {
      method,
      headers: { ...headers, ...(bodied && { 'content-type': 'application/json' }) },
      ...(bodied && { body: '{}' }),
    })
    await response.body?.cancel()
    return response.status
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  for (const { method, path, role, open } of routes) {
    expect({ path, open }).toEqual({ path, open: role === 'anyone' })
    if (open) continue
    const place = `${method} ${path}`
    expect({ place, status: await ask(method, path) }).toEqual({ place, status: 401 })
    expect({ place, status: await ask(method, path, bearer('sg_guessed')) }).toEqual({ place, status: 401 })
    if (role === 'operator' || role === 'admin')
      expect({ place, status: await ask(method, path, bearer(tokens.viewer)) }).toEqual({ place, status: 403 })
    if (role === 'admin')
      expect({ place, status: await ask(method, path, bearer(tokens.operator)) }).toEqual({ place, status: 403 })
  }
  for (const path of ['/metrics', '/docs', '/docs/', '/docs/json', '/api/v1/openapi.json'])
    expect({ path, status: await ask('GET', path) }).toEqual({ path, status: 401 })
  expect(await version(gateway)).toBe(1)
  expect(await gateway.api('/audit?limit=1')).not.toEqual(before) // what was refused to somebody known
  expect((await gateway.command('doctor')).out).toMatch(/ok +audit log/)
})

test('the first administrator is made once: of many at the same moment, and for good', async ({ start }) => {
  const gateway = await start(['--demo'])
  const token = new URL(gateway.setupLink).hash.replace('#token=', '')
  const { password } = ADMIN
  expect((await gateway.post('/setup', { token: `${token}x`, name: 'eve', password })).status).toBe(403)
  const names = ['one', 'two', 'three', 'four']
  const answers = await Promise.all(names.map((name) => gateway.post('/setup', { token, name, password })))
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 410, 410, 410])
  expect(answers.filter(({ headers }) => headers.has('set-cookie'))).toHaveLength(1)
  expect((await gateway.post('/setup', { token, name: 'late', password })).status).toBe(410)
  expect(((await gateway.api('/users')) as { users: object[] }).users).toHaveLength(1)
  const again = await gateway.command('setup')
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('administrator already')])
})

test('the session is a cookie as browsers guard it best, new each time, dead once it is over', async ({ start }) => {
  const gateway = await start(['--demo'])
  const first = await gateway.setUp()
  const body = JSON.stringify(ADMIN)
  const headers = [['Host', hostOf(gateway)], json, cookieHeader('chosen-by-somebody-else')] as const
  const answer = await raw(gateway.dashboard, { path: '/api/v1/session', method: 'POST', headers, body })
  const [pair, ...attributes] = answer.headers.get('set-cookie')!.split('; ')
  expect(pair).toMatch(/^__Host-sockgate=[\w-]{43,}$/)
  expect(attributes.toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure'])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  const second = pair!.split('=')[1]!
  expect([first, 'chosen-by-somebody-else']).not.toContain(second)

  const ask = async (session: string, method = 'GET', path = '/session') =>
    (await fetch(`${gateway.dashboard}api/v1${path}`, { method, headers: { cookie: `__Host-sockgate=${session}` } }))
      .status
  expect(await ask('chosen-by-somebody-else')).toBe(401)
  // A live feed ends with its session.
  const feed = await Client.open(`${gateway.dashboard.replace('http', 'ws')}api/v1/events`, {
    headers: { cookie: `__Host-sockgate=${second}`, origin: new URL(gateway.dashboard).origin },
  })
  const { sessions } = (await gateway.api('/sessions')) as { sessions: SessionRow[] }
  expect(sessions).toHaveLength(2)
  expect(await ask(second, 'DELETE')).toBe(204)
  expect((await feed.closed).code).toBeGreaterThan(1000)
  expect([await ask(second), await ask(first)]).toEqual([401, 200])
})

test('files: only those of the page', async ({ start }) => {
  const gateway = await start(['--demo'])
  const paths = [
    '/..;/',
    '/%2e%2e',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/../package.json',
    '//package.json',
    '//etc/passwd',
    '/%5c..%5cpackage.json',
    '/..\\package.json',
    '/assets/../../server/main.js',
    '/assets/%2e%2e/%2e%2e/server/main.js',
    '/assets/..%c0%af..%c0%afserver/main.js',
    '/%252e%252e/package.json',
    '/assets',
    '/assets/',
    '/assets/index.js.map',
    '/.server-built',
    '/.git/config',
    '/assets/.hidden',
    '/index.html%00.js',
    '/C:/windows/win.ini',
    '/file:///etc/passwd',
  ]
  for (const path of paths) {
    for (const method of ['GET', 'HEAD'] as const) {
      const { status, body } = await raw(gateway.dashboard, { path, method, headers: [['Host', hostOf(gateway)]] })
      expect({ path, status: [400, 403].includes(status) ? 404 : status }).toEqual({ path, status: 404 })
      expect(body).not.toMatch(/root:|"sockgate"|<a /)
    }
  }
})
