import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { connectClient, refusalOf, type ClientOptions } from '../testing/clients.ts'
import { Gate } from '../testing/gate.ts'

/** Tokens that nobody has given out (SECURITY T14): refused, and never seen again anywhere. */

const TOKEN = 'sg-Th1s-Is-N0-T0ken-0f-Ours'
let gate: Gate

beforeAll(async () => {
  gate = await Gate.start({ entries: { echo: { codec: 'line' } }, origins: ['http://page.example'] })
  await gate.service('echo', 'echo')
})

afterAll(() => gate.close())

/** What the gateway has written and remembers of its clients. */
async function traces(): Promise<string> {
  return JSON.stringify([gate.unread, await gate.connections('refused'), await gate.connections('closed')])
}

afterEach(async () => {
  const all = await traces()
  expect(all).toContain('connection refused')
  for (const secret of [TOKEN, 'Bearer', 'sockgate.bearer']) expect(all).not.toContain(secret)
})

const ways: [string, ClientOptions][] = [
  ['Authorization', { headers: { Authorization: `Bearer ${TOKEN}` } }],
  ['a cookie', { headers: { Cookie: `sockgate-token=${TOKEN}` } }],
  ['a sub-protocol', { protocols: [`sockgate.bearer.${TOKEN}`, 'sockgate.payload'] }],
]

describe.each(ways)('by %s', (_way, options) => {
  test('401, and the client is asked for a better one', async () => {
    const refused = await refusalOf(`${gate.url}/echo`, options)
    expect(refused.status).toBe(401)
    expect(refused.problem.code).toBe('unauthenticated')
    expect(refused.headers['www-authenticate']).toBe('Bearer')
    expect(JSON.stringify([refused.headers, refused.problem])).not.toContain(TOKEN)
  })

  test('a page is closed with 4401', async () => {
    const client = await connectClient(`${gate.url}/echo`, { ...options, origin: 'http://page.example' })
    const { code, reason } = await client.closed
    expect(code).toBe(4401)
    expect(reason).not.toContain(TOKEN)
  })
})

test.each([
  ['4 KiB', TOKEN.repeat(160)],
  ['blanks', `${TOKEN} ${TOKEN}`],
])('%s: 400', async (_what, token) => {
  const refused = await refusalOf(`${gate.url}/echo`, { headers: { Authorization: `Bearer ${token}` } })
  expect(refused.status).toBe(400)
  expect(JSON.stringify([refused.headers, refused.problem])).not.toContain(TOKEN)
})
