import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { ControlRig, problemIn, send } from '../testing/control.ts'

let rig: ControlRig
let app: FastifyInstance

beforeEach(async () => {
  rig = new ControlRig()
  app = await rig.app()
})

afterEach(() => rig.close())

const status = '/api/v1/status'

/** Puts rules for the admin listener in front of the others. */
async function admit(...lines: readonly { readonly action: 'allow' | 'deny'; readonly peer: string }[]): Promise<void> {
  const { document } = rig.policy.current()
  const rules = lines.map((line) => ({ ...line, direction: 'in', service: '-/admin' }))
  await rig.policy.commit(
    { ...document, rules: [...rules, ...document.rules] },
    { name: 'test', from: 'local', requestId: '', door: null },
    {
      expected: null,
      comment: '',
      kind: 'commit',
      existing: 'keep',
      drainMs: 0,
      confirmWithinMs: null,
      override: null,
    },
  )
}

describe('who it is', () => {
  it('asks for the set-up until there is an administrator, then to sign in', async () => {
    expect(problemIn(await send(app, 'GET', status))).toMatchObject({ status: 401, code: 'setup-needed' })
    await rig.cookie('admin')
    expect(problemIn(await send(app, 'GET', status))).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  it('takes a token and a cookie', async () => {
    expect((await send(app, 'GET', status, { token: await rig.token('viewer') })).statusCode).toBe(200)
    expect((await send(app, 'GET', status, { headers: { cookie: await rig.cookie('viewer') } })).statusCode).toBe(200)
  })

  it('lets a wrong token never fall through to a cookie', async () => {
    const cookie = await rig.cookie('admin')
    for (const authorization of ['Bearer wrong', 'Bearer', 'Basic YTpi', '', 'Bearer a b']) {
      const answer = await send(app, 'GET', status, { headers: { cookie, authorization } })
      expect(problemIn(answer), authorization).toMatchObject({ status: 401, code: 'unauthenticated' })
    }
  })

  it.each(['__Host-sockgate=', '__Host-sockgate=wrong', 'sockgate=x', '__host-sockgate=x', '__Host-sockgate=a%00b'])(
    'takes no cookie %s',
    async (cookie) => {
      await rig.cookie('admin')
      expect((await send(app, 'GET', status, { headers: { cookie } })).statusCode).toBe(401)
    },
  )

  it('takes the token of the environment as an administrator', async () => {
    Object.assign(rig.deps, { adminToken: 'correct-horse' })
    app = await rig.app()
    const me = await send(app, 'GET', '/api/v1/session', { token: 'correct-horse' })
    expect(me.json()).toMatchObject({ user: 'env-token', role: 'admin', by: 'token' })
    expect((await send(app, 'GET', '/api/v1/users', { token: 'correct-horse' })).statusCode).toBe(200)
    expect((await send(app, 'GET', status, { token: 'correct-horse2' })).statusCode).toBe(401)
    expect((await send(app, 'GET', status, { token: 'correct' })).statusCode).toBe(401)
  })

  it('lets nobody in for being on loopback', async () => {
    await rig.cookie('admin')
    const answer = await app.inject({ url: status, headers: { host: 'localhost' }, remoteAddress: '127.0.0.1' })
    expect(answer.statusCode).toBe(401)
  })

  it('gives the page and its files to anybody', async () => {
    const page = await send(app, 'GET', '/', { headers: { accept: 'text/html' } })
    expect(page.body).toContain('<title>page</title>')
    expect((await send(app, 'GET', '/connections', { headers: { accept: 'text/html' } })).statusCode).toBe(200)
    expect((await send(app, 'GET', '/nowhere.js')).statusCode).toBe(404)
  })

  it('takes the local user on the socket in the data dir, and no stranger', async () => {
    const local = await rig.app({ local: true })
    const me = await send(local, 'GET', '/api/v1/session')
    expect(me.json()).toMatchObject({ user: 'local', role: 'admin', by: 'local' })
    await rig.cookie('admin')
    Object.assign(rig.deps, { credentials: () => Promise.resolve('stranger') })
    const strict = await rig.app({ local: true })
    expect((await send(strict, 'GET', status)).statusCode).toBe(401)
    expect((await send(strict, 'GET', status, { token: await rig.token('viewer') })).statusCode).toBe(200)
  })
})

describe('the policy', () => {
  it('closes the listener, also to the page and to who is signed in, but not the socket in the data dir', async () => {
    const token = await rig.token('admin')
    await admit({ action: 'deny', peer: 'loopback' })
    for (const path of [status, '/', '/api/v1/session', '/metrics']) {
      expect(problemIn(await send(app, 'GET', path, { token })), path).toMatchObject({
        status: 403,
        code: 'policy-denied',
      })
    }
    expect((await send(await rig.app({ local: true }), 'GET', status)).statusCode).toBe(200)
  })

  it('lets in by user and group, and shows the page to sign in on', async () => {
    const [viewer, admin] = [await rig.token('viewer'), await rig.token('admin')]
    await admit({ action: 'allow', peer: 'user:admin' }, { action: 'deny', peer: '*' })
    expect((await send(app, 'GET', status, { token: admin })).statusCode).toBe(200)
    expect(problemIn(await send(app, 'GET', status, { token: viewer }))).toMatchObject({
      status: 403,
      code: 'policy-denied',
    })
    expect(problemIn(await send(app, 'GET', status))).toMatchObject({ status: 401 })
    expect((await send(app, 'GET', '/', { headers: { accept: 'text/html' } })).statusCode).toBe(200)
  })

  it('keeps out one user', async () => {
    const [viewer, admin] = [await rig.token('viewer'), await rig.token('admin')]
    await admit({ action: 'deny', peer: 'user:viewer' })
    expect((await send(app, 'GET', status, { token: viewer })).statusCode).toBe(403)
    expect((await send(app, 'GET', status, { token: admin })).statusCode).toBe(200)
  })

  it('lets nobody lock themselves out by mistake', async () => {
    const token = await rig.token('admin')
    const { document } = rig.policy.current()
    const closed = [{ action: 'deny', direction: 'in', service: '-/admin', peer: 'user:admin' }, ...document.rules]
    const answer = await send(app, 'PUT', '/api/v1/policy', {
      token,
      headers: { 'if-match': '*' },
      body: { ...document, rules: closed },
    })
    expect(problemIn(answer)).toMatchObject({ status: 409, code: 'lockout' })
    expect(rig.policy.current().document).toEqual(document)
  })
})
