import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Explanation, NewToken } from '../../shared/api.ts'
import type { DocumentInput } from '../../shared/policy/document.ts'
import { connectClient, refusalOf } from '../testing/clients.ts'
import type { TestClient } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'

/** Rules that change under real connections. */

const ALL = { action: 'allow', direction: 'in', service: '*' } as const

let gate: Gate

beforeEach(async () => {
  gate = await Gate.start()
  await gate.service('echo', 'echo')
  await gate.service('other', 'echo')
})

afterEach(() => gate.close())

async function commit(document: DocumentInput, how: object = {}): Promise<number> {
  const { status, body, headers } = await gate.api('POST', '/policy/commit', { document, ...how }, { 'if-match': '*' })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return Number(headers.etag!.replaceAll('"', ''))
}

const echo = (options = {}) => connectClient(`${gate.url}/echo`, options)
const alive = (client: TestClient) => client.echoes('still here')

describe('connections that lose their right', () => {
  const denyEcho: DocumentInput = { rules: [{ id: 'no-echo', action: 'deny', direction: 'in', service: 'echo' }, ALL] }

  test('stay with keep; nobody new comes in', async () => {
    const [client, bystander] = [await echo(), await connectClient(`${gate.url}/other`)]
    await commit(denyEcho, { existing: 'keep' })
    expect(await alive(client)).toBe(true)
    expect((await refusalOf(`${gate.url}/echo`)).problem).toMatchObject({ code: 'policy-denied', status: 403 })
    expect(await alive(bystander)).toBe(true)
  })

  test.each(['close', 'drain'])('end with %s, and say why; others are not touched', async (existing) => {
    const clients = await Promise.all([echo(), echo(), echo()])
    const bystander = await connectClient(`${gate.url}/other`)
    const id = (await gate.connections('open')).find(({ service }) => service === 'other')!.id
    await commit(denyEcho, { existing, drainOver: '1s' })
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 4403, reason: expect.stringContaining('no longer allow') })
    }
    expect(await alive(bystander)).toBe(true)
    // It has only learnt which rule lets it in now.
    expect(await gate.connection(id)).toMatchObject({ state: 'open', policy: 2 })
  })

  test('of the seed, preview tells which beforehand', async () => {
    await echo()
    const { id } = (await gate.connections('open'))[0]!
    await refusalOf(`${gate.url}/nowhere`)
    const { body } = await gate.api('POST', '/policy/preview', { document: denyEcho })
    expect(body).toMatchObject({
      problems: [],
      open: { effects: [{ id, service: 'echo', effect: 'denied', rule: 'no-echo' }], unchanged: 0 },
      lockout: null,
    })
    expect((await gate.api('GET', '/policy')).headers.etag).toBe('"1"')
  })

  test('one that is still being dialled is judged by the new rules as well', async () => {
    const slow = await gate.service('slow', 'echo', 1)
    slow.freeze()
    const waiting = connectClient(`${gate.url}/slow`)
    await gate.handled()
    await commit({ rules: [{ action: 'deny', direction: 'in', service: 'slow' }, ALL] }, { existing: 'close' })
    slow.thaw()
    const client = await waiting.catch(() => null)
    if (client !== null) expect((await client.closed).code).toBe(4403)
  })
})

describe('redirects', () => {
  test('lead elsewhere, in chains; those open elsewhere are told to come back', async () => {
    const before = await echo()
    const document: DocumentInput = {
      redirects: [
        { from: 'echo', to: 'middle' },
        { from: 'middle', to: 'other' },
      ],
      rules: [{ ...ALL, service: 'other' }],
    }
    await commit(document, { existing: 'close' })
    expect((await before.closed).code).toBe(1012)
    const after = await echo()
    expect(await alive(after)).toBe(true)
    const [open] = await gate.connections('open')
    expect(open).toMatchObject({
      service: 'echo',
      target: 'unix:other',
      rules: [expect.any(String), expect.any(String), expect.any(String)],
    })
  })

  test('to a target that is down take the fall-back', async () => {
    await commit({ redirects: [{ from: 'echo', to: 'gone', fallback: 'other' }], rules: [ALL] })
    expect(await alive(await echo())).toBe(true)
    expect((await gate.connections('open'))[0]).toMatchObject({ service: 'echo', target: 'unix:other' })
  })

  test('to what this gateway cannot dial are refused with a sentence', async () => {
    await commit({ redirects: [{ from: 'echo', to: 'tls://far.example:9000/echo' }], rules: [ALL] })
    expect((await refusalOf(`${gate.url}/echo`)).problem).toMatchObject({ code: 'upstream-refused', status: 502 })
  })
})

describe('users', () => {
  const onlyAnna: DocumentInput = { rules: [{ ...ALL, service: 'echo', peer: 'user:anna' }] }

  async function tokenOf(user: string): Promise<NewToken> {
    await gate.api('POST', '/users', { name: user, role: 'client' })
    const { status, body } = await gate.api('POST', '/tokens', {
      user,
      name: 'test',
      scope: 'connect',
      expiresAt: null,
    })
    expect(status).toBe(201)
    return body as NewToken
  }

  test('show a token as a sub-protocol; without one they are asked for it; a revoked one ends its connections', async () => {
    const { id, token } = await tokenOf('anna')
    await commit(onlyAnna)
    expect((await refusalOf(`${gate.url}/echo`)).problem).toMatchObject({ code: 'unauthenticated', status: 401 })
    const wrong = await refusalOf(`${gate.url}/echo`, { protocols: [`sockgate.bearer.${token}x`] })
    expect(wrong.problem.code).toBe('unauthenticated')
    const client = await echo({ protocols: ['sockgate.payload', `sockgate.bearer.${token}`] })
    expect([await alive(client), client.ws.protocol]).toEqual([true, 'sockgate.payload'])
    expect((await gate.connections('open'))[0]).toMatchObject({ user: 'anna' })
    const { status } = await gate.api('DELETE', `/tokens/${id}`)
    expect(status).toBe(204)
    expect((await client.closed).code).toBe(4401)
    expect(JSON.stringify(gate.unread)).not.toContain(token)
  })

  test('another one is denied, and explain tells by which rule', async () => {
    const { token } = await tokenOf('ben')
    await commit(onlyAnna)
    const { problem } = await refusalOf(`${gate.url}/echo`, { protocols: [`sockgate.bearer.${token}`] })
    expect(problem.code).toBe('policy-denied')
    const { body } = await gate.api('POST', '/explain', { requestId: problem.requestId })
    const explanation = body as Explanation
    expect(explanation).toMatchObject({ verdict: 'deny', rule: 'default-in', version: 2 })
    expect(explanation.steps.map(({ reason }) => reason).join('\n')).toContain('the user is ben')
  })
})

describe('limits of a rule', () => {
  test('connections from one address', async () => {
    await commit({ rules: [{ ...ALL, limits: { perAddress: 2 } }] })
    const clients = [await echo(), await echo()]
    expect((await refusalOf(`${gate.url}/echo`)).problem).toMatchObject({ code: 'too-many', status: 429 })
    clients[0]!.ws.close()
    await gate.logged({ msg: 'connection closed' })
    expect(await alive(await echo())).toBe(true)
  })

  test('messages a second: closed by choice', async () => {
    await commit({ rules: [{ ...ALL, limits: { messagesPerSecond: 5, over: 'close' } }] })
    const client = await echo()
    for (let i = 0; i < 50; i++) client.send('x')
    expect((await client.closed).code).toBe(1008)
  })
})

test('a refusal before any rule was asked is explained as such', async () => {
  const { problem } = await refusalOf(`${gate.url}/echo`, { origin: 'https://evil.example' })
  const { body } = await gate.api('POST', '/explain', { requestId: problem.requestId })
  expect(body).toMatchObject({
    verdict: 'deny',
    rule: 'origin-refused',
    steps: [{ stage: 'gateway', id: 'origin-refused' }],
  })
})
