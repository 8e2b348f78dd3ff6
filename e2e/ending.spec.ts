import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { attempt, Client, mute } from './harness/client.ts'
import { sockgate } from './harness/program.ts'
import { expect, test } from './harness/test.ts'

test('SIGTERM drains: not ready, no one new, clients told 1012, status 0', async ({ start }) => {
  const gateway = await start(['--demo', '--drain-timeout', '20s'])
  const clients = await Promise.all(['pong', 'chat', 'clock'].map((name) => Client.open(`${gateway.url}/${name}`)))
  // Says no goodbye, so that draining takes a while.
  const { socket } = await mute(gateway.url, '/pong')
  socket.pause()
  await expect.poll(async () => (await gateway.connections('open')).length).toBe(4)

  gateway.signal('SIGTERM')
  await expect.poll(() => gateway.health('readyz')).toBe(503)
  expect(await gateway.health('healthz')).toBe(200)
  expect(await attempt(`${gateway.url}/pong`)).toMatchObject({ status: 503, problem: { code: 'draining' } })
  for (const client of clients) expect((await client.closed).code).toBe(1012)
  expect((await gateway.status()).state).toBe('draining')

  socket.destroy()
  expect((await gateway.program.ended).code).toBe(0)
  const causes = gateway.log.filter((line) => line.msg === 'connection closed').map(({ cause }) => cause)
  expect(causes).toEqual(['draining', 'draining', 'draining', 'draining'])
})

test('the deadline ends it, whoever is still there', async ({ start }) => {
  const gateway = await start(['--demo', '--drain-timeout', '500ms'])
  const { socket } = await mute(gateway.url, '/pong')
  socket.pause()
  await expect.poll(async () => (await gateway.connections('open')).length).toBe(1)
  expect((await gateway.program.kill('SIGTERM')).code).toBe(0)
  expect(gateway.log.find(({ end }) => end !== undefined)?.end).toBe('drained')
})

test('a second SIGTERM ends it at once', async ({ start }) => {
  const gateway = await start(['--demo', '--drain-timeout', '10m'])
  const { socket } = await mute(gateway.url, '/pong')
  socket.pause()
  await expect.poll(async () => (await gateway.connections('open')).length).toBe(1)
  gateway.signal('SIGTERM')
  await gateway.logged((line) => line.msg === 'draining')
  expect((await gateway.program.kill('SIGTERM')).code).toBe(0)
  expect(gateway.log.find(({ end }) => end !== undefined)?.end).toBe('cut')
  // Whatever it has left behind is in nobody's way.
  await start(['--demo'], { dir: gateway.dir })
})

test('what cannot start says what, where and what to do, with status 2', async ({ dir }) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  const file = join(dir, 'sockgate.yaml')
  writeFileSync(
    file,
    'timer: 25s\n\nservices:\n  pong: { target: unix:pong, codecs: line }\ntimmer: 3s\nmax-message: lots\n',
  )
  const serve = (args: readonly string[], i: number) => {
    const defaults = { '--listen': 'ws://127.0.0.1:0', '--admin': 'off', '--rundir': join(dir, 'run') }
    const others = Object.entries({ ...defaults, '--data': join(dir, `data${i}`) }).filter(
      ([name]) => !args.includes(name),
    )
    return sockgate(['serve', ...others.flat(), ...args])
  }
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [
      ['--listen', `ws://127.0.0.1:${port}`],
      [`port ${port} on 127.0.0.1 is taken`, '--listen ws://127.0.0.1:0'],
    ],
    [
      ['--admin', `127.0.0.1:${port}`],
      [`port ${port} on 127.0.0.1 is taken`, '--admin 127.0.0.1:0'],
    ],
    [
      ['--rundir', file],
      [`the run dir ${file} is not a directory`, 'choose another with --rundir'],
    ],
    [
      ['--rundir', '/proc/nothing'],
      ['/proc/nothing', 'choose another with --rundir'],
    ],
    [
      ['--data', join(file, 'below')],
      [join(file, 'below'), '--data'],
    ],
    [
      ['--tiemr', '25s'],
      ["unknown option '--tiemr'", '--help'],
    ],
    [
      ['--timer', '5x'],
      ['--timer: "5x" has an unknown unit', 'ms, s, m, h'],
    ],
    [
      ['--codec', 'lines'],
      ['--codec', 'lines'],
    ],
    [
      ['--service', 'pong'],
      ['--service', 'NAME=URI'],
    ],
    [
      ['--listen', 'http://127.0.0.1:0'],
      ['--listen', 'http://127.0.0.1:0'],
    ],
    [['--config', join(dir, 'none.yaml')], ['none.yaml']],
    [
      ['--config', file],
      [
        'sockgate.yaml:4:30: ',
        'unknown key "codecs"',
        'sockgate.yaml:5:1: unknown key "timmer". Did you mean "timer"?',
        'sockgate.yaml:6:14: max-message',
      ],
    ],
  ]
  const ended = await Promise.all(cases.map(([args], i) => serve(args, i).end()))
  for (const [i, { code, out, err }] of ended.entries()) {
    const [args, words] = cases[i]!
    expect({ args, code, out }).toEqual({ args, code: 2, out: '' })
    expect(err).toMatch(/^sockgate:/)
    expect(err).not.toMatch(/^ +at /m)
    for (const word of words) expect(err).toContain(word)
  }
  taken.close()
})

test('a live Unix listener is not stolen, a stale one is replaced, another file is kept', async ({ start, dir }) => {
  const path = join(dir, 'ws.sock')
  const listen = [`ws+unix://${path}`]
  const first = await start(['--demo'], { listen })
  const talk = async (): Promise<string> => {
    const client = await Client.open(`ws+unix://${path}:/pong`)
    client.socket.send('over a local socket')
    return String((await client.until(1))[0])
  }
  expect(await talk()).toBe('over a local socket')
  expect((await first.connections('open'))[0]?.peer).toMatch(/^uid \d+, pid \d+$/)

  const second = (home: string) =>
    sockgate([
      'serve',
      '--rundir',
      join(dir, 'run'),
      '--data',
      join(dir, home),
      '--admin',
      'off',
      '--listen',
      listen[0]!,
    ]).end()
  expect(await second('data')).toMatchObject({
    code: 2,
    err: expect.stringContaining(`another program listens on ${path}`),
  })
  expect(await talk()).toBe('over a local socket')

  await first.program.kill('SIGKILL')
  expect(existsSync(path)).toBe(true)
  const third = await start(['--demo'], { listen, dir: first.dir }) // admin.sock is stale as well
  expect(await talk()).toBe('over a local socket')
  await third.program.kill('SIGTERM')
  expect(existsSync(path)).toBe(false)

  mkdirSync(path)
  expect(await second('data')).toMatchObject({
    code: 2,
    err: expect.stringContaining(`${path} exists and is not a socket`),
  })
})
