import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { CliRig } from '../testing/cli-rig.ts'
import type { CliResult, CliSurroundings } from '../testing/cli-rig.ts'
import { connectClient } from '../testing/clients.ts'

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

describe('explain', () => {
  it('an invented connection, step by step', async () => {
    const { out, ...rest } = await sockgate('explain', 'in', 'old', '203.0.113.9', 'user:anna')
    expect(rest).toEqual(ok)
    expect(out).toMatch(/^● fixed-1 {2}redirect old pong\n/)
    expect(out).toMatch(/\n● fixed-2 {2}deny in pong 203\.0\.113\.0\/24\n/)
    expect(out).toMatch(/\n\nDenied by fixed-2: [^(]*\nPolicy version \d+\n$/)
    expect((await sockgate('explain', 'in', 'pong', 'loopback')).out).toMatch(
      /\n\nAllowed by home\.\nPolicy version \d+; pong goes to unix:pong\n$/,
    )
  })

  it('in colour on a terminal, whole words of it', async () => {
    around.terminal = { columns: 80, rows: 24 }
    expect((await sockgate('explain', 'in', 'pong', '10.0.0.1')).out).toContain('\u001b[31mDenied\u001b[39m by others')
  })

  it('a real one by its id; and what is none', async () => {
    const client = await connectClient(`${rig.gate.url}/pong`)
    const { id } = (await rig.gate.connections('open'))[0]!
    expect((await sockgate('explain', id)).out).toContain('Allowed by home')
    expect(JSON.parse((await sockgate('explain', id, '--json')).out)).toMatchObject({ verdict: 'allow', rule: 'home' })
    client.ws.close()
    await client.closed
    expect(await sockgate('explain', 'nope')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/no connection or refusal has this id/),
    })
    expect(await sockgate('explain', 'in', 'pong', '10.0.0.0/99')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/peer: /),
    })
  })
})

describe('connections and close', () => {
  it('by filter and by id, with a rule that keeps the client out', async () => {
    await sockgate('user', 'add', 'cleo')
    const token = (await sockgate('token', 'add', 'cleo')).out.trim()
    const client = await connectClient(`${rig.gate.url}/pong`, { headers: { authorization: `Bearer ${token}` } })
    const shown = await sockgate('connections', '--filter', 'user:cleo')
    expect(shown.out).toMatch(/^ID .* USER .* RULE .*\n\S+ .* cleo .* home +open\n$/)
    expect((await sockgate('connections', '--filter', 'user:nobody')).out).toBe('No open connection is meant.\n')
    expect(await sockgate('connections', '--filter', 'bogus:x')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/--filter: a filter knows/),
    })

    expect((await sockgate('close', '--filter', 'user:cleo', '--dry-run')).out).toBe(
      'Would close 1 connection (pong 1) at once.\n',
    )
    const [id] = shown.out.split('\n')[1]!.split(' ')
    expect((await sockgate('close', id!, '--block', '10m')).out).toMatch(/^Closed \S+\. The rule r-\w+ keeps/)
    expect((await client.closed).code).toBe(4410)
    expect((await rig.lines())[0]).toMatch(/^deny in \* user:cleo until=.* # .*closed by local/)
    await sockgate('user', 'rm', 'cleo')
  })
})

describe('doctor', () => {
  it('finds nothing wrong, and says what could be better', async () => {
    const { out, ...rest } = await sockgate('doctor')
    expect(rest).toEqual(ok)
    expect(out).toMatch(/^ok {5}Node .*\nok {5}the gateway runs .*\nok {5}run dir .*\nok {5}data directory /)
    expect(out).toMatch(/ok {5}audit log: /)
    expect(out).not.toContain('has matched no connection')
    await sockgate('rules', 'add', 'deny in pong 192.0.2.0/24', '--before', 'others')
    expect((await sockgate('doctor')).out).toMatch(
      /note {3}deny in pong 192\.0\.2\.0\/24: .*\n {7}→ sockgate rules show\n/,
    )
  })

  it('a test that fails is wrong: 1', async () => {
    await sockgate('rules', 'add', 'test allow in pong 203.0.113.9', '--override', 'drill')
    const { status, out, err } = await sockgate('doctor')
    expect({ status, err }).toEqual({ status: 1, err: 'sockgate: one thing is wrong\n' })
    expect(out).toContain('wrong  a test of the policy fails: test allow in pong 203.0.113.9: ')
    const checks = JSON.parse((await sockgate('doctor', '--json')).out) as { state: string }[]
    expect(checks.filter(({ state }) => state === 'wrong')).toHaveLength(1)
  })
})
