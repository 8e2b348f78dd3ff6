import type { IncomingMessage } from 'node:http'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { GateError } from '../../shared/causes.ts'
import { Rig } from '../testing/listener-rig.ts'
import { readToken } from './credential.ts'

/** What clients show of themselves (CONTRACT 4, SECURITY T14). */

const TOKEN = 'sg_0123-45.67~89_ab'

/** A request with these headers, each as often as it is named. */
function requestWith(...headers: readonly [string, string][]): IncomingMessage {
  const joined: Record<string, string> = {}
  for (const [name, value] of headers) {
    const with_ = name === 'cookie' ? '; ' : ', '
    joined[name] = joined[name] === undefined ? value : `${joined[name]}${with_}${value}`
  }
  return { headers: joined, rawHeaders: headers.flat() } as unknown as IncomingMessage
}

const nothing = { credential: null, fault: null }

test.each<[string, [string, string][]]>([
  ['no header', []],
  ['another scheme, which is for a proxy on the way', [['authorization', 'Basic YTpi']]],
  ['a scheme that only begins like ours', [['authorization', 'BearerX abc']]],
  ['other cookies', [['cookie', `a=b; sockgate=${TOKEN}; xsockgate-token=${TOKEN}; sockgate-token; =; ;`]]],
  ['other protocols', [['sec-websocket-protocol', 'mqtt, sockgate.json']]],
])('nothing is shown by %s', (_what, headers) => {
  expect(readToken(requestWith(...headers))).toEqual(nothing)
})

test.each<[string, string, [string, string][]]>([
  ['bearer', 'the Authorization header', [['authorization', `Bearer ${TOKEN}`]]],
  ['bearer', 'a scheme in any case', [['authorization', `bEARER   ${TOKEN}`]]],
  ['protocol', 'a sub-protocol', [['sec-websocket-protocol', `mqtt,sockgate.bearer.${TOKEN} , sockgate.json`]]],
  ['cookie', 'a cookie', [['cookie', `a=b; sockgate-token=${TOKEN}; c=d`]]],
  ['cookie', 'a cookie in quotes', [['cookie', `sockgate-token="${TOKEN}"`]]],
  [
    'cookie',
    'one of several Cookie headers',
    [
      ['cookie', 'a=b'],
      ['cookie', `sockgate-token=${TOKEN}`],
    ],
  ],
  [
    'bearer',
    'the same in three places',
    [
      ['authorization', `Bearer ${TOKEN}`],
      ['cookie', `sockgate-token=${TOKEN}`],
      ['sec-websocket-protocol', `sockgate.bearer.${TOKEN}`],
    ],
  ],
])('%s: %s', (kind, _what, headers) => {
  expect(readToken(requestWith(...headers))).toEqual({ credential: { kind, value: TOKEN }, fault: null })
})

const OTHER = `${TOKEN}x`
test.each<[string, [string, string][]]>([
  [
    'header and cookie',
    [
      ['authorization', `Bearer ${TOKEN}`],
      ['cookie', `sockgate-token=${OTHER}`],
    ],
  ],
  [
    'header and sub-protocol',
    [
      ['authorization', `Bearer ${TOKEN}`],
      ['sec-websocket-protocol', `sockgate.bearer.${OTHER}`],
    ],
  ],
  ['two sub-protocols', [['sec-websocket-protocol', `sockgate.bearer.${TOKEN}, sockgate.bearer.${OTHER}`]]],
  ['two cookies', [['cookie', `sockgate-token=${TOKEN}; sockgate-token=${OTHER}`]]],
])('two different tokens are a fault: %s', (_what, headers) => {
  expect(readToken(requestWith(...headers))).toEqual({
    credential: null,
    fault: 'the request shows two different tokens',
  })
})

test('two Authorization headers are a fault, even if they say the same', () => {
  const twice = requestWith(['authorization', `Bearer ${TOKEN}`], ['Authorization', `Bearer ${TOKEN}`])
  expect(readToken(twice).fault).toBe('the request has more than one Authorization header')
})

describe('malformed tokens are a fault that holds nothing of them', () => {
  test.each([
    ['none', ''],
    ['blanks inside', 'secret token'],
    ['a tab', 'secret\ttoken'],
    ['a comma', 'secret,token'],
    ['quotes', '"secret"'],
    ['= inside', 'sec=ret'],
    ['beyond ASCII', 'secrét'],
    ['513 bytes', 's'.repeat(513)],
    ['4 KiB', 's'.repeat(4096)],
  ])('%s', (_what, token) => {
    for (const header of [`Bearer ${token}`, `Bearer${token && ' '}${token}`]) {
      const { credential, fault } = readToken(requestWith(['authorization', header]))
      expect(credential).toBeNull()
      expect(fault).toBe('the token in the Authorization header is malformed or too long')
    }
  })

  test('also where two are shown', () => {
    const { fault } = readToken(requestWith(['authorization', `Bearer ${TOKEN}`], ['cookie', 'sockgate-token=b,d']))
    expect(fault).toBe('the token in the cookie sockgate-token is malformed or too long')
  })

  test('512 bytes are fine', () => {
    const token = 's'.repeat(512)
    expect(readToken(requestWith(['authorization', `Bearer ${token}`])).credential?.value).toBe(token)
  })
})

describe('at the listener', () => {
  let rig: Rig

  beforeAll(async () => {
    rig = await Rig.start()
  })
  afterEach(() => {
    rig.ingresses.length = 0
    rig.ports.length = 0
  })
  afterAll(() => rig.close())

  test('the token comes with the client, and neither it nor our views are protocols for rules', async () => {
    const protocols = `sockgate.json, sockgate.bearer.${TOKEN}, mqtt, binary`
    const answer = await rig.ask(rig.handshake({ 'Sec-WebSocket-Protocol': protocols }))
    expect(answer.status).toBe(101)
    expect(JSON.stringify(answer)).not.toContain(TOKEN)
    expect(rig.ingresses[0]!.credential).toEqual({ kind: 'protocol', value: TOKEN })
    expect(rig.ingresses[0]!.request).toMatchObject({
      direction: 'in',
      scheme: 'ws',
      names: [],
      protocols: ['mqtt', 'binary'],
      user: null,
      groups: [],
      remote: null,
    })
    // What is shown, listed and logged of a client is its request.
    expect(JSON.stringify(rig.ingresses[0]!.request)).not.toContain(TOKEN)
  })

  test('4 KiB offered as a sub-protocol: 400 without a word of it', async () => {
    const answer = await rig.ask(rig.handshake({ 'Sec-WebSocket-Protocol': `sockgate.bearer.${'s'.repeat(4096)}` }))
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer)).not.toContain('ssss')
    expect(rig.ingresses[0]).toMatchObject({ credential: null, objection: { code: 'bad-request' } })
  })

  test('a page is told in a close frame, as it can read no status', async () => {
    const answer = await rig.ask(rig.handshake({ Origin: 'http://page.example', Authorization: 'Bearer a b' }))
    expect(answer.status).toBe(101)
    expect(rig.ports).toEqual([])
  })

  test('a page of elsewhere is refused as such, whatever it shows', async () => {
    const answer = await rig.ask(rig.handshake({ Origin: 'http://evil.example', Cookie: `sockgate-token=${TOKEN}` }))
    expect(answer.status).toBe(403)
    expect(rig.ingresses[0]!.objection).toBeInstanceOf(GateError)
    expect(rig.ingresses[0]!.objection!.code).toBe('origin-refused')
  })
})
