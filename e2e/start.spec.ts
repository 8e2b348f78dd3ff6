import { once } from 'node:events'

import type { ConnectionInfo } from '../shared/connection.ts'
import { Client } from './harness/client.ts'
import { filesIn, type Gateway } from './harness/gateway.ts'
import { built, Program, websocketc } from './harness/program.ts'
import { expect, test } from './harness/test.ts'

const ask = (...args: string[]) => websocketc('--expect-count', '1', ...args)

/** The one open connection. */
async function onlyOne(gateway: Gateway): Promise<ConnectionInfo> {
  await expect.poll(async () => (await gateway.connections('open')).length).toBe(1)
  return (await gateway.connections('open'))[0]!
}

test('npm start as a newcomer has it: every printed address and command is true', async ({ start }) => {
  const gateway = await start(['--demo'])
  const page = await fetch(gateway.dashboard)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(await page.text()).toContain('<title>')
  expect(await gateway.health('healthz')).toBe(200)
  expect(await gateway.health('readyz')).toBe(200)
  expect(await (await fetch(gateway.url.replace('ws:', 'http:'))).text()).toContain('WebSocket gateway')
  expect((await gateway.status()).listeners).toEqual([gateway.url])

  const commands = [...gateway.program.out.matchAll(/websocketc (ws:\S+)/g)].map(([, url]) => url!)
  expect(commands).toEqual([`${gateway.url}/pong`, `${gateway.url}/clock`])
  expect(await websocketc(commands[0]!).end('hi')).toEqual({ code: 0, out: 'hi', err: '' })
  const clock = await websocketc('--expect-count', '3', commands[1]!).end()
  expect(clock.code).toBe(0)
  const ticks = clock.out
    .trimEnd()
    .split('\n')
    .map((line) => Date.parse(line))
  expect(ticks).toHaveLength(3)
  expect(ticks[1]).toBeGreaterThan(ticks[0]!)
  expect(ticks[2]).toBeGreaterThan(ticks[1]!)
})

test('what chat hears, it tells everybody', async ({ start }) => {
  const { url } = await start(['--demo'])
  const listen = () => websocketc('--wait', 'off', '--expect-count', '1', '--lines', `${url}/chat`)
  const [ann, bob] = [listen(), listen()]
  // Whoever hears own words is in the room.
  const eve = await Client.open(`${url}/chat`)
  await expect
    .poll(async () => {
      eve.socket.send('hello')
      return ann.out.includes('hello') && bob.out.includes('hello')
    })
    .toBe(true)
  for (const member of [ann, bob]) expect((await member.end()).code).toBe(0)
})

test('one service in every view', async ({ start }) => {
  const { url } = await start(['--demo'])
  const told = `${JSON.stringify({ mtype: 2, utype: 7, payload: 'hi' })}\n`
  expect(await ask('--view', 'json', '--utype', '7', '--send', 'hi', `${url}/pong`).ended).toMatchObject({ out: told })
  expect(await ask('--view', 'cbor', '--utype', '7', '--send', 'hi', `${url}/pong`).ended).toMatchObject({ out: told })
  const packet = '\u0002\0\0\0\u0002\u0007hi'
  expect(await ask('--view', 'packet', `${url}/pong`).end(packet)).toMatchObject({ code: 0, out: packet })
  // A suffix asks too, as in websocketd, and text stays apart from binary.
  const json = await Client.open(`${url}/pong.JSON`)
  json.socket.send('{"payload":"suffix"}')
  expect(String((await json.until(1))[0])).toBe('{"mtype":2,"utype":0,"payload":"suffix"}')
  for (const [query, binary] of [
    ['', true],
    ['?text=1', false],
  ] as const) {
    const client = await Client.open(`${url}/pong${query}`)
    client.socket.send('kind')
    const [data, isBinary] = (await once(client.socket, 'message')) as [Buffer, boolean]
    expect({ query, text: data.toString(), isBinary }).toEqual({ query, text: 'kind', isBinary: binary })
  }
})

test('a refusal is a sentence with an id that log, API and client share', async ({ start }) => {
  const gateway = await start(['--demo'])
  const { code, out, err } = await websocketc(`${gateway.url}/pongg`).ended
  expect({ code, out }).toEqual({ code: 3, out: '' })
  const [, id] = /^websocketc: refused \(404 no-service\): .+\. Request id (\S+)\.\n$/.exec(err) ?? []
  expect(err).toContain('Request id')
  expect(await gateway.logged((line) => line.id === id)).toMatchObject({
    msg: 'connection refused',
    cause: 'no-service',
    status: 404,
  })
  expect(await gateway.connection(id!)).toMatchObject({ state: 'refused', ending: { code: 'no-service', close: 404 } })
  expect((await gateway.command('connections', '--state', 'refused')).out).toContain(id)
})

test('the terminal lists services and connections, and closes one', async ({ start }) => {
  const gateway = await start(['--demo'])
  const list = await gateway.command('list')
  expect(list.out).toMatch(/^SERVICE +CODEC +OPEN/)
  for (const name of ['pong', 'clock', 'chat']) expect(list.out).toContain(`\n${name} `)
  expect(await gateway.command('connections')).toMatchObject({ code: 0, out: 'No connection is open.\n' })

  const client = websocketc('--wait', 'off', `${gateway.url}/pong`).write('12345')
  await client.said(/12345/)
  const { id } = await onlyOne(gateway)
  expect((await gateway.command('connections')).out).toMatch(new RegExp(`^ID .*\n${id} +pong `))
  const json = JSON.parse((await gateway.command('connections', '--json')).out) as ConnectionInfo[]
  const one = { messages: 1, bytes: 5 }
  expect(json).toMatchObject([
    { id, service: 'pong', codec: 'libipc', state: 'open', up: one, down: one, ending: null },
  ])

  expect(await gateway.command('close', id, '--reason', 'down for repairs')).toMatchObject({ code: 0 })
  const ended = await client.ended
  expect(ended.code).toBe(1)
  expect(ended.err).toContain('down for repairs (4410 killed)')
  const unknown = await gateway.command('close', 'nobody-1')
  expect(unknown.code).toBe(1)
  expect(unknown.err).toContain('no connection has this id')
})

test('connections --watch: live in a terminal, lines into a pipe', async ({ start }) => {
  const gateway = await start(['--demo'])
  const watch = [process.execPath, built('server/main.js'), 'connections', '--watch', '--data', gateway.data]
  const lines = new Program(watch[0]!, watch.slice(1))
  const screen = new Program('script', ['-qec', `stty cols 120 rows 30; ${watch.join(' ')}`, '/dev/null'])
  await screen.said(/No connection is open/)
  const client = websocketc('--wait', 'off', `${gateway.url}/clock`)
  const { id } = await onlyOne(gateway)
  await screen.said(new RegExp(`${id}.*clock`))
  await screen.said(/[1-9][\d.]* msg\/s/)
  await client.kill('SIGINT')
  await screen.said(/client-closed 1000/)
  expect((await screen.write('q').ended).code).toBe(0)
  expect(screen.out.endsWith('\u001b[?1049l')).toBe(true)

  await lines.said(new RegExp(`opened +${id} +clock`))
  await lines.said(new RegExp(`closed +${id} +clock .*client-closed 1000`))
  expect((await lines.kill('SIGINT')).code).toBe(0)
})

test('one line when it opens, one when it closes; log, API and close code agree', async ({ start }) => {
  const gateway = await start(['--demo', '--max-message', '64KiB', '--timer', '200ms'])
  const endings: readonly (readonly [string, (client: Client, id: string) => unknown])[] = [
    ['client-closed', ({ socket }) => socket.close(1000)],
    ['client-lost', ({ socket }) => socket.terminate()],
    ['client-too-large', ({ socket }) => socket.send(Buffer.alloc(65 * 1024))],
    ['killed', (_, id) => gateway.command('close', id)],
    ['no-answer', () => null],
  ]
  for (const [cause, act] of endings) {
    const client = await Client.open(`${gateway.url}/pong`, { autoPong: cause !== 'no-answer' })
    const { id } = await onlyOne(gateway)
    await act(client, id)
    const { code, reason } = await client.closed
    const closing = await gateway.logged((line) => line.id === id && line.cause !== undefined)
    const { ending } = await gateway.connection(id)
    expect(closing).toMatchObject({ msg: 'connection closed', cause })
    expect(ending).toMatchObject({ code: cause, close: closing.close, detail: closing.detail })
    if (cause !== 'client-lost' && cause !== 'client-closed')
      expect({ code, reason }).toEqual({ code: closing.close, reason: closing.detail })
    expect(gateway.log.filter((line) => line.id === id).map(({ msg }) => msg)).toEqual([
      'connection opened',
      'connection closed',
    ])
  }
})

test('ends without a trace: processes and sockets are gone', async ({ start }) => {
  const gateway = await start(['--demo'])
  const { rundir } = await gateway.status()
  expect(filesIn(rundir).toSorted()).toEqual(['chat', 'clock', 'pong'])
  const { code } = await gateway.program.kill('SIGTERM')
  expect(code).toBe(0)
  expect(filesIn(rundir)).toEqual([])
  expect(filesIn(gateway.data)).not.toContain('admin.sock')
  const gone = await gateway.command('list')
  expect(gone.code).toBe(1)
  expect(gone.err).toMatch(/^sockgate: /)
})
