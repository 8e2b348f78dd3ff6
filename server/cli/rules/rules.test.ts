import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { CliRig } from '../../testing/cli-rig.ts'
import type { CliResult, CliSurroundings } from '../../testing/cli-rig.ts'

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

describe('rules show', () => {
  it('has fixed rules first, defaults last, and what is in vain below', async () => {
    await sockgate('rules', 'add', 'deny', 'in', 'chat', '10.0.0.0/8', 'until=2099-01-01T00:00:00Z')
    await sockgate('rules', 'add', 'allow in x 192.0.2.1', '--before', 'others')
    await sockgate('rules', 'add', 'allow in x 192.0.2.1', '--before', 'others')
    const { out, ...rest } = await sockgate('rules', 'show')
    expect(rest).toEqual(ok)
    expect(out).toMatch(/^Version \d+, by local at 20\d\d-/)
    expect(out).toMatch(/Redirects\n#.*\n1 {2}redirect old pong +– +– {2}fixed-1\n/)
    expect(out).toMatch(/\n1 {2}deny in pong 203\.0\.113\.0\/24 .* fixed-2\n2 {2}deny in chat 10\.0\.0\.0\/8 until=/)
    expect(out).toMatch(/7 {2}deny in \* \* +– +– {2}default-in\n8 {2}deny out \* \* .*default-out\n/)
    expect(out).toMatch(/\n\nr-\w+ .*allow in x 192\.0\.2\.1/)
    expect(out).not.toContain('has matched no connection')
    expect(out).not.toContain('\u001b')
  })

  it('keeps the rules readable on a narrow terminal', async () => {
    around.terminal = { columns: 80, rows: 24 }
    const { out } = await sockgate('rules', 'show')
    expect(out).toContain('\u001b[31mdeny in pong 203.0.113.0/24\u001b[39m')
    // eslint-disable-next-line no-control-regex
    for (const line of out.replaceAll(/\u001b\[\d+m/g, '').split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    around.env = { NO_COLOR: '1' }
    expect((await sockgate('rules', 'show')).out).not.toContain('\u001b')
  })

  it('as JSON', async () => {
    const { document, state, hits, findings } = JSON.parse((await sockgate('rules', 'show', '--json')).out)
    expect(document.rules).toMatchObject([{ id: 'home' }, { id: 'others' }])
    expect(state.fixed.rules).toMatchObject([{ id: 'fixed-2' }])
    expect([hits, findings]).toEqual([expect.any(Object), expect.any(Array)])
  })
})

describe('rules add, move, rm', () => {
  it.each([
    [['deny in pong 10.0.0.0/8 until=2099-01-01T00:00:00Z # a note']],
    [['deny', 'in', 'pong', '10.0.0.0/8', 'until=2099-01-01T00:00:00Z', '#', 'a', 'note']],
    [['--deny', 'in', 'pong', '10.0.0.0/8', 'until=2099-01-01T00:00:00Z', '# a note']],
  ])('%j', async (words) => {
    const { out, ...rest } = await sockgate('rules', 'add', ...words)
    expect(rest).toEqual(ok)
    const [, id] = /^Added (r-\w+) as version \d+\.\n$/.exec(out)!
    expect((await rig.lines())[0]).toBe(`deny in pong 10.0.0.0/8 until=2099-01-01T00:00:00Z id=${id} # a note`)
  })

  it('also for the admin side, whose name begins with a dash', async () => {
    expect(await sockgate('rules', 'add', 'deny', 'in', '-/admin', '192.0.2.1')).toMatchObject(ok)
    expect((await rig.lines())[0]).toMatch(/^deny in -\/admin 192\.0\.2\.1 /)
    expect((await sockgate('explain', 'in', '-/admin', '192.0.2.1')).out).toMatch(/\nDenied by r-/)
  })

  it('a redirect and a test have their own lists, and leave them again', async () => {
    const redirect = JSON.parse((await sockgate('rules', 'add', 'redirect ping pong', '--json')).out)
    const test = JSON.parse((await sockgate('rules', 'add', 'test deny in pong 203.0.113.9', '--json')).out)
    expect(await rig.lines()).toEqual(expect.arrayContaining([`redirect ping pong id=${redirect.id}`]))
    for (const { id } of [redirect, test]) {
      expect((await sockgate('rules', 'rm', id)).out).toMatch(new RegExp(`^Removed ${id} as version`))
    }
    expect(await rig.lines()).toHaveLength(2)
  })

  it('moves to the end, or in front of another', async () => {
    await sockgate('rules', 'move', 'home')
    expect(await rig.lines()).toMatchObject([expect.stringContaining('others'), expect.stringContaining('home')])
    expect((await sockgate('rules', 'move', 'home', 'others')).out).toMatch(/^Moved home as version \d+\.\n$/)
    expect((await rig.lines())[0]).toContain('home')
  })

  it('says what it cannot do', async () => {
    expect(await sockgate('rules', 'rm', 'fixed-2')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/command line or the file/),
    })
    expect(await sockgate('rules', 'rm', 'nope')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/"sockgate rules show"/),
    })
    expect(await sockgate('rules', 'add', 'deny in x *', '--before', 'nope')).toMatchObject({
      err: expect.stringMatching(/--before: no rule/),
    })
    expect(await sockgate('rules', 'add', 'deny in x 10.0.0.0/99')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/at character 11/),
    })
  }, 10_000)

  it('comments and overrides are in the history', async () => {
    await sockgate('rules', 'add', 'test allow in pong 203.0.113.9', '--override', 'a drill', '--comment', 'let us see')
    const [newest] = JSON.parse((await sockgate('rules', 'history', '--json')).out)
    expect(newest.comment).toMatch(/let us see.*a drill/)
  })
})

describe('rules confirm, rollback, undo, restore, history', () => {
  it('a change that waits is told, kept or taken back', async () => {
    const { out } = await sockgate('rules', 'add', 'deny in pong 192.0.2.7', '--confirm', '60s')
    expect(out).toMatch(/\nKeep it with "sockgate rules confirm" within 60s, or it goes back\.\n$/)
    expect((await sockgate('rules', 'show')).out).toMatch(/It waits for "sockgate rules confirm": in \d+ s version/)
    expect((await sockgate('rules', 'rollback')).out).toMatch(/^The old rules are back, as version \d+\.\n$/)
    expect(await rig.lines()).toHaveLength(2)
    await sockgate('rules', 'add', 'deny in pong 192.0.2.7', '--confirm', '60s')
    expect((await sockgate('rules', 'confirm')).out).toMatch(/^Version \d+ stays\.\n$/)
    expect(await sockgate('rules', 'confirm')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/no commit waits/),
    })
    expect(await rig.lines()).toHaveLength(3)
  })

  it('undo, restore, and what a version changed', async () => {
    const [before] = JSON.parse((await sockgate('rules', 'history', '--json')).out)
    await sockgate('rules', 'add', 'deny in pong 192.0.2.7')
    expect((await sockgate('rules', 'undo')).out).toMatch(/^The rules are as before the last change, as version/)
    expect(await rig.lines()).toHaveLength(2)
    expect((await sockgate('rules', 'restore', String(before.version + 1))).out).toMatch(
      /is in force again, as version/,
    )
    expect((await rig.lines())[0]).toMatch(/^deny in pong 192\.0\.2\.7/)
    const one = await sockgate('rules', 'history', String(before.version + 1))
    expect(one.out).toMatch(/^Version \d+, by local at .*\n\+ deny in pong 192\.0\.2\.7/)
    expect((await sockgate('rules', 'history')).out).toMatch(/^VERSION {2}AT/)
    expect(await sockgate('rules', 'restore', '99999')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/no version 99999/),
    })
  })
})
