import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { NewToken, SessionInfo, SessionRow, TokenInfo, UserInfo } from '../../../shared/api.ts'
import { ask } from '../../testing/admin-client.ts'
import { ControlRig, send } from '../../testing/control.ts'

const PASSWORD = 'a long enough password'
const OTHER = 'another long password'

let rig: ControlRig
let port: number

beforeEach(async () => {
  rig = new ControlRig()
  port = await rig.listen()
})

afterEach(() => rig.close())

/** The pair of a cookie that was set. */
function cookieOf(headers: Headers): string {
  return headers.get('set-cookie')?.split(';', 1)[0] ?? ''
}

async function signIn(name: string, password = PASSWORD): Promise<string> {
  const answer = await ask<SessionInfo>(port, 'POST /session', { body: { name, password } })
  expect(answer.status).toBe(200)
  return cookieOf(answer.headers)
}

describe('the set-up', () => {
  const setUp = (token: string, name = 'anna') => ({ body: { token, name, password: PASSWORD } })

  it('makes the first administrator and signs it in', async () => {
    expect((await ask(port, 'GET /setup')).json).toEqual({ needed: true })
    const answer = await ask<SessionInfo>(port, 'POST /setup', setUp(rig.accounts.setupToken()!))
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual({ user: 'anna', role: 'admin', by: 'session', expiresAt: expect.any(Number) as number })
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-sockgate=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await ask(port, 'GET /users', { cookie: cookieOf(answer.headers) })).status).toBe(200)
    expect((await ask(port, 'GET /setup')).json).toEqual({ needed: false })
  })

  it('has one winner; others are too late (T36)', async () => {
    const token = rig.accounts.setupToken()!
    const both = await Promise.all([
      ask(port, 'POST /setup', setUp(token)),
      ask(port, 'POST /setup', setUp(token, 'bob')),
    ])
    expect(both.map(({ status }) => String(status)).toSorted()).toEqual(['201', '410'])
    expect(both.find(({ status }) => status === 410)!.headers.get('set-cookie')).toBeNull()
    expect((await ask(port, 'POST /setup', setUp(token))).status).toBe(410)
    expect(rig.accounts.users()).toHaveLength(1)
  })

  it('refuses a wrong token', async () => {
    rig.accounts.setupToken()
    const answer = await ask(port, 'POST /setup', setUp('wrong'))
    expect(answer).toMatchObject({ status: 403, json: { code: 'setup-wrong' } })
    expect(rig.accounts.users()).toEqual([])
  })

  it('is done from this machine only (T36)', async () => {
    const app = await rig.app()
    const token = rig.accounts.setupToken()!
    const from = (remoteAddress: string) =>
      app.inject({
        method: 'POST',
        url: '/api/v1/setup',
        remoteAddress,
        headers: { host: 'gate.example' },
        payload: { token, name: 'anna', password: PASSWORD },
      })
    const far = await from('192.0.2.7')
    expect([far.statusCode, far.json()]).toEqual([403, expect.objectContaining({ code: 'local-only' })])
    expect((await from('::ffff:127.0.0.1')).statusCode).toBe(201)
  })

  it('tells the token to the socket in the data dir and to nobody else', async () => {
    const local = await rig.app({ local: true })
    const told = await send(local, 'GET', '/api/v1/setup/token')
    expect(told.json()).toEqual({ token: rig.accounts.setupToken() })
    const admin = await rig.token('admin')
    expect(await ask(port, 'GET /setup/token', { token: admin })).toMatchObject({
      status: 403,
      json: { code: 'local-only' },
    })
    await rig.cookie('admin')
    expect((await send(local, 'GET', '/api/v1/setup/token')).statusCode).toBe(410)
  })
})

describe('a session', () => {
  it('opens with a password and tells who asks', async () => {
    await rig.cookie('operator', 'olga')
    await rig.accounts.changeUser('olga', { password: PASSWORD }, { name: 't', from: 't', requestId: '' })
    const cookie = await signIn('olga')
    expect((await ask(port, 'GET /session', { cookie })).json).toMatchObject({
      user: 'olga',
      role: 'operator',
      by: 'session',
    })
    expect((await ask(port, 'DELETE /session', { cookie })).status).toBe(204)
    expect((await ask(port, 'GET /session', { cookie })).status).toBe(401)
  })

  it('is a new one each time, and the old one is over (T33)', async () => {
    await rig.accounts.addUser('anna', { role: 'admin', password: PASSWORD }, { name: 't', from: 't', requestId: '' })
    const first = await signIn('anna')
    const again = await ask(port, 'POST /session', { cookie: first, body: { name: 'anna', password: PASSWORD } })
    expect(cookieOf(again.headers)).not.toBe(first)
    expect((await ask(port, 'GET /session', { cookie: first })).status).toBe(401)
    expect((await ask(port, 'GET /session', { cookie: cookieOf(again.headers) })).status).toBe(200)
  })

  it('does not open with a wrong password, and says the same for a name that is not there', async () => {
    await rig.accounts.addUser('anna', { role: 'admin', password: PASSWORD }, { name: 't', from: 't', requestId: '' })
    const wrong = await ask(port, 'POST /session', { body: { name: 'anna', password: 'wrong' } })
    const nobody = await ask(port, 'POST /session', { body: { name: 'nobody', password: 'wrong' } })
    expect([wrong.status, nobody.status]).toEqual([401, 401])
    expect(wrong.json.detail).toBe(nobody.json.detail)
    expect(wrong.headers.get('set-cookie')).toBeNull()
  })

  it.each([
    [{ name: 'anna' }, 'body.password'],
    [{ name: 'anna', password: 'x'.repeat(1025) }, 'at most 1024'],
    [{ name: 'anna', password: 'x', role: 'admin' }, 'there is no such field'],
    [{ name: 7, password: 'x' }, 'body.name: must be text'],
  ])('refuses %j', async (body, sentence) => {
    const answer = await ask(port, 'POST /session', { body })
    expect(answer.status).toBe(400)
    expect(answer.json.detail).toContain(sentence)
    expect(answer.text).not.toContain('xxxx')
  })

  it('takes a small body only', async () => {
    const answer = await ask(port, 'POST /session', { body: { name: 'x'.repeat(10_000), password: 'x' } })
    expect(answer.status).toBe(413)
  })

  it('changes its own password, and all others of that user end', async () => {
    await rig.accounts.addUser('anna', { role: 'viewer', password: PASSWORD }, { name: 't', from: 't', requestId: '' })
    const [cookie, elsewhere] = [await signIn('anna'), await signIn('anna')]
    const wrong = await ask(port, 'POST /session/password', { cookie, body: { old: 'wrong', new: OTHER } })
    expect(wrong).toMatchObject({ status: 401, json: { code: 'wrong-credentials' } })
    const short = await ask(port, 'POST /session/password', { cookie, body: { old: PASSWORD, new: 'short' } })
    expect(short).toMatchObject({ status: 422, json: { code: 'invalid-account' } })
    expect(rig.accounts.sessions()).toHaveLength(2)

    const answer = await ask(port, 'POST /session/password', { cookie, body: { old: PASSWORD, new: OTHER } })
    expect(answer.status).toBe(200)
    for (const old of [cookie, elsewhere]) expect((await ask(port, 'GET /session', { cookie: old })).status).toBe(401)
    expect((await ask(port, 'GET /session', { cookie: cookieOf(answer.headers) })).status).toBe(200)
    await signIn('anna', OTHER)
    expect((await ask(port, 'POST /session', { body: { name: 'anna', password: PASSWORD } })).status).toBe(401)
  })

  it('has a password to change only when it was opened with one', async () => {
    const answer = await ask(port, 'POST /session/password', {
      token: await rig.token('admin'),
      body: { old: PASSWORD, new: OTHER },
    })
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden' } })
  })

  it('is seen and ended by its owner and by administrators', async () => {
    const viewer = await rig.cookie('viewer')
    const admin = await rig.cookie('admin')
    const list = async (cookie: string) =>
      (await ask<{ sessions: SessionRow[] }>(port, 'GET /sessions', { cookie })).json.sessions
    const own = await list(viewer)
    expect(own).toEqual([expect.objectContaining({ user: 'viewer-2', own: true, from: '127.0.0.1' })])
    const all = await list(admin)
    expect(all.map(({ user, own: mine }) => [user, mine])).toEqual([
      ['viewer-2', false],
      ['admin-2', true],
    ])
    expect(JSON.stringify(all)).not.toContain('hash')
    expect((await ask(port, `DELETE /sessions/${all[1]!.id}`, { cookie: viewer })).status).toBe(404)
    expect((await ask(port, `DELETE /sessions/${all[0]!.id}`, { cookie: admin })).status).toBe(204)
    expect((await ask(port, 'GET /session', { cookie: viewer })).status).toBe(401)
    expect((await ask(port, `DELETE /sessions/${all[1]!.id}`, { cookie: admin })).headers.get('set-cookie')).toMatch(
      /^__Host-sockgate=;/,
    )
  })
})

describe('users and tokens', () => {
  let token: string

  beforeEach(async () => {
    token = await rig.token('admin')
  })

  it('adds, shows, changes and removes a user', async () => {
    const body = { name: 'bob', role: 'client', groups: ['staff'], password: PASSWORD, certificate: 'CN=bob' }
    const added = await ask<UserInfo>(port, 'POST /users', { token, body })
    expect(added.status).toBe(201)
    expect(added.json).toEqual({
      name: 'bob',
      role: 'client',
      groups: ['staff'],
      enabled: true,
      hasPassword: true,
      certificate: 'CN=bob',
      createdAt: expect.any(Number) as number,
    })
    expect((await ask(port, 'POST /users', { token, body })).json.code).toBe('exists')
    expect((await ask(port, 'GET /users/bob', { token })).json).toEqual(added.json)
    const changed = await ask<UserInfo>(port, 'PATCH /users/bob', { token, body: { enabled: false, password: null } })
    expect(changed.json).toMatchObject({ name: 'bob', enabled: false, hasPassword: false, groups: ['staff'] })
    expect(
      (await ask<{ users: UserInfo[] }>(port, 'GET /users', { token })).json.users.map(({ name }) => name),
    ).toEqual(['admin', 'bob'])
    expect((await ask(port, 'DELETE /users/bob', { token })).status).toBe(204)
    for (const call of ['GET /users/bob', 'PATCH /users/bob', 'DELETE /users/bob']) {
      expect((await ask(port, call, { token, ...(call.startsWith('P') && { body: {} }) })).status, call).toBe(404)
    }
    expect(rig.audit().filter((entry) => entry.includes('bob'))).toHaveLength(3)
  })

  it.each([
    [{ name: 'bob' }, 400, 'body.role'],
    [{ name: 'bob', role: 'king' }, 400, 'must be client, viewer, operator, admin'],
    [{ name: '-bob', role: 'client' }, 422, 'lower-case'],
    [{ name: 'bob', role: 'client', password: 'short' }, 422, '12'],
    [{ name: 'bob', role: 'client', __proto__x: 1 }, 400, 'no such field'],
  ])('refuses the user %j', async (body, status, sentence) => {
    const answer = await ask(port, 'POST /users', { token, body })
    expect(answer.status).toBe(status)
    expect(answer.json.detail).toContain(sentence)
  })

  it('tells a token once, and keeps it out of every list and log (T38)', async () => {
    await ask(port, 'POST /users', { token, body: { name: 'bob', role: 'viewer' } })
    const made = await ask<NewToken>(port, 'POST /tokens', {
      token,
      body: { name: 'ci', user: 'bob', scope: 'viewer' },
    })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({ name: 'ci', user: 'bob', scope: 'viewer', expiresAt: null })
    expect((await ask(port, 'GET /session', { token: made.json.token })).json).toMatchObject({
      user: 'bob',
      by: 'token',
    })
    const list = await ask<{ tokens: TokenInfo[] }>(port, 'GET /tokens', { token })
    expect(list.json.tokens.map(({ id }) => id)).toContain(made.json.id)
    const audit = await ask(port, 'GET /audit', { token })
    for (const { text } of [list, audit]) expect(text).not.toContain(made.json.token)
    expect((await ask(port, `DELETE /tokens/${made.json.id}`, { token })).status).toBe(204)
    expect((await ask(port, 'GET /session', { token: made.json.token })).status).toBe(401)
    expect((await ask(port, `DELETE /tokens/${made.json.id}`, { token })).status).toBe(404)
  })

  it('makes a token for whoever asks when no user is named', async () => {
    const made = await ask<NewToken>(port, 'POST /tokens', { token, body: { name: 'mine', scope: 'connect' } })
    expect(made.json.user).toBe('admin')
  })

  it.each([
    [{ name: 'x', user: 'nobody', scope: 'viewer' }, 404],
    [{ name: 'x', scope: 'root' }, 400],
    [{ name: 'x', scope: 'viewer', expiresAt: 5 }, 422],
    [{ name: 'x', scope: 'viewer', expiresAt: 'soon' }, 400],
  ])('refuses the token %j with %i', async (body, status) => {
    expect((await ask(port, 'POST /tokens', { token, body })).status).toBe(status)
  })
})
