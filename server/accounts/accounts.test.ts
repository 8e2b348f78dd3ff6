import { createHash } from 'node:crypto'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { TokenScope } from '../../shared/api.ts'
import { GateError } from '../../shared/causes.ts'
import { AccountRig, from, local, PASSWORD, refusal } from '../testing/account-rig.ts'
import type { AccountError, ClientIdentity, Credential } from './desk.ts'

let rig: AccountRig
beforeEach(async () => {
  rig = new AccountRig()
  await rig.setUp()
})
afterEach(() => rig.close())

function addToken(user: string, scope: TokenScope = 'connect', expiresAt: number | null = null) {
  return rig.accounts.addToken({ name: 'for a test', user, scope, expiresAt }, local)
}

function client(value: string, kind: Credential['kind'] = 'bearer'): ClientIdentity | string {
  try {
    return rig.accounts.client({ kind, value })
  } catch (error) {
    expect(error).toBeInstanceOf(GateError)
    return `${(error as GateError).code}: ${(error as GateError).message}`
  }
}

const REFUSED = 'unauthenticated: sign in first: the token or certificate that was shown is not valid'

/** What a synchronous call is refused with. */
function thrown(work: () => unknown): AccountError {
  try {
    work()
  } catch (error) {
    return error as AccountError
  }
  throw new Error('it was not refused')
}

describe('users', () => {
  test('added, listed, changed, removed, each in the audit log', async () => {
    const groups = ['staff', 'night', 'staff']
    const added = await rig.accounts.addUser('anna', { role: 'client', groups, certificate: 'CN=anna' }, local)
    expect(added).toEqual({
      name: 'anna',
      role: 'client',
      groups: ['staff', 'night'],
      enabled: true,
      hasPassword: false,
      certificate: 'CN=anna',
      createdAt: rig.wall,
    })
    const changed = await rig.accounts.changeUser('anna', { role: 'viewer', password: PASSWORD, groups: [] }, local)
    expect(changed).toEqual({ ...added, role: 'viewer', groups: [], hasPassword: true })
    expect(rig.accounts.users().map(({ name }) => name)).toEqual(['anna', 'root'])
    rig.restart()
    expect(rig.accounts.users()[0]).toEqual(changed)
    rig.accounts.removeUser('anna', local)
    expect(rig.accounts.users().map(({ name }) => name)).toEqual(['root'])
    const details = rig.store.audit.list({ before: null, limit: 3, q: 'anna' }).map((entry) => entry.detail)
    expect(details).toEqual([
      'role viewer, with a password, certificate CN=anna',
      'role client → viewer, groups staff night → none, password set',
      'role client, groups staff night, certificate CN=anna',
    ])
    expect((await rig.store.audit.verify()).ok).toBe(true)
  })

  test.each([
    [{ password: 'eleven char' }, 'a password has 12 to 256 characters; this one has 11'],
    [{ password: '😀'.repeat(257) }, 'a password has 12 to 256 characters; this one has 257'],
    [{ groups: ['Staff'] }, 'the group name is not usable'],
    [{ groups: Array.from({ length: 65 }, (_, i) => `g${i}`) }, 'at most 64 groups'],
    [{ certificate: '' }, "a certificate's subject"],
    [{ certificate: 'CN=a\u202eb' }, "a certificate's subject"],
  ])('bad input changes nothing: %j', async (changes, message) => {
    const before = rig.audit()
    for (const work of [
      () => rig.accounts.addUser('anna', { role: 'viewer', ...changes }, local),
      () => rig.accounts.changeUser('root', changes, local),
    ]) {
      const error = await refusal(work())
      expect(error).toMatchObject({ code: 'invalid' })
      expect(error.message).toContain(message)
    }
    expect(rig.audit()).toEqual(before)
    expect(rig.accounts.users()).toHaveLength(1)
  })

  test('any 12 characters make a password', async () => {
    await rig.add('anna', 'viewer', 'aaaaaaaaaaaa')
    await rig.signIn('anna', 'aaaaaaaaaaaa')
    await rig.add('bert', 'viewer', '😀'.repeat(256))
    await rig.signIn('bert', '😀'.repeat(256))
  })

  test('a name is taken once, also by two at once', async () => {
    const both = await Promise.allSettled([rig.add('anna', 'viewer'), rig.add('anna', 'admin')])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'exists' } })
  })

  test('a certificate belongs to one user', async () => {
    await rig.accounts.addUser('anna', { role: 'client', certificate: 'CN=x' }, local)
    const error = await refusal(rig.accounts.addUser('bert', { role: 'client', certificate: 'CN=x' }, local))
    expect(error).toMatchObject({ code: 'invalid', message: 'the certificate CN=x belongs to anna already' })
    await rig.accounts.changeUser('anna', { certificate: null }, local)
    await rig.accounts.addUser('bert', { role: 'client', certificate: 'CN=x' }, local)
    expect(client('CN=x', 'certificate')).toMatchObject({ user: 'bert' })
  })

  test('unknown ones', async () => {
    expect((await refusal(rig.accounts.changeUser('nobody', {}, local))).code).toBe('unknown')
    expect(thrown(() => rig.accounts.removeUser('nobody', local)).code).toBe('unknown')
    expect(thrown(() => addToken('nobody')).code).toBe('unknown')
    expect(thrown(() => rig.accounts.removeToken('nothing', local)).code).toBe('unknown')
  })

  test('the last admin who can sign in stays', async () => {
    await rig.accounts.addUser('robot', { role: 'admin' }, local) // has no password
    for (const changes of [{ enabled: false }, { role: 'operator' }, { password: null }] as const) {
      expect(await refusal(rig.accounts.changeUser('root', changes, local))).toMatchObject({ code: 'last-admin' })
    }
    const error = thrown(() => rig.accounts.removeUser('root', local))
    expect(error.code).toBe('last-admin')
    expect(error.message).toContain('by its local socket')
    await rig.accounts.changeUser('root', { password: 'another good password' }, local)
    await rig.add('boss', 'admin')
    rig.accounts.removeUser('root', local)
    rig.accounts.removeUser('robot', local)
    expect(rig.accounts.needsSetup).toBe(false)
  })

  test('two admins who remove each other at once: one stays', async () => {
    await rig.add('boss', 'admin')
    const both = await Promise.allSettled([
      rig.accounts.changeUser('root', { role: 'viewer', password: 'another good password' }, local),
      rig.accounts.changeUser('boss', { role: 'viewer', password: 'another good password' }, local),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(rig.accounts.needsSetup).toBe(false)
  })

  test('when the store fails, nothing has changed', async () => {
    await rig.accounts.addUser('anna', { role: 'client', certificate: 'CN=anna' }, local)
    const token = addToken('anna')
    vi.spyOn(rig.store.audit, 'append').mockImplementation(() => {
      throw new Error('the disk is full')
    })
    await expect(rig.accounts.changeUser('anna', { enabled: false }, local)).rejects.toThrow('full')
    await expect(rig.accounts.addUser('bert', { role: 'client' }, local)).rejects.toThrow('full')
    expect(() => rig.accounts.removeUser('anna', local)).toThrow('full')
    expect(() => rig.accounts.removeToken(token.id, local)).toThrow('full')
    expect(() => addToken('anna')).toThrow('full')
    const same = () => {
      expect(client(token.token)).toMatchObject({ user: 'anna' })
      expect(rig.accounts.users().map(({ name }) => name)).toEqual(['anna', 'root'])
      expect(rig.accounts.tokens()).toHaveLength(1)
    }
    same()
    expect(rig.ended).toEqual([])
    rig.restart()
    same()
  })
})

describe('tokens', () => {
  test('told once, kept as a hash, removed', async () => {
    const { token, ...info } = addToken('root', 'operator', rig.wall + 1000)
    expect(token).toMatch(/^sg_[\w-]{43}$/)
    expect(rig.accounts.tokens()).toEqual([info])
    expect(rig.store.accounts.tokens()[0]!.hash).toEqual(new Uint8Array(createHash('sha256').update(token).digest()))
    rig.accounts.removeToken(info.id, local)
    expect(rig.accounts.byToken(token)).toBeNull()
    expect(rig.ended).toEqual([{ sessions: [], tokens: [info.id], users: [] }])
    expect(rig.audit().slice(-2)).toEqual([
      `token.add token ${info.id} ok by local`,
      `token.remove token ${info.id} ok by local`,
    ])
  })

  test.each([
    ['client', 'viewer'],
    ['viewer', 'operator'],
    ['operator', 'admin'],
  ] as const)('a %s has none with the scope %s', async (role, scope) => {
    await rig.add('anna', role, null)
    expect(thrown(() => addToken('anna', scope))).toMatchObject({ code: 'forbidden' })
    addToken('anna', 'connect')
  })

  test.each([
    [{ name: '' }, 'needs a name'],
    [{ name: 'a\nb' }, 'needs a name'],
    [{ name: 'x'.repeat(101) }, 'needs a name'],
    [{ expiresAt: 0 }, 'over already'],
    [{ expiresAt: Number.NaN }, 'over already'],
  ])('bad input: %j', (changes, message) => {
    const input = { name: 'x', user: 'root', scope: 'connect', expiresAt: null, ...changes } as const
    const error = thrown(() => rig.accounts.addToken(input, local))
    expect(error.code).toBe('invalid')
    expect(error.message).toContain(message)
    expect(rig.accounts.tokens()).toEqual([])
  })

  test('the admin side gets the lesser of scope and role; connect is nothing there', async () => {
    await rig.add('anna', 'admin')
    const { token, id } = addToken('anna', 'admin')
    const connect = addToken('anna', 'connect')
    expect(rig.accounts.byToken(token)).toEqual({ id, user: 'anna', role: 'admin', by: 'token', expiresAt: null })
    expect(rig.accounts.byToken(connect.token)).toBeNull()
    expect(rig.accounts.byToken(`${token}x`)).toBeNull()
    await rig.accounts.changeUser('anna', { role: 'viewer' }, local)
    expect(rig.ended).toEqual([{ sessions: [], tokens: [id], users: [] }])
    expect(rig.accounts.byToken(token)).toMatchObject({ role: 'viewer' })
    await rig.accounts.changeUser('anna', { role: 'client' }, local)
    expect(rig.accounts.byToken(token)).toBeNull()
  })

  test('its last use is known at once and written down at most once a minute, and at the end', () => {
    const { token } = addToken('root')
    const used = vi.spyOn(rig.store.accounts, 'tokenUsed')
    rig.pass(60_000)
    for (let i = 0; i < 1000; i++) client(token)
    expect(rig.accounts.tokens()[0]!.lastUsedAt).toBe(rig.wall)
    for (let i = 0; i < 119; i++) {
      rig.pass(1000)
      client(token)
    }
    expect(used).toHaveBeenCalledTimes(2)
    rig.pass(60_000)
    rig.pass(60_000)
    expect(used).toHaveBeenCalledTimes(3) // unused, it is left alone
    client(token)
    rig.restart()
    expect(rig.accounts.tokens()[0]!.lastUsedAt).toBe(rig.wall)
  })

  test('what could not be written down is tried again', () => {
    const { token } = addToken('root')
    const full = vi.spyOn(rig.store.accounts, 'tokenUsed').mockImplementation(() => {
      throw new Error('the disk is full')
    })
    client(token)
    rig.pass(60_000)
    expect(rig.logged).toHaveLength(1)
    expect(client(token)).toMatchObject({ user: 'root' })
    full.mockRestore()
    rig.pass(60_000)
    expect(rig.store.accounts.tokens()[0]!.lastUsedAt).toBe(rig.wall - 60_000)
  })
})

describe("at the gateway's door", () => {
  test.each(['bearer', 'cookie', 'protocol'] as const)('a token as %s says who it is', async (kind) => {
    await rig.accounts.addUser('anna', { role: 'client', groups: ['staff'] }, local)
    const { token, id } = addToken('anna')
    expect(client(token, kind)).toEqual({ user: 'anna', groups: ['staff'], tokenId: id })
    rig.restart()
    expect(client(token, kind)).toEqual({ user: 'anna', groups: ['staff'], tokenId: id })
  })

  test('a certificate by its subject, exactly', async () => {
    await rig.accounts.addUser('anna', { role: 'client', certificate: 'CN=anna,O=example' }, local)
    expect(client('CN=anna,O=example', 'certificate')).toEqual({ user: 'anna', groups: [], tokenId: null })
    for (const other of ['CN=anna', 'cn=anna,o=example', 'CN=anna,O=example ', '']) {
      expect(client(other, 'certificate')).toBe(REFUSED)
    }
    expect(client('CN=anna,O=example', 'bearer')).toBe(REFUSED)
  })

  test('every refusal reads the same', async () => {
    await rig.accounts.addUser('anna', { role: 'client', certificate: 'CN=anna' }, local)
    const expiring = addToken('anna', 'connect', rig.wall + 1000)
    const kept = addToken('anna')
    const removed = addToken('anna')
    rig.accounts.removeToken(removed.id, local)
    const admin = addToken('root', 'admin')
    const { cookie } = await rig.signIn('root')
    rig.wall += 1000
    const all = [expiring.token, removed.token, admin.token, cookie, '', 'sg_', 'x'.repeat(1_000_000), 'toString']
    for (const value of all) expect(client(value)).toBe(REFUSED)
    await rig.accounts.changeUser('anna', { enabled: false }, local)
    expect(client(kept.token)).toBe(REFUSED)
    expect(client('CN=anna', 'certificate')).toBe(REFUSED)
    await rig.accounts.changeUser('anna', { enabled: true }, local)
    expect(client(kept.token)).toMatchObject({ user: 'anna' })
    expect(client('CN=anna', 'certificate')).toMatchObject({ user: 'anna' })
  })

  test('a token that is over is told within a second, and stays over when the clock goes back', () => {
    const { id, token } = addToken('root', 'connect', rig.wall + 1000)
    rig.pass(999)
    expect(rig.ended).toEqual([])
    expect(client(token)).toMatchObject({ user: 'root' })
    rig.pass(1)
    expect(rig.ended).toEqual([{ sessions: [], tokens: [id], users: [] }])
    rig.wall -= 60_000
    expect(client(token)).toBe(REFUSED)
    rig.pass(60_000)
    expect(rig.ended).toHaveLength(1)
  })

  test.each([
    ['disabled', { enabled: false }],
    ['in other groups', { groups: ['night'] }],
  ] as const)('a user who is %s: what the tokens and the certificate let in ends', async (_, changes) => {
    await rig.accounts.addUser('anna', { role: 'viewer', groups: ['staff'], certificate: 'CN=anna' }, local)
    const connect = addToken('anna')
    addToken('root')
    await rig.accounts.changeUser('anna', { groups: ['staff'], enabled: true, certificate: 'CN=anna' }, local)
    expect(rig.ended).toEqual([]) // as it was
    await rig.accounts.changeUser('anna', changes, local)
    expect(rig.ended).toEqual([{ sessions: [], tokens: [connect.id], users: ['anna'] }])
  })

  test('another certificate, and a removed user', async () => {
    await rig.accounts.addUser('anna', { role: 'viewer', certificate: 'CN=anna' }, local)
    const [one, other] = [addToken('anna'), addToken('anna', 'viewer')]
    await rig.accounts.changeUser('anna', { certificate: 'CN=anna2' }, local)
    expect(client('CN=anna', 'certificate')).toBe(REFUSED)
    rig.accounts.removeUser('anna', local)
    expect(rig.ended).toEqual([
      { sessions: [], tokens: [], users: ['anna'] },
      { sessions: [], tokens: [one.id, other.id], users: ['anna'] },
    ])
    expect(client(one.token)).toBe(REFUSED)
    expect(rig.accounts.tokens()).toEqual([])
    expect(rig.store.accounts.tokens()).toEqual([])
  })

  test('told in the turn of the change, to everybody who asked, and no longer than they want', () => {
    const heard: string[] = []
    rig.accounts.onEnded(() => {
      throw new Error('a bug')
    })
    const stop = rig.accounts.onEnded(({ tokens }) => void heard.push(...tokens))
    const [one, other] = [addToken('root'), addToken('root')]
    rig.accounts.removeToken(one.id, local)
    expect(heard).toEqual([one.id])
    expect(rig.logged).toHaveLength(1)
    stop()
    rig.accounts.removeToken(other.id, local)
    expect(heard).toEqual([one.id])
  })
})

test('no secret is kept, logged, audited or repeated in an error (T38)', async () => {
  const planted = { password: 'planted-password-1', next: 'planted-password-2', typo: 'planted-password-in-name' }
  await rig.add('anna', 'operator', planted.password)
  await rig.accounts.changeUser('anna', { password: planted.next }, local)
  const { cookie } = await rig.signIn('anna', planted.next)
  const { token } = addToken('anna', 'operator')
  const connect = addToken('anna')
  const setup = { token: 'planted-setup-token', name: 'eve', password: planted.password }
  const errors = await Promise.all([
    refusal(rig.signIn('anna', planted.password)),
    refusal(rig.signIn(planted.typo, 'x')),
    refusal(rig.accounts.addUser('anna', { role: 'viewer', password: planted.password }, local)),
    refusal(rig.accounts.addUser(planted.typo.toUpperCase(), { role: 'viewer' }, local)),
    refusal(rig.accounts.setUp(setup, from('127.0.0.1'))),
  ])
  rig.accounts.byToken(token)
  rig.accounts.client({ kind: 'bearer', value: connect.token })
  rig.pass(60_000)
  const shown = JSON.stringify([
    rig.store.audit.list({ before: null, limit: 1000, q: '' }),
    rig.accounts.users(),
    rig.accounts.tokens(),
    rig.accounts.sessions(),
    rig.logged,
    errors.map((error) => [error.message, error.stack]),
  ])
  const kept = rig.kept()
  expect(kept).toContain('$argon2id$')
  expect(shown).not.toMatch(/argon2id|hash":\[/)
  for (const secret of [...Object.values(planted), setup.token, cookie, token, connect.token, PASSWORD]) {
    expect(kept).not.toContain(secret)
    expect(shown.toLowerCase()).not.toContain(secret.toLowerCase())
  }
})
