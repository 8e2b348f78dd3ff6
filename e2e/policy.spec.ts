import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { PolicyState } from '../shared/api.ts'
import { attempt, Client } from './harness/client.ts'
import { sockgate } from './harness/program.ts'
import { expect, test } from './harness/test.ts'

/** Rules as an administrator works with them: on the command line, in files, over a crash. */

test('ipcd options are rules that no edit reaches, judged first', async ({ start }) => {
  const line =
    '--allow in authd tls:example.com --deny in pong * --allow out pong tls:pong.example.com:9000 --redirect authd nextversion-authd'
  const gateway = await start(['--demo', ...line.split(' ')])
  const refused = await attempt(`${gateway.url}/pong`)
  expect(refused.status).toBe(403)
  const shown = await gateway.command('rules', 'show')
  expect(shown.out).toContain('allow in authd tls:example.com')
  expect(shown.out).toContain('redirect authd nextversion-authd')
  expect(shown.out.indexOf('deny in pong')).toBeLessThan(shown.out.indexOf('allow in * loopback'))
  const why = await gateway.command('explain', 'in', 'pong', '127.0.0.1')
  expect(why.out).toContain('Denied by fixed-2')
  const removed = await gateway.command('rules', 'rm', 'fixed-2')
  expect([removed.code, removed.err]).toEqual([1, expect.stringContaining('command line')])
})

test('a rule is added, explained, moved, undone, exported and imported', async ({ start, dir }) => {
  const gateway = await start(['--demo'])
  expect((await gateway.command('rules', 'add', 'deny in pong 127.0.0.0/8 # not now')).out).toMatch(
    /^Added r-\S+ as version 2\./,
  )
  const refused = await attempt(`${gateway.url}/pong`)
  expect(refused.status).toBe(403)
  const [{ id } = { id: '' }] = await gateway.connections('refused')
  const why = await gateway.command('explain', id)
  expect(why.out).toMatch(/deny in pong 127\.0\.0\.0\/8/)
  expect(why.out).toMatch(/Denied by r-/)

  const file = join(dir, 'policy.yaml')
  writeFileSync(file, (await gateway.command('export')).out)
  expect((await gateway.command('rules', 'undo')).code).toBe(0)
  expect((await attempt(`${gateway.url}/pong`)).status).toBe(101)
  expect((await gateway.command('import', file, '--comment', 'as it was')).out).toContain('In force as version 4')
  expect((await attempt(`${gateway.url}/pong`)).status).toBe(403)
  expect((await gateway.command('rules', 'history')).out).toContain('as it was')

  const text = join(dir, 'policy.rules')
  writeFileSync(text, 'allow in *\ndeny sideways *\nallow in pong 10.1.2.3/8\n')
  const checked = await sockgate(['rules', 'check', text]).end()
  expect(checked.code).toBe(2)
  expect(checked.err).toMatch(/line 2.*\n.*line 3/)
  const applied = await gateway.command('rules', 'apply', text)
  expect([applied.code, applied.err]).toEqual([2, expect.stringMatching(/line 2/)])
  expect((await gateway.api('/policy/state')) as PolicyState).toMatchObject({ current: { version: 4 } })
})

test('an unconfirmed change goes back by itself, though the gateway is killed meanwhile', async ({ start }) => {
  const first = await start(['--demo'])
  const client = await Client.open(`${first.url}/pong`)
  await first.command('rules', 'add', 'deny in pong *', '--existing', 'close', '--confirm', '5s')
  expect((await client.closed).code).toBe(4403)
  first.signal('SIGKILL')
  await first.program.ended
  const second = await start(['--demo'], { dir: first.dir })
  const { pending } = (await second.api('/policy/state')) as PolicyState
  if (pending !== null) expect((await attempt(`${second.url}/pong`)).status).toBe(403)
  await expect
    .poll(async () => ((await second.api('/policy/state')) as PolicyState).current.kind, { timeout: 15_000 })
    .toBe('rollback')
  expect((await attempt(`${second.url}/pong`)).status).toBe(101)
  expect((await second.command('doctor')).out).toMatch(/ok +audit log/)
})

test('accounts and tokens on the command line; a revoked token ends its connection', async ({ start }) => {
  const gateway = await start(['--demo'])
  const command = (...args: string[]) => sockgate([...args, '--data', gateway.data])
  expect((await command('user', 'add', 'boss', '--role', 'admin').end('a pass phrase for tests\n')).out).toBe(
    'Added boss, admin.\n',
  )
  expect((await gateway.command('user', 'add', 'anna')).code).toBe(0)
  const { out: token } = await gateway.command('token', 'add', 'anna', '--name', 'laptop')
  expect(token).toMatch(/^sg_\S{40,}\n$/)
  await gateway.command('rules', 'add', 'deny in pong *')
  await gateway.command('rules', 'add', 'allow in pong user:anna')
  expect((await attempt(`${gateway.url}/pong`)).status).toBe(401)
  const client = await Client.open(`${gateway.url}/pong`, {}, [`sockgate.bearer.${token.trim()}`, 'sockgate.payload'])
  const { out: list } = await gateway.command('token', 'list', '--json')
  const [{ id }] = JSON.parse(list) as [{ id: string }]
  await gateway.command('token', 'rm', id)
  expect((await client.closed).code).toBe(4401)
  expect(gateway.program.err + gateway.program.out + list).not.toContain(token.trim())
})
