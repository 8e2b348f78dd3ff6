import { parseOptions, verify } from '@node-rs/argon2'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { AccountRig, from, local, PASSWORD, refusal } from '../testing/account-rig.ts'
import { ABSOLUTE_MS, IDLE_MS, PER_USER_MAX } from './sessions.ts'

// The real one, counted.
vi.mock('@node-rs/argon2', async (original) => {
  const argon2 = await original<typeof import('@node-rs/argon2')>()
  return { ...argon2, verify: vi.fn<typeof argon2.verify>(argon2.verify) }
})

let rig: AccountRig
beforeEach(async () => {
  rig = new AccountRig()
  await rig.setUp()
})
afterEach(() => rig.close())

describe('guessing (T32)', () => {
  test('the same text for a wrong password, an unknown name, and accounts that may not sign in', async () => {
    await rig.add('client', 'client')
    await rig.add('robot', 'operator', null)
    await rig.add('asleep', 'admin')
    await rig.accounts.changeUser('asleep', { enabled: false }, local)
    const tries = [
      ['root', 'not the password'],
      ['nobody', PASSWORD],
      ['Not A Name', PASSWORD],
      ['client', PASSWORD],
      ['robot', PASSWORD],
      ['asleep', PASSWORD],
      ['root', ''],
      ['root', 'x'.repeat(10_000)],
    ] as const
    const errors = await Promise.all(
      tries.map(([name, password], i) => refusal(rig.signIn(name, password, `10.0.0.${i}`))),
    )
    expect(new Set(errors.map(({ code, message, retryAfterS }) => `${code} ${message} ${retryAfterS}`)).size).toBe(1)
    expect(errors[0]).toMatchObject({ code: 'wrong-credentials', message: 'the name or the password is wrong' })
  })

  test('the same work for them: one hash of the same cost', async () => {
    for (const [i, name] of ['root', 'nobody', 'Not A Name'].entries()) {
      vi.mocked(verify).mockClear()
      await refusal(rig.signIn(name, 'not the password', `10.0.0.${i}`))
      const costs = vi.mocked(verify).mock.calls.map(([hashed]) => parseOptions(hashed))
      expect(costs, name).toMatchObject([{ memoryCost: 19_456, timeCost: 2, parallelism: 1 }])
    }
  })

  test('about the same time for them', async () => {
    await rig.add('asleep', 'admin')
    await rig.accounts.changeUser('asleep', { enabled: false }, local)
    const times = new Map<string, number[]>()
    for (let round = 0; round < 15; round++) {
      for (const name of ['root', 'nobody', 'Not A Name', 'asleep']) {
        rig.monotonic += 3_600_000 // past every delay
        const began = performance.now()
        await refusal(rig.signIn(name, 'not the password'))
        times.set(name, [...(times.get(name) ?? []), performance.now() - began])
      }
    }
    const shortest = (name: string) => Math.min(...times.get(name)!) // what else runs here only adds to it
    for (const name of ['nobody', 'Not A Name', 'asleep']) {
      expect(shortest(name), name).toBeGreaterThan(shortest('root') / 5)
      expect(shortest(name), name).toBeLessThan(shortest('root') * 5)
    }
  })

  test('50 tries at once on one name: five are judged, and the log has those', async () => {
    const errors = await Promise.all(Array.from({ length: 50 }, () => refusal(rig.signIn('root', 'wrong wrong wrong'))))
    expect(errors.filter(({ code }) => code === 'wrong-credentials')).toHaveLength(5)
    expect(errors.filter(({ code }) => code === 'slow-down')).toHaveLength(45)
    expect(rig.audit().filter((line) => line === 'session.refused user root refused by -')).toHaveLength(5)
    expect(await refusal(rig.signIn('root'))).toMatchObject({ code: 'slow-down', retryAfterS: 1 })
    rig.pass(1000)
    await rig.signIn('root')
  })

  test('who has signed in before can do so while others guess, also after a restart', async () => {
    await rig.signIn('root', PASSWORD, '198.51.100.7')
    rig.restart()
    for (let i = 0; i < 5; i++) await refusal(rig.signIn('root', 'wrong wrong wrong', `10.0.0.${i}`))
    expect((await refusal(rig.signIn('root', PASSWORD, '203.0.113.1'))).code).toBe('slow-down')
    await rig.signIn('root', PASSWORD, '198.51.100.7')
  })

  test.each([
    ['', false],
    [' after a restart', true],
  ])('the address of an earlier account of that name is not known%s', async (_, restart) => {
    await rig.add('anna', 'viewer')
    await rig.signIn('anna', PASSWORD, '198.51.100.7')
    rig.accounts.removeUser('anna', local)
    rig.pass(1000)
    await rig.add('anna', 'viewer')
    if (restart) rig.restart()
    for (let i = 0; i < 5; i++) await refusal(rig.signIn('anna', 'wrong wrong wrong', `10.0.0.${i}`))
    expect((await refusal(rig.signIn('anna', PASSWORD, '198.51.100.7'))).code).toBe('slow-down')
  })

  test('an account changed while its password is being checked lets nobody in', async () => {
    await rig.add('anna', 'viewer')
    const [late] = await Promise.all([
      refusal(rig.signIn('anna')),
      rig.accounts.changeUser('anna', { role: 'client' }, local),
    ])
    expect(late.code).toBe('wrong-credentials')
    expect(rig.accounts.sessions().filter(({ user }) => user === 'anna')).toEqual([])
  })
})

describe('sessions (T33)', () => {
  test('each sign-in has a new id and a new cookie; none that a client chose is ever good', async () => {
    const chosen = 'A'.repeat(43)
    expect(rig.accounts.bySession(chosen)).toBeNull()
    const [one, other] = [await rig.signIn('root'), await rig.signIn('root')]
    expect(one.cookie).toMatch(/^[\w-]{43}$/)
    expect(new Set([one.cookie, other.cookie, chosen]).size).toBe(3)
    expect(one.session.id).not.toBe(other.session.id)
    expect(rig.accounts.bySession(chosen)).toBeNull()
    expect(rig.accounts.bySession(one.session.id!)).toBeNull()
    expect(rig.accounts.bySession('x'.repeat(100_000))).toBeNull()
  })

  test('over for good after the sign-out, told at once', async () => {
    const { session, cookie } = await rig.signIn('root')
    rig.accounts.signOut(session.id!, { ...local, name: 'root' })
    expect(rig.ended).toEqual([{ sessions: [session.id], tokens: [], users: [] }])
    expect(rig.accounts.bySession(cookie)).toBeNull()
    rig.restart()
    expect(rig.accounts.bySession(cookie)).toBeNull()
    expect(rig.audit().at(-1)).toBe(`session.close session ${session.id} ok by root`)
    rig.accounts.signOut(session.id!, local)
  })

  test('in a list, and one of several can be ended', async () => {
    const [one, other] = [await rig.signIn('root'), await rig.signIn('root', PASSWORD, '2001:db8::1')]
    rig.pass(5000)
    rig.accounts.bySession(other.cookie)
    const listed = rig.accounts.sessions().find(({ id }) => id === other.session.id)
    expect(listed).toEqual({
      id: other.session.id,
      user: 'root',
      from: '2001:db8::1',
      createdAt: rig.wall - 5000,
      seenAt: rig.wall,
    })
    rig.accounts.signOut(one.session.id!, local)
    expect(rig.accounts.bySession(one.cookie)).toBeNull()
    expect(rig.accounts.bySession(other.cookie)).not.toBeNull()
  })

  test('over after 30 minutes without a request', async () => {
    const { session, cookie } = await rig.signIn('root')
    expect(session.expiresAt).toBe(rig.wall + IDLE_MS)
    rig.pass(IDLE_MS - 1)
    expect(rig.accounts.bySession(cookie)).toMatchObject({ expiresAt: rig.wall + IDLE_MS })
    rig.pass(IDLE_MS - 1)
    expect(rig.accounts.bySession(cookie)).not.toBeNull()
    rig.ended.length = 0
    rig.pass(IDLE_MS)
    expect(rig.ended.flatMap(({ sessions }) => sessions)).toContain(session.id)
    expect(rig.accounts.bySession(cookie)).toBeNull()
    expect(rig.audit().at(-1)).toBe(`session.close session ${session.id} ok by gateway`)
  })

  test('over after 12 hours, however busy', async () => {
    const { session, cookie } = await rig.signIn('root')
    const step = 20 * 60_000
    for (let at = step; at < ABSOLUTE_MS; at += step) {
      rig.pass(step)
      expect(rig.accounts.bySession(cookie)).not.toBeNull()
    }
    expect(rig.accounts.bySession(cookie)!.expiresAt).toBe(rig.wall + step)
    rig.wall += step
    rig.monotonic += step
    expect(rig.accounts.bySession(cookie)).toBeNull() // also before the clock found it
    rig.tick()
    expect(rig.ended.flatMap(({ sessions }) => sessions)).toContain(session.id)
  })

  test('a clock set back prolongs none, not even over a restart', async () => {
    const { cookie } = await rig.signIn('root')
    rig.wall -= 24 * 60 * 60_000
    rig.monotonic += IDLE_MS - 1
    expect(rig.accounts.bySession(cookie)).not.toBeNull()
    for (let left = ABSOLUTE_MS - IDLE_MS; left > 0; left -= IDLE_MS - 1) {
      rig.pass(Math.min(left, IDLE_MS - 1))
      rig.accounts.bySession(cookie)
    }
    rig.pass(1)
    expect(rig.accounts.bySession(cookie)).toBeNull()

    const other = await rig.signIn('root')
    rig.pass(IDLE_MS - 1)
    rig.wall -= 24 * 60 * 60_000
    rig.restart()
    rig.pass(IDLE_MS)
    expect(rig.accounts.bySession(other.cookie)).toBeNull()
  })

  test('a machine that slept counts the time it slept', async () => {
    const { cookie } = await rig.signIn('root')
    rig.wall += IDLE_MS
    expect(rig.accounts.bySession(cookie)).toBeNull()
  })

  test('it was seen is written down at most once a minute', async () => {
    const { session, cookie } = await rig.signIn('root')
    const seen = vi.spyOn(rig.store.accounts, 'sessionSeen')
    for (let i = 0; i < 125; i++) {
      rig.pass(1000)
      rig.accounts.bySession(cookie)
    }
    expect(seen).toHaveBeenCalledTimes(2)
    rig.restart()
    const listed = rig.accounts.sessions().find(({ id }) => id === session.id)
    expect(rig.wall - listed!.seenAt).toBeLessThan(60_000)
    expect(rig.accounts.bySession(cookie)).not.toBeNull()
  })

  test.each([
    ['role lowered', { role: 'viewer' }],
    ['role raised', { role: 'admin' }],
    ['password changed', { password: 'another good password' }],
    ['password removed', { password: null }],
    ['disabled', { enabled: false }],
  ] as const)('%s while open: over at once', async (_, changes) => {
    await rig.add('anna', 'operator')
    const [one, other] = [await rig.signIn('anna'), await rig.signIn('anna')]
    const root = await rig.signIn('root')
    await rig.accounts.changeUser('anna', changes, local)
    expect(rig.ended).toEqual([{ sessions: [one.session.id, other.session.id], tokens: [], users: [] }])
    expect(rig.accounts.bySession(one.cookie)).toBeNull()
    expect(rig.accounts.bySession(root.cookie)).not.toBeNull()
    rig.restart()
    expect(rig.accounts.bySession(other.cookie)).toBeNull()
  })

  test('a change of groups or certificate ends no session', async () => {
    await rig.add('anna', 'operator')
    const { cookie } = await rig.signIn('anna')
    await rig.accounts.changeUser('anna', { groups: ['staff'], certificate: 'CN=anna' }, local)
    expect(rig.accounts.bySession(cookie)).not.toBeNull()
  })

  test('a removed user is out', async () => {
    await rig.add('anna', 'operator')
    const { session, cookie } = await rig.signIn('anna')
    rig.accounts.removeUser('anna', local)
    expect(rig.ended).toEqual([{ sessions: [session.id], tokens: [], users: [] }])
    expect(rig.accounts.bySession(cookie)).toBeNull()
  })

  test('of too many at once the one that was idle longest ends', async () => {
    await rig.add('anna', 'viewer')
    const opened = []
    for (let i = 0; i < PER_USER_MAX; i++) {
      opened.push(await rig.signIn('anna'))
      rig.pass(1000)
    }
    rig.accounts.bySession(opened[0]!.cookie)
    await rig.signIn('anna')
    expect(rig.accounts.bySession(opened[0]!.cookie)).not.toBeNull()
    expect(rig.accounts.bySession(opened[1]!.cookie)).toBeNull()
    expect(rig.ended).toEqual([{ sessions: [opened[1]!.session.id], tokens: [], users: [] }])
    expect(rig.accounts.sessions().filter(({ user }) => user === 'anna')).toHaveLength(PER_USER_MAX)
  })

  test('ends by the clock and by sign-out even when nothing can be written', async () => {
    const [one, other] = [await rig.signIn('root'), await rig.signIn('root')]
    const full = vi.spyOn(rig.store, 'transaction').mockImplementation(() => {
      throw new Error('the disk is full')
    })
    expect(() => rig.accounts.signOut(one.session.id!, local)).toThrow('the disk is full')
    expect(rig.accounts.bySession(one.cookie)).toBeNull()
    rig.pass(IDLE_MS)
    expect(rig.ended.flatMap(({ sessions }) => sessions)).toContain(other.session.id)
    expect(rig.logged.map(({ message }) => message)).toEqual(['the end of a session could not be written down'])
    await expect(rig.accounts.signIn({ name: 'root', password: PASSWORD }, from('127.0.0.1'))).rejects.toThrow('full')
    full.mockRestore()
  })
})
