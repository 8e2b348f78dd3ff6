import { mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { attempt, Client, mute } from './harness/client.ts'
import type { Gateway } from './harness/gateway.ts'
import { fromRoot, Program, websocketc } from './harness/program.ts'
import { expect, test } from './harness/test.ts'

/** Listens at `path` and answers whatever comes with `answer`; ends with the test's process at the latest. */
async function listen(path: string, answer: string): Promise<{ close(): void }> {
  const server = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write(answer)))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  server.unref()
  return server
}

const ask = (url: string) => websocketc('--send', '?', '--expect-count', '1', '--timeout', '20s', url).ended

test('sockets of the run dir come, go, nest and are replaced; list, terminal and clients follow', async ({ start }) => {
  const gateway = await start()
  const { rundir, url } = gateway
  expect(await gateway.command('list')).toMatchObject({
    code: 0,
    out: expect.stringContaining('There are no services'),
  })

  await listen(join(rundir, 'first'), 'one')
  mkdirSync(join(rundir, 'audio/deep'), { recursive: true })
  await listen(join(rundir, 'audio/deep/pulse'), 'nested')
  writeFileSync(join(rundir, 'no-socket'), '')
  await expect.poll(() => gateway.serviceNames()).toEqual(['audio/deep/pulse', 'first'])
  expect((await gateway.command('list')).out).toMatch(/audio\/deep\/pulse +raw +– +discovered/)
  expect(await ask(`${url}/first`)).toMatchObject({ code: 0, out: 'one' })
  expect(await ask(`${url}/audio/deep/pulse`)).toMatchObject({ code: 0, out: 'nested' })

  await listen(join(rundir, 'second'), 'two')
  renameSync(join(rundir, 'second'), join(rundir, 'first'))
  expect(await ask(`${url}/first`)).toMatchObject({ code: 0, out: 'two' })
  await expect.poll(() => gateway.serviceNames()).toEqual(['audio/deep/pulse', 'first'])

  renameSync(join(rundir, 'audio'), join(rundir, 'sound'))
  await expect.poll(() => gateway.serviceNames()).toEqual(['first', 'sound/deep/pulse'])
  expect(await ask(`${url}/sound/deep/pulse`)).toMatchObject({ code: 0, out: 'nested' })

  unlinkSync(join(rundir, 'first'))
  await expect.poll(() => gateway.serviceNames()).toEqual(['sound/deep/pulse'])
  expect((await attempt(`${url}/first`)).status).toBe(404)
  await listen(join(rundir, 'first'), 'three')
  expect(await ask(`${url}/first`)).toMatchObject({ code: 0, out: 'three' })
  await expect.poll(() => gateway.serviceNames()).toContain('first')
})

test('services of the file and of the command line', async ({ start, dir }) => {
  await listen(join(dir, 'shout'), 'one\nand two\n')
  await listen(join(dir, 'plain'), 'a stream')
  const file = join(dir, 'sockgate.yaml')
  writeFileSync(file, `services:\n  shout: { target: unix:${dir}/shout, codec: line, text: true }\n`)
  const gateway = await start(['--config', file, '--service', `plain=unix:${dir}/plain,codec=raw`])
  expect(await gateway.services()).toMatchObject([
    { name: 'plain', target: `unix:${dir}/plain`, codec: 'raw', from: 'defined' },
    { name: 'shout', target: `unix:${dir}/shout`, codec: 'line', from: 'defined' },
  ])
  const lines = websocketc('--send', '?', '--expect-count', '2', `${gateway.url}/shout`)
  expect(await lines.ended).toMatchObject({ code: 0, out: 'one\nand two\n' })
  expect(await ask(`${gateway.url}/plain`)).toMatchObject({ code: 0, out: 'a stream' })

  writeFileSync(file, `services:\n  renamed: unix:${dir}/shout,codec=line,text\n`)
  gateway.signal('SIGHUP')
  await expect.poll(() => gateway.serviceNames()).toEqual(['plain', 'renamed'])
  expect(await ask(`${gateway.url}/renamed`)).toMatchObject({ code: 0, out: 'one\nand two\n' })
})

test('a name is never a path: nothing outside the run dir is reached', async ({ start, dir }) => {
  const gateway = await start()
  await listen(join(gateway.dir, 'outside'), 'secret')
  await listen(join(gateway.rundir, 'inside'), 'fine')
  const names = ['/../outside', '/..%2foutside', '/x/../../outside', '/%2e%2e/outside', `/${encodeURIComponent(dir)}`]
  const odd = ['//outside', '/inside/', '/.inside', '/in%00side', '/inside%2f..%2finside', '/-/inside']
  for (const path of [...names, ...odd]) {
    const { socket, status } = await mute(gateway.url, path)
    expect({ path, status }).toEqual({ path, status: 404 })
    socket.destroy()
  }
  expect(await ask(`${gateway.url}/inside`)).toMatchObject({ out: 'fine' })
})

test('each way to be down has a sentence of its own', async ({ start }) => {
  const gateway = await start()
  const { rundir, url } = gateway
  const stale = join(rundir, 'stale')
  const corpse = new Program(process.execPath, [
    '-e',
    `require('net').createServer().listen('${stale}', () => console.log('up'))`,
  ])
  await corpse.said(/up/)
  await corpse.kill('SIGKILL')
  writeFileSync(join(rundir, 'file'), '')
  const sentences = new Set<string>()
  for (const [name, status] of [
    ['stale', 502],
    ['file', 502],
    ['nothing', 404],
  ] as const) {
    const answer = await attempt(`${url}/${name}`)
    expect({ name, status: answer.status }).toEqual({ name, status })
    sentences.add(answer.problem!.detail)
    expect(await gateway.logged((line) => line.id === answer.problem!.requestId)).toMatchObject({
      status,
      detail: answer.problem!.detail,
    })
  }
  expect(sentences.size).toBe(3)
  const lastError = async () => (await gateway.services()).find(({ name }) => name === 'stale')?.lastError
  await expect.poll(lastError).toMatch(/listens/)
})

/** Messages that differ in content and length. */
const burst = (count: number) => Array.from({ length: count }, (_, i) => Buffer.alloc(1 + (i % 97) * 11, `${i},`))

async function sendAll({ url }: Gateway, messages: readonly Buffer[]): Promise<Client> {
  const client = await Client.open(`${url}/original`)
  for (const message of messages) client.socket.send(message)
  return client
}

test.describe('a service that takes one read for one message', () => {
  let program = ''

  test.beforeAll(async () => {
    program = test.info().outputPath('one-read')
    mkdirSync(test.info().outputPath(), { recursive: true })
    const compiled = await new Program('cc', ['-O1', '-o', program, fromRoot('e2e/harness/one-read.c')]).end()
    expect(compiled).toMatchObject({ code: 0, err: '' })
  })

  async function serve({ rundir }: Gateway, slowMicroseconds = 0): Promise<Program> {
    const service = new Program(program, [join(rundir, 'original'), String(slowMicroseconds)])
    await service.said(/ready/)
    return service
  }

  test('gets each message of a burst in a read of its own', async ({ start }) => {
    const gateway = await start(['--service', 'original=unix:original,codec=libipc'])
    const service = await serve(gateway, 100) // slow: what can pile up does
    const messages = burst(200)
    const client = await sendAll(gateway, messages)
    expect(await client.until(messages.length)).toEqual(messages)
    client.socket.close()
    expect(await service.ended).toMatchObject({ code: 0, out: 'ready\n' })
  })

  test('gets none with the barrier off: the test above can fail', async ({ start }) => {
    const gateway = await start(['--service', 'original=unix:original,codec=libipc,barrier=false'])
    const service = await serve(gateway, 100)
    const client = await sendAll(gateway, burst(200))
    expect(await service.ended).toMatchObject({ code: 1, out: expect.stringContaining('one read brought') })
    expect((await client.closed).code).toBe(1011)
    expect(await gateway.logged((line) => line.cause !== undefined)).toMatchObject({
      service: 'original',
      cause: 'service-failed',
    })
  })

  test.describe('without native calls', () => {
    test('is served with a gap in time, and a warning at start', async ({ start }) => {
      const gateway = await start(['--service', 'original=unix:original,codec=libipc'], {
        env: { SOCKGATE_NO_NATIVE: '1' },
      })
      const warning = await gateway.logged((line) => line.level === 'warn' && line.msg.includes('SOCKGATE_NO_NATIVE'))
      expect(warning.msg).toContain('services that take one read for one message')
      expect(gateway.program.out.replace(/\s+/g, ' ')).toContain(warning.msg)
      expect((await gateway.status()).warnings).toContain(warning.msg)
      const service = await serve(gateway)
      // Each waits for the answer to the one before: the gap is no promise to a service that comes late.
      const messages = burst(12)
      const client = await Client.open(`${gateway.url}/original`)
      for (const [at, message] of messages.entries()) {
        client.socket.send(message)
        expect((await client.until(at + 1)).at(-1)).toEqual(message)
      }
      client.socket.close()
      expect(await service.ended).toMatchObject({ code: 0, out: 'ready\n' })
    })
  })
})
