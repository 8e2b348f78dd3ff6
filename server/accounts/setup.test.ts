import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { AccountRig, from, local, PASSWORD, refusal } from '../testing/account-rig.ts'
import { SETUP_TOKEN_MS } from './setup.ts'

let rig: AccountRig
beforeEach(() => {
  rig = new AccountRig()
})
afterEach(() => rig.close())

function setUp(token: string, name = 'root', address = '127.0.0.1', password = PASSWORD) {
  return rig.accounts.setUp({ token, name, password }, from(address))
}

describe('the first start (T36)', () => {
  test('the token makes one admin, signed in', async () => {
    expect(rig.accounts.needsSetup).toBe(true)
    const token = rig.accounts.setupToken()!
    expect(rig.accounts.setupToken()).toBe(token)
    const { session, cookie } = await setUp(token)
    expect(session).toMatchObject({ user: 'root', role: 'admin', by: 'session' })
    expect(rig.accounts.bySession(cookie)).toMatchObject({ id: session.id, user: 'root' })
    expect(rig.accounts.needsSetup).toBe(false)
    expect(rig.accounts.setupToken()).toBeNull()
    expect(rig.audit()).toEqual(['setup.done user root ok by root', `session.open session ${session.id} ok by root`])
    rig.restart()
    expect(rig.accounts.needsSetup).toBe(false)
    expect(rig.accounts.bySession(cookie)).not.toBeNull()
  })

  test('a second visitor with another token gets nothing', async () => {
    rig.accounts.setupToken()
    const { code, message } = await refusal(setUp('x'.repeat(43)))
    expect(code).toBe('setup-wrong')
    expect(message).not.toContain('xxx')
    expect(rig.accounts.users()).toEqual([])
    expect(rig.audit()).toEqual(['setup.refused setup refused by -'])
  })

  test('no token fits before one was made', async () => {
    expect((await refusal(setUp(''))).code).toBe('setup-wrong')
  })

  test('the token is good once; afterwards it is over for everybody, from anywhere', async () => {
    const token = rig.accounts.setupToken()!
    await setUp(token)
    for (const address of ['127.0.0.1', '203.0.113.5', '2001:db8::1']) {
      expect((await refusal(setUp(token, 'eve', address))).code).toBe('setup-over')
      expect((await refusal(setUp('wrong', 'eve', address))).code).toBe('setup-over')
    }
    expect(rig.accounts.users().map(({ name }) => name)).toEqual(['root'])
  })

  test('who comes too late can not fill the audit log', async () => {
    await rig.setUp()
    for (let i = 0; i < 100; i++) expect((await refusal(setUp('wrong', 'eve', `10.0.0.${i}`))).code).toBe('setup-over')
    expect(rig.audit().filter((line) => line.startsWith('setup.refused'))).toHaveLength(5)
  })

  test('after 15 minutes it is over, and there is another one', async () => {
    const token = rig.accounts.setupToken()!
    rig.pass(SETUP_TOKEN_MS - 1)
    expect(rig.accounts.setupToken()).toBe(token)
    rig.pass(1)
    expect((await refusal(setUp(token))).code).toBe('setup-wrong')
    const next = rig.accounts.setupToken()!
    expect(next).not.toBe(token)
    expect((await refusal(setUp(token))).code).toBe('setup-wrong')
    await setUp(next)
  })

  test('a clock set back makes no token live longer', async () => {
    const token = rig.accounts.setupToken()!
    rig.pass(SETUP_TOKEN_MS)
    rig.wall -= SETUP_TOKEN_MS
    expect((await refusal(setUp(token))).code).toBe('setup-wrong')
  })

  test('of submits at once exactly one wins', async () => {
    const token = rig.accounts.setupToken()!
    const all = await Promise.allSettled(['anna', 'bert', 'anna', 'carl'].map((name) => setUp(token, name)))
    const won = all.filter(({ status }) => status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const each of all) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'setup-over' })
    }
    expect(rig.accounts.users()).toHaveLength(1)
    expect(rig.audit().filter((line) => line.startsWith('setup.done'))).toHaveLength(1)
  })

  test('an admin made meanwhile by another way ends it, too', async () => {
    const token = rig.accounts.setupToken()!
    await rig.accounts.addUser('boss', { role: 'admin', password: PASSWORD, enabled: false }, local)
    const late = refusal(setUp(token))
    await rig.accounts.changeUser('boss', { enabled: true }, local) // while the other password is being hashed
    expect((await late).code).toBe('setup-over')
    expect(rig.accounts.users().map(({ name }) => name)).toEqual(['boss'])
  })

  test('wrong tokens are slowed down by address; the right one elsewhere is not', async () => {
    const token = rig.accounts.setupToken()!
    for (let i = 0; i < 5; i++)
      expect((await refusal(setUp(`wrong-${i}`, 'eve', '203.0.113.5'))).code).toBe('setup-wrong')
    expect(await refusal(setUp(token, 'eve', '203.0.113.5'))).toMatchObject({ code: 'slow-down', retryAfterS: 1 })
    await setUp(token)
  })

  test('a bad name or password costs neither the token nor time', async () => {
    const token = rig.accounts.setupToken()!
    await rig.add('worker', 'operator', null)
    for (let i = 0; i < 6; i++) expect((await refusal(setUp(token, 'root', '127.0.0.1', 'short'))).code).toBe('invalid')
    expect((await refusal(setUp(token, 'No Name'))).code).toBe('invalid')
    expect((await refusal(setUp(token, 'worker'))).code).toBe('exists')
    await setUp(token)
  })

  test('an admin who has no password, or is disabled, is none to begin with', async () => {
    await rig.accounts.addUser('robot', { role: 'admin' }, local)
    await rig.accounts.addUser('asleep', { role: 'admin', password: PASSWORD, enabled: false }, local)
    expect(rig.accounts.needsSetup).toBe(true)
    await rig.accounts.changeUser('asleep', { enabled: true }, local)
    expect(rig.accounts.needsSetup).toBe(false)
  })
})
