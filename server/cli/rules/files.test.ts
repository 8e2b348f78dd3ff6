import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { CliRig } from '../../testing/cli-rig.ts'
import type { CliResult, CliSurroundings } from '../../testing/cli-rig.ts'
import { connectClient } from '../../testing/clients.ts'

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

describe('rules apply, import, check, export', () => {
  const bad = 'allow in pong *\nallw in x\ndeny in pong 10.0.0.0/99\n'
  const failing = 'allow in pong *\ntest deny in pong 10.0.0.1\n'
  const told = [
    'line 2, column 1: a line begins with allow, deny, log, redirect, test or default, not "allw"',
    'line 3, column 14: "99" is no prefix length: from 0 to 32',
  ]

  it.each([['rules', 'check'], ['rules', 'apply'], ['rules', 'apply', '--dry-run'], ['import']])(
    '%s %s %s tells all that is wrong, by line and column, and changes nothing',
    async (...command) => {
      const { status, err, out } = await sockgate(...command, rig.file('bad.rules', bad))
      expect({ status, out }).toEqual({ status: 2, out: '' })
      expect(err.split('\n').slice(2)).toEqual([...told.map((line) => `  ${line}`), ''])
      expect(await rig.lines()).toHaveLength(2)
    },
  )

  it('check needs no gateway', async () => {
    const text = 'allow in pong *\ndeny in pong 10.0.0.0/9\nredirect a b\n'
    expect(await sockgate('rules', 'check', rig.file('good.rules', text))).toEqual({
      ...ok,
      out:
        'note: deny in pong 10.0.0.0/9: never decides: allow in pong * stands before it and matches all that it matches\n' +
        '2 rules, 1 redirect.\n',
    })
    const failed = await sockgate('rules', 'check', rig.file('failing.rules', failing))
    expect(failed).toMatchObject({ status: 1, err: 'sockgate: 1 of 1 tests fail\n' })
    expect(failed.out).toContain('test fails: test deny in pong 10.0.0.1: pong should be denied')
    expect(await sockgate('rules', 'check', 'missing')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/missing can't be read: it does not/),
    })
    around.piped = 'rules:\n  - { action: deny, direction: in, service: x }\n'
    expect((await sockgate('rules', 'check', '-')).out).toBe('1 rule, 0 redirects.\n')
    around.piped = 'redirect a b\nredirect b a\n'
    expect(await sockgate('rules', 'check', '-')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/a to b, b to a/),
    })
  })

  it('a dry run tells which connections would change, and has the status of the real thing', async () => {
    const client = await connectClient(`${rig.gate.url}/pong`)
    const strict = rig.file('strict.rules', 'deny in pong * id=no\nallow in * loopback id=home\n')
    const { out, ...rest } = await sockgate('rules', 'apply', strict, '--dry-run')
    expect(rest).toEqual(ok)
    expect(out).toContain('+ deny in pong *\n')
    expect(out).toMatch(/\nID .*EFFECT.*\n\S+ +pong +127\.0\.0\.1:\d+ +would lose its right +no\n/)
    expect(out).toContain('Open connections: 1 would change, 0 would not.')
    expect(await rig.lines()).toHaveLength(2)
    const failed = await sockgate('rules', 'apply', rig.file('failing.rules', failing), '--dry-run')
    expect(failed).toMatchObject({ status: 1, err: expect.stringMatching(/1 of 1 tests fail; --override WHY/) })
    expect(await sockgate('import', 'failing.rules', '--dry-run', '--override', 'drill')).toMatchObject({ status: 0 })

    expect((await sockgate('rules', 'apply', strict, '--existing', 'close')).out).toMatch(
      /^In force as version \d+\.\n$/,
    )
    expect((await client.closed).code).toBe(4403)
  })

  it('only over the version that was read', async () => {
    const good = rig.file('one.rules', 'allow in * loopback\n')
    expect(await sockgate('rules', 'apply', good, '--if-version', '1')).toMatchObject({ status: 1 })
    expect(await sockgate('rules', 'apply', good, '--if-version', '1', '--dry-run')).toMatchObject({ status: 1 })
    const [{ version }] = JSON.parse((await sockgate('rules', 'history', '--json')).out)
    expect(await sockgate('rules', 'apply', good, '--if-version', String(version))).toMatchObject(ok)
  })

  it('what export prints, import takes, in both forms', async () => {
    const before = JSON.parse((await sockgate('export', '--json')).out) as PolicyDocument
    for (const [command, name] of [
      [['export'], 'p.yaml'],
      [['rules', 'export'], 'p.rules'],
    ] as const) {
      const { out } = await sockgate(...command)
      expect((await sockgate('import', rig.file(name, out), '--dry-run')).out).toMatch(/^No difference\.\n/)
      expect(await sockgate('import', name)).toMatchObject(ok)
      expect(JSON.parse((await sockgate('export', '--json')).out)).toEqual(before)
    }
  })
})
