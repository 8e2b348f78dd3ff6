import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { CliRig } from '../testing/cli-rig.ts'
import type { CliResult, CliSurroundings } from '../testing/cli-rig.ts'

let rig: CliRig
/** What the next command finds around it. */
let around: { -readonly [K in keyof CliSurroundings]: CliSurroundings[K] }

beforeAll(async () => {
  rig = await CliRig.start()
})
afterAll(() => rig.close())
beforeEach(async () => {
  around = {}
  await rig.reset()
})

const sockgate = (...args: string[]): Promise<CliResult> => rig.run(args, around)

const ok = { status: 0, err: '' }

describe('user and token', () => {
  const phrase = 'correct horse battery'

  it('a client needs no pass phrase, everybody else does', async () => {
    expect((await sockgate('user', 'add', 'till', '--group', 'shop', '--group', 'night')).out).toBe(
      'Added till, client.\n',
    )
    expect(await sockgate('user', 'add', 'olga', '--role', 'operator')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/no pass phrase/),
    })
    around.piped = 'short\n'
    expect(await sockgate('user', 'add', 'olga', '--role', 'operator')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/12 to 256/),
    })
    around.piped = `${phrase}\n`
    expect((await sockgate('user', 'add', 'olga', '--role', 'operator')).out).toBe('Added olga, operator.\n')
    expect((await sockgate('user', 'passwd', 'olga')).out).toBe('olga has a new pass phrase.\n')
    around.piped = ''
    expect(await sockgate('user', 'add', 'robot', '--role', 'viewer', '--no-password')).toMatchObject(ok)
    expect(await sockgate('user', 'add', 'till')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/till already/),
    })
    expect((await sockgate('user', 'list')).out).toMatch(
      /^USER +ROLE +GROUPS +SIGNS IN BY +SINCE\nolga +operator +pass phrase .*\nrobot +viewer +token .*\ntill +client +shop night +token /,
    )
  })

  it('is changed and removed', async () => {
    expect((await sockgate('user', 'set', 'till', '--no-groups', '--certificate', 'CN=till')).out).toBe(
      'Changed till.\n',
    )
    await sockgate('user', 'set', 'till', '--disable')
    const users = () => sockgate('user', 'list', '--json').then(({ out }) => JSON.parse(out) as { name: string }[])
    expect((await users()).find(({ name }) => name === 'till')).toMatchObject({
      groups: [],
      certificate: 'CN=till',
      enabled: false,
    })
    await sockgate('user', 'set', 'till', '--enable', '--no-certificate', '--role', 'client')
    expect((await users()).find(({ name }) => name === 'till')).toMatchObject({ certificate: null, enabled: true })
    expect((await sockgate('user', 'rm', 'till')).out).toBe('Removed till.\n')
    expect(await sockgate('user', 'rm', 'till')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/no such user/),
    })
    expect(await sockgate('user', 'set', 'till', '--role', 'viewer')).toMatchObject({ status: 1 })
  })

  it('a token is printed alone, listed without itself, and revoked', async () => {
    const { out, err } = await sockgate(
      'token',
      'add',
      'robot',
      '--scope',
      'viewer',
      '--name',
      'ci',
      '--expires',
      '24h',
    )
    expect(out).toMatch(/^sg_\S+\n$/)
    const [, id] = /^Token (\S+) of robot, scope viewer\. It is not shown again:\n$/.exec(err)!
    const listed = await sockgate('token', 'list')
    expect(listed.out).toMatch(new RegExp(`${id} +ci +robot +viewer +never +20`))
    expect(listed.out).not.toContain(out.trim())
    expect((await sockgate('token', 'rm', id!)).out).toBe(`Revoked ${id}.\n`)
    expect(await sockgate('token', 'rm', id!)).toMatchObject({ status: 1 })
    expect(await sockgate('token', 'add', 'robot', '--scope', 'admin')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/scope admin/),
    })
    expect((await sockgate('token', 'list')).out).toMatch(/^There is no token/)
  })

  it('the first administrator by command: the set-up link is over', async () => {
    const setup = rig.gate.app.urls.find(({ title }) => title === 'Set up')!.url
    expect((await sockgate('setup')).out).toBe(`${setup}\n`)
    around.piped = `${phrase}\n`
    expect((await sockgate('user', 'add', 'anna', '--role', 'admin')).out).toBe('Added anna, admin.\n')
    const [, token] = setup.split('#token=')
    const body = { token: token!, name: 'mallory', password: phrase }
    expect(await rig.gate.api('POST', '/setup', body)).toMatchObject({ status: 410, body: { code: 'setup-over' } })
    expect(await sockgate('setup')).toMatchObject({ status: 1, err: expect.stringMatching(/an administrator already/) })
    expect(await sockgate('user', 'rm', 'anna')).toMatchObject({ status: 1, err: expect.stringMatching(/last admin/) })
  })
})

describe('by URL', () => {
  const at = () => rig.gate.app.urls.find(({ title }) => title === 'Dashboard')!.url

  it('a viewer sees, and is told what is missing for more', async () => {
    const token = (await sockgate('token', 'add', 'robot', '--scope', 'viewer')).out.trim()
    around.env = { SOCKGATE_URL: at(), SOCKGATE_TOKEN: token }
    for (const command of [['list'], ['connections'], ['rules', 'show'], ['explain', 'in', 'pong', '10.0.0.1']]) {
      expect(await sockgate(...command)).toMatchObject(ok)
    }
    for (const command of [['rules', 'add', 'deny in x *'], ['user', 'list'], ['export'], ['close', 'x']]) {
      expect(await sockgate(...command)).toMatchObject({
        status: 1,
        err: expect.stringMatching(/role viewer; set SOCKGATE_TOKEN/),
      })
    }
    const { out, ...rest } = await sockgate('doctor')
    expect(rest).toEqual(ok)
    expect(out).toMatch(/note {3}accounts and the audit log were not looked at/)
    expect(out).not.toContain('run dir')
  })

  it('a stranger is told how to become one who is known', async () => {
    around.env = { SOCKGATE_URL: at() }
    expect(await sockgate('list')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/wants a token, in SOCKGATE_TOKEN/),
    })
    around.env = { SOCKGATE_URL: at(), SOCKGATE_TOKEN: 'wrong' }
    expect(await sockgate('list')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/token in SOCKGATE_TOKEN is wrong/),
    })
  })
})
