import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WebSocket } from 'ws'

import { packageVersion } from '../version.ts'
import { serve, start } from './testing.ts'
import type { TestServer } from './testing.ts'

let server: TestServer
let folder: string
let visits = 0
let lives = 0
let lastClose: Promise<unknown[]> = Promise.resolve([])
const closeOf = (socket: WebSocket) => {
  lastClose = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, reason.toString()])))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'websocketc-'))
  server = await serve({
    '/hello': (socket) => {
      closeOf(socket)
      socket.send('hello')
    },
    '/break': (socket) => socket.send('one', () => socket.terminate()),
    '/killed': (socket) => socket.send('one', () => socket.close(4410, 'Closed by an administrator')),
    '/bye': (socket) => socket.send('one', () => socket.close(1000, 'bye')),
    '/no': (socket) => socket.close(4403, 'Rule 3 denies this. Request id k3f-2'),
    '/malformed': (socket) => socket.close(1011, 'The service sent a malformed frame'),
    '/restarted': (socket) => {
      socket.send(`life ${++lives}`, () => lives < 2 && socket.close(1000, 'the service ended the connection'))
    },
    '/echo.JSON': (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    '/echo?view=cbor': (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    '/flaky': (socket) => socket.send(`visit ${++visits}`, () => visits < 3 && socket.close(1012)),
    '/endless': (socket) => {
      const more = () => socket.readyState === 1 && socket.send('x'.repeat(1000), () => setImmediate(more))
      more()
    },
  })
})

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const run = (args: string[], input: string | Uint8Array = '', env: Record<string, string> = {}) =>
  start(args, input, env).done

test('piped bytes come back as they are, and nothing else is said', async () => {
  expect(await run(['-w', '200ms', server.url('/echo')], 'hi')).toEqual({ code: 0, stdout: 'hi', stderr: '' })
})

test('a long piped input arrives whole', async () => {
  const input = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
  const { code, stdout } = await run(['-w', '300ms', server.url('/echo')], input)
  expect(code).toBe(0)
  expect(Buffer.from(stdout, 'latin1').equals(input)).toBe(true)
})

test('piped lines are text messages, each with a line feed', async () => {
  const { stdout } = await run(['--lines', '-n', '4', server.url('/echo')], 'a\r\nb\n\nc')
  expect(stdout).toBe('a\nb\n\nc\n')
})

test('piped text is cut between characters only', async () => {
  const input = `x${'é'.repeat(70_000)}`
  const { code, stdout } = await run(['--text', '-w', '300ms', server.url('/echo')], input)
  expect(code).toBe(0)
  expect(Buffer.from(stdout, 'latin1').toString().replaceAll('\n', '')).toBe(input)
})

test('input that is not text cannot be sent as text', async () => {
  const { code, stderr } = await run(['--text', server.url('/echo')], Uint8Array.of(0x68, 0xff))
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'websocketc: The input cannot be sent: it is not UTF-8\n' })
})

test('one-shot: text, hex and file in the order given, ended by the count', async () => {
  const file = join(folder, 'three')
  writeFileSync(file, 'three')
  const sends = ['--send', 'one', '--send-hex', '74 77 6f 0a', '--send-file', file]
  const { code, stdout } = await run([...sends, '--newline', '-n', '3', '--timeout', '10s', server.url('/echo')])
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'one\ntwo\n\nthree\n' })
})

test('fewer messages than expected: status 4 and how many came', async () => {
  const late = await run(['-s', 'a', '-n', '2', '--timeout', '700ms', server.url('/echo')])
  expect(late).toMatchObject({ code: 4, stdout: 'a\n' })
  expect(late.stderr).toBe('websocketc: Time is up after 700 ms: 1 of 2 expected messages came.\n')
  const silent = await run(['-s', 'a', '-n', '2', '-w', '50ms', server.url('/echo')])
  expect(silent).toMatchObject({ code: 4 })
  expect(silent.stderr).toBe('websocketc: Nothing came for 50 ms: 1 of 2 expected messages came.\n')
  const closed = await run(['-n', '2', server.url('/bye')])
  expect(closed).toMatchObject({
    code: 4,
    stdout: 'one\n',
    stderr: 'websocketc: bye (1000): 1 of 2 expected messages came.\n',
  })
})

test('refused by status, by closing at once, and by nobody: status 3 and a sentence', async () => {
  expect(await run([server.url('/pongg')])).toEqual({
    code: 3,
    stdout: '',
    stderr: 'websocketc: refused (404 no-service): there is no service "pongg". Request id k3f-1.\n',
  })
  expect(await run(['--origin', 'http://page', server.url('/no')])).toMatchObject({
    code: 3,
    stderr: 'websocketc: refused (4403): rule 3 denies this. Request id k3f-2.\n',
  })
  const nobody = await run(['ws+unix:///nowhere/x.sock:/pong'])
  expect(nobody).toMatchObject({ code: 3, stderr: 'websocketc: refused: there is no socket at /nowhere/x.sock.\n' })
})

test('lost: status 1 and a sentence', async () => {
  expect(await run([server.url('/break')])).toEqual({
    code: 1,
    stdout: 'one\n',
    stderr: 'websocketc: lost: the connection broke off without a goodbye (1006).\n',
  })
  expect(await run([server.url('/killed')])).toMatchObject({
    code: 1,
    stderr: 'websocketc: lost: closed by an administrator (4410 killed).\n',
  })
})

test('a close right behind the opening that is no refusal is a loss', async () => {
  for (const origin of [[], ['--origin', 'http://page']]) {
    expect(await run([...origin, server.url('/malformed')])).toMatchObject({
      code: 1,
      stderr: 'websocketc: lost: the service sent a malformed frame (1011 service-malformed).\n',
    })
  }
})

test('with --reconnect it comes back when the service ended, without it that is the end', async () => {
  const { code, stdout, stderr } = await run(['--reconnect', '-n', '2', server.url('/restarted')])
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'life 1\nlife 2\n' })
  expect(stderr).toMatch(/^lost: the service ended the connection \(1000 service-ended\)\. Attempt 1 in \d\.\d s\.\n$/)
  lives = 0
  expect(await run(['--wait', 'off', server.url('/restarted')])).toEqual({ code: 0, stdout: 'life 1\n', stderr: '' })
})

test.each([
  ['/echo.JSON', [], ''],
  ['/echo?view=cbor', [], ''],
  ['/echo', ['--subprotocol', 'sockgate.json'], 'sockgate.json'],
])('the view is read from %s %j', async (path, args, protocol) => {
  const { code, stdout } = await run([...args, '-n', '1', server.url(path)], 'hi')
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"mtype":2,"utype":0,"payload":"hi"}\n' })
  expect(server.requests.at(-1)!.headers['sec-websocket-protocol'] ?? '').toBe(protocol)
  expect(await run(['--text', ...args, server.url(path)])).toMatchObject({ code: 2 })
})

test('a token given as a sub-protocol is never shown, not even when the server echoes it', async () => {
  for (const output of ['--json', '--verbose']) {
    const args = [output, '-n', '0', '--subprotocol', 'sockgate.bearer.s3~cr.et', server.url('/echo')]
    const { code, stdout, stderr } = await run(args)
    expect(code).toBe(0)
    expect(stdout + stderr).toContain('sockgate.bearer.[redacted]')
    expect(stdout + stderr).not.toContain('s3')
  }
})

test('--version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' })
})

test('with --reconnect it comes back', async () => {
  const { code, stdout, stderr } = await run(['--reconnect', '-n', '3', server.url('/flaky')])
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'visit 1\nvisit 2\nvisit 3\n' })
  expect(stderr).toMatch(/^lost: the server is restarting \(1012 draining\)\. Attempt 1 in \d\.\d s\.\n/i)
})

test.each(['json', 'cbor'])('view %s: plain text is wrapped, objects pass, bytes are kept', async (view) => {
  const sends = ['-s', 'hi', '-s', '{"utype":9,"payload":"x"}', '--send-hex', 'ff00']
  const { code, stdout } = await run(['--view', view, '--utype', '7', ...sends, '-n', '3', server.url('/echo')])
  expect(code).toBe(0)
  expect(stdout.split('\n')).toEqual([
    '{"mtype":2,"utype":7,"payload":"hi"}',
    '{"mtype":2,"utype":9,"payload":"x"}',
    '{"mtype":2,"utype":7,"payload_base64":"/wA="}',
    '',
  ])
  expect(server.requests.at(-1)!.headers['sec-websocket-protocol']).toBe(`sockgate.${view}`)
})

test('a message that does not fit its view is a mistake of usage', async () => {
  const { code, stderr } = await run(['--view', 'json', server.url('/echo')], '{"utype":999,"payload":"x"}\n')
  expect(code).toBe(2)
  expect(stderr).toBe('websocketc: Line 1 cannot be sent: "utype" must be a whole number from 0 to 255, not 999\n')
})

test('headers, token, origin and text go with the request; the token is never shown', async () => {
  const args = [
    '-H',
    'X-One: 1',
    '-H',
    'X-Two:2',
    '--origin',
    'http://page',
    '--verbose',
    '-n',
    '0',
    server.url('/echo'),
  ]
  const { code, stderr } = await run(args, '', { WEBSOCKETC_TOKEN: 's3cret' })
  expect(code).toBe(0)
  expect(server.requests.at(-1)!.headers).toMatchObject({
    'x-one': '1',
    'x-two': '2',
    origin: 'http://page',
    authorization: 'Bearer s3cret',
  })
  expect(stderr).toContain('Connected to')
  expect(stderr).not.toContain('s3cret')
})

test('--json: one object per event', async () => {
  const { stdout } = await run(['--json', '--send-hex', '00ff', '-n', '1', server.url('/echo')])
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(events).toEqual([
    { event: 'open', url: server.url('/echo'), protocol: '' },
    { event: 'message', kind: 'binary', base64: 'AP8=' },
    { event: 'closed', code: 1000, reason: '' },
  ])
  const refused = await run(['--json', '--quiet', server.url('/pongg')])
  expect(JSON.parse(refused.stdout)).toMatchObject({
    event: 'refused',
    status: 404,
    cause: 'no-service',
    requestId: 'k3f-1',
  })
})

test('--hex shows rows of offset, hex and ASCII', async () => {
  const { stdout } = await run(['--hex', '-s', 'websockets, hex!?', '-n', '1', server.url('/echo')])
  expect(stdout).toBe(
    '00000000  77 65 62 73 6f 63 6b 65  74 73 2c 20 68 65 78 21  |websockets, hex!|\n' +
      `00000010  3f ${' '.repeat(46)} |?|\n`,
  )
})

test.each([
  ['SIGINT', 0],
  ['SIGTERM', 0],
] as const)('%s says goodbye with 1000', async (signal, status) => {
  const running = start([server.url('/hello')])
  await running.says('hello')
  running.child.kill(signal)
  expect(await running.done).toEqual({ code: status, stdout: 'hello\n', stderr: '' })
  expect(await lastClose).toEqual([1000, ''])
})

test('a reader of the output that leaves ends it quietly', async () => {
  const running = start([server.url('/endless')])
  await running.says('x')
  running.child.stdout!.destroy()
  expect(await running.done).toMatchObject({ code: 0, stderr: '' })
})

test('mistakes in the arguments: status 2, the option, and what to write', async () => {
  const cases: [string[], string][] = [
    [[], "missing required argument 'url'"],
    [['--nope', 'ws://h'], "unknown option '--nope'"],
    [['--timeout', '5', 'ws://h'], '"5" has no unit'],
    [['--view', 'xml', 'ws://h'], 'Choose one of payload, packet, json, cbor.'],
    [['--send-hex', 'abc', 'ws://h'], '"abc" is not hex'],
    [['--header', 'novalue', 'ws://h'], "Write it as 'Name: value'."],
    [['--text', '--binary', 'ws://h'], 'cannot be used with'],
    [['--text', '--view', 'cbor', 'ws://h'], '--text is for the payload view'],
    [['pong'], '"pong" is not a URL'],
    [['--send-file', '/nowhere', server.url('/echo')], 'ENOENT'],
  ]
  const results = await Promise.all(cases.map(([args]) => run(args)))
  for (const [index, { code, stderr }] of results.entries()) {
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(cases[index]![1]) as string })
    expect(stderr).toMatch(/^websocketc: /)
  }
})

test('--help is complete and succeeds', async () => {
  const { code, stdout } = await run(['--help'])
  expect(code).toBe(0)
  for (const word of ['Exit status', 'Examples', '--expect-count', 'WEBSOCKETC_TOKEN']) expect(stdout).toContain(word)
})
