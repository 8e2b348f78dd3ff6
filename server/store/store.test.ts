import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'

import { dataDir, entry, policy, rule, session, token, user, version } from '../testing/store.ts'
import { stores } from './index.ts'
import { StoreError, VersionConflict } from './store.ts'
import type { Store } from './store.ts'

const WAITING = { deadline: 1_700_000_060_000, windowMs: 60_000, existing: 'drain', drainMs: 30_000 } as const

describe.each(stores)('$name', ({ open }) => {
  let clock = 1_700_000_000_000

  function opened(dir = dataDir()): { store: Store; reopen: () => Store } {
    const start = () => {
      const store = open(dir, { now: () => clock++ })
      onTestFinished(() => store.close())
      return store
    }
    const store = start()
    const reopen = () => {
      store.close()
      return start()
    }
    return { store, reopen }
  }

  /** A store that holds `count` versions, each with a rule named after it. */
  function withVersions(count: number) {
    const { store, reopen } = opened()
    for (let at = 0; at < count; at++)
      store.policy.save(at, version(policy(rule(`v${at + 1}`)), `the ${at + 1}.`), null)
    return { store, reopen }
  }

  describe('transactions', () => {
    test('all of it or nothing', async () => {
      const { store } = opened()
      const work = () => {
        store.policy.save(0, version(policy()), null)
        store.audit.append(entry('policy.commit'))
        store.accounts.saveUser(user('anna'))
        throw new Error('no')
      }
      expect(() => store.transaction(work)).toThrow('no')
      expect(store.policy.latest()).toBeNull()
      expect(store.audit.list({ before: null, limit: 9, q: '' })).toEqual([])
      expect(store.accounts.users()).toEqual([])
      expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 0 })
    })

    test('hand on what the work returns', () => {
      const { store } = opened()
      expect(store.transaction(() => store.transaction(() => 7))).toBe(7)
    })

    test('an inner one that fails leaves the outer one as it was', async () => {
      const { store, reopen } = opened()
      store.transaction(() => {
        store.audit.append(entry('one'))
        const inner = () =>
          store.transaction(() => {
            store.audit.append(entry('two'))
            throw new Error('no')
          })
        expect(inner).toThrow('no')
        store.audit.append(entry('three'))
      })
      const again = reopen()
      expect(again.audit.list({ before: null, limit: 9, q: '' }).map(({ action }) => action)).toEqual(['three', 'one'])
      expect(await again.audit.verify()).toMatchObject({ ok: true, entries: 2 })
    })

    test('an outer one that fails takes the inner ones with it', () => {
      const { store } = opened()
      const work = () => {
        store.transaction(() => store.accounts.saveUser(user('anna')))
        throw new Error('no')
      }
      expect(() => store.transaction(work)).toThrow('no')
      expect(store.accounts.users()).toEqual([])
    })

    test('a promise is refused: it would outlive the transaction', () => {
      const { store } = opened()
      const work = () => {
        store.accounts.saveUser(user('anna'))
        return Promise.resolve()
      }
      expect(() => void store.transaction(work)).toThrow(TypeError)
      expect(store.accounts.users()).toEqual([])
    })

    test('nothing works once it is closed; closing twice is fine', () => {
      const { store } = opened()
      store.close()
      store.close()
      expect(() => store.policy.latest()).toThrow(StoreError)
      expect(() => store.audit.append(entry('one'))).toThrow('is closed already')
      expect(() => store.accounts.users()).toThrow(StoreError)
    })
  })

  describe('policy', () => {
    test('begins with nothing', () => {
      const { store } = opened()
      expect(store.policy.latest()).toBeNull()
      expect(store.policy.get(1)).toBeNull()
      expect(store.policy.pending()).toBeNull()
      expect(store.policy.list({ before: null, limit: 10 })).toEqual([])
      expect(store.policy.hits()).toEqual(new Map())
    })

    test('versions count up and come back after a restart', () => {
      const { store, reopen } = opened()
      const first = version(policy(rule('a')), 'begun')
      const second = version(
        {
          ...policy({ ...rule('b'), limits: { perUser: 3, over: 'close' }, caption: 'Ä\n"quoted"', note: '💡' }),
          tests: [{ id: 't', direction: 'in', service: 'pong', peer: '*', expect: 'allow', note: '' }],
          caption: 'the end',
        },
        'ünï\u0000code',
      )
      expect(store.policy.save(0, first, null)).toEqual({ ...first, version: 1 })
      expect(store.policy.save(1, second, null)).toEqual({ ...second, version: 2 })
      const again = reopen()
      expect(again.policy.latest()).toEqual({ ...second, version: 2 })
      expect(again.policy.get(1)).toEqual({ ...first, version: 1 })
      expect(again.policy.get(3)).toBeNull()
    })

    test('a list has pages, newest first, without documents', () => {
      const { store } = withVersions(5)
      const { document: _, ...head } = version(policy(), 'the 5.')
      const page = store.policy.list({ before: null, limit: 2 })
      expect(page).toEqual([{ ...head, version: 5 }, expect.objectContaining({ version: 4 })])
      expect(store.policy.list({ before: 4, limit: 9 }).map((each) => each.version)).toEqual([3, 2, 1])
    })

    test.each([0, 1, 3])('a change made on version %i of 2 is a conflict', (expected) => {
      const { store } = withVersions(2)
      const stale = () => store.policy.save(expected, version(policy()), null)
      expect(stale).toThrow(VersionConflict)
      expect(stale).toThrow(expect.objectContaining({ current: 2 }))
      expect(store.policy.latest()).toMatchObject({ version: 2, comment: 'the 2.' })
    })

    test('a commit that waits still waits after a restart', () => {
      const { store, reopen } = withVersions(2)
      store.policy.save(2, version(policy()), WAITING)
      expect(reopen().policy.pending()).toEqual({ ...WAITING, version: 3, revertTo: 2 })
    })

    test('it waits until it is confirmed, or until the next version', () => {
      const { store, reopen } = withVersions(1)
      store.policy.save(1, version(policy()), WAITING)
      store.policy.confirm()
      expect(store.policy.pending()).toBeNull()
      store.policy.save(2, version(policy()), WAITING)
      store.policy.save(3, version(policy()), null)
      expect(store.policy.pending()).toBeNull()
      store.policy.confirm()
      expect(reopen().policy.pending()).toBeNull()
    })

    test('one on top of another goes back behind both', () => {
      const { store } = withVersions(1)
      store.policy.save(1, version(policy()), WAITING)
      store.policy.save(2, version(policy()), { ...WAITING, existing: 'keep' })
      expect(store.policy.pending()).toEqual({ ...WAITING, existing: 'keep', version: 3, revertTo: 1 })
    })

    test('the first version has nothing to go back to', () => {
      const { store } = opened()
      expect(() => store.policy.save(0, version(policy()), WAITING)).toThrow(RangeError)
      expect(store.policy.latest()).toBeNull()
    })

    test('the last 1000 versions are kept, and the one to go back to', () => {
      const { store } = opened()
      store.transaction(() => {
        store.policy.save(0, version(policy(rule('first'))), null)
        store.policy.save(1, version(policy(rule('kept'))), null)
        for (let at = 2; at < 1200; at++) store.policy.save(at, version(policy()), WAITING)
      })
      const kept = store.policy.list({ before: null, limit: 5000 }).map((each) => each.version)
      expect(kept).toEqual([...Array.from({ length: 1000 }, (_, at) => 1200 - at), 2])
      expect(store.policy.pending()).toMatchObject({ version: 1200, revertTo: 2 })
      expect(store.policy.get(2)!.document.rules[0]!.id).toBe('kept')
      store.policy.confirm()
      store.policy.save(1200, version(policy()), null)
      expect(store.policy.list({ before: null, limit: 5000 }).at(-1)!.version).toBe(202)
    })

    test('hits are replaced rule by rule and come back after a restart', () => {
      const { store, reopen } = opened()
      store.policy.saveHits(
        new Map([
          ['a', { hits: 3, lastAt: 5 }],
          ['default-in', { hits: 0, lastAt: null }],
        ]),
      )
      store.policy.saveHits(new Map([['a', { hits: 2 ** 40, lastAt: 1_700_000_000_000 }]]))
      store.policy.saveHits(new Map())
      expect(reopen().policy.hits()).toEqual(
        new Map([
          ['a', { hits: 2 ** 40, lastAt: 1_700_000_000_000 }],
          ['default-in', { hits: 0, lastAt: null }],
        ]),
      )
    })

    test('counters of rules long gone do not pile up', () => {
      const { store } = opened()
      const many = Array.from({ length: 50_000 }, (_, at) => [`r${at}`, { hits: 1, lastAt: at + 1 }] as const)
      store.policy.saveHits(new Map(many))
      store.policy.saveHits(new Map([['new', { hits: 1, lastAt: 60_000 }]]))
      const hits = store.policy.hits()
      expect(hits.size).toBe(50_000)
      expect(hits.has('new')).toBe(true)
      expect(hits.has('r0')).toBe(false)
      expect(hits.has('r1')).toBe(true)
    })
  })

  describe('audit', () => {
    test('entries are numbered, dated and chained', async () => {
      const { store, reopen } = opened()
      clock = 1_700_000_000_000
      const one = store.audit.append(entry('session.open', { detail: 'by password' }))
      const two = store.audit.append(entry('policy.commit', { object: 'version 2' }))
      expect(one).toEqual({
        ...entry('session.open', { detail: 'by password' }),
        seq: 1,
        at: clock - 2,
        hash: one.hash,
      })
      expect(one.hash).toMatch(/^[0-9a-f]{64}$/)
      const again = reopen()
      const three = again.audit.append(entry('session.close'))
      expect(again.audit.list({ before: null, limit: 9, q: '' })).toEqual([three, two, one])
      expect(await again.audit.verify()).toEqual({
        ok: true,
        entries: 3,
        head: three.hash,
        firstBad: null,
        message: 'all 3 entries are as they were written',
      })
    })

    test('a list has pages and is searched', () => {
      const { store } = opened()
      store.audit.append(entry('policy.commit', { object: 'version 7', detail: 'anna' }))
      store.audit.append(entry('session.open', { actor: 'Berta', detail: 'policy' }))
      store.audit.append(entry('user.delete', { object: 'user anna', actor: 'local' }))
      const found = (q: string, before: number | null = null, limit = 9) =>
        store.audit.list({ before, limit, q }).map(({ seq }) => seq)
      expect(found('')).toEqual([3, 2, 1])
      expect(found('', 3, 1)).toEqual([2])
      expect(found('anna')).toEqual([3, 1])
      expect(found('POLICY')).toEqual([1])
      expect(found('berta')).toEqual([2])
      expect(found('version 7')).toEqual([1])
      expect(found('%')).toEqual([])
    })

    test('any text keeps the chain whole', async () => {
      const { store, reopen } = opened()
      const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) })
      let count = 0
      fc.assert(
        fc.property(text, text, text, (actor, object, detail) => {
          count++
          const added = store.audit.append(entry('x', { actor, object, detail }))
          expect(store.audit.list({ before: null, limit: 1, q: '' })).toEqual([added])
        }),
      )
      expect(await reopen().audit.verify()).toMatchObject({ ok: true, entries: count })
    })
  })

  test('services are added, replaced, removed and come back after a restart', () => {
    const { store, reopen } = opened()
    expect(store.services.list()).toEqual(new Map())
    store.services.save('pong', { target: 'tcp://127.0.0.1:9000' })
    store.services.save('clock', { target: 'unix:/run/clock' })
    store.services.save('pong', { target: 'tcp://127.0.0.1:9001' })
    const again = reopen()
    expect([...again.services.list()]).toEqual([
      ['clock', { target: 'unix:/run/clock' }],
      ['pong', { target: 'tcp://127.0.0.1:9001' }],
    ])
    again.services.delete('clock')
    again.services.delete('nobody')
    expect([...again.services.list().keys()]).toEqual(['pong'])
  })

  test('drafts are kept one for each name and come back after a restart', () => {
    const { store, reopen } = opened()
    const draft = { base: 3, savedAt: 5, document: policy(rule('a')) }
    expect(store.drafts.list()).toEqual([])
    expect(store.drafts.get('local')).toBeNull()
    store.drafts.save('local', { ...draft, document: policy() })
    store.drafts.save('anna', draft)
    store.drafts.save('local', { ...draft, base: 4 })
    const again = reopen()
    expect(again.drafts.list()).toEqual([
      { user: 'anna', base: 3, savedAt: 5 },
      { user: 'local', base: 4, savedAt: 5 },
    ])
    expect(again.drafts.get('local')).toEqual({ ...draft, base: 4 })
    again.drafts.delete('local')
    again.drafts.delete('nobody')
    expect(again.drafts.list().map((note) => note.user)).toEqual(['anna'])
  })

  test('preferences are kept for each name and come back after a restart', () => {
    const { store, reopen } = opened()
    store.preferences.save('anna', 'theme', 'dark')
    store.preferences.save('anna', 'constructor', [{ a: null }])
    store.preferences.save('anna', 'theme', false)
    store.preferences.save('zoe', 'theme', 'light')
    const again = reopen()
    expect(again.preferences.of('anna')).toEqual({ constructor: [{ a: null }], theme: false })
    expect(again.preferences.of('nobody')).toEqual({})
    again.preferences.delete('anna', 'theme')
    again.preferences.delete('anna', 'nothing')
    expect(Object.keys(again.preferences.of('anna'))).toEqual(['constructor'])
    expect(again.preferences.of('zoe')).toEqual({ theme: 'light' })
  })

  describe('accounts', () => {
    test('a user goes with draft and preferences, a change of the user keeps them', () => {
      const { store } = opened()
      for (const name of ['anna', 'zoe']) {
        store.accounts.saveUser(user(name))
        store.drafts.save(name, { base: 1, savedAt: 5, document: policy() })
        store.preferences.save(name, 'theme', 'dark')
      }
      store.accounts.saveUser(user('anna', { role: 'admin' }))
      store.accounts.deleteUser('zoe')
      expect(store.drafts.list().map((note) => note.user)).toEqual(['anna'])
      expect([store.preferences.of('anna'), store.preferences.of('zoe')]).toEqual([{ theme: 'dark' }, {}])
    })

    test('users are added, replaced and found by name', () => {
      const { store, reopen } = opened()
      const anna = user('anna', { role: 'admin', groups: ['staff', 'ä'], passwordHash: '$argon2id$x' })
      const zoe = user('zoe', { role: 'client', enabled: false, certificate: 'CN=zoe' })
      for (const each of [zoe, anna]) store.accounts.saveUser(each)
      expect(store.accounts.users()).toEqual([anna, zoe])
      store.accounts.saveUser({ ...zoe, enabled: true, groups: ['x'] })
      const again = reopen()
      expect(again.accounts.user('zoe')).toEqual({ ...zoe, enabled: true, groups: ['x'] })
      expect(again.accounts.user('nobody')).toBeNull()
    })

    test('a user goes with tokens and sessions, a change of the user keeps them', () => {
      const { store } = opened()
      for (const name of ['anna', 'zoe']) {
        store.accounts.saveUser(user(name))
        store.accounts.saveToken(token(name, name))
        store.accounts.saveSession(session(name, name))
      }
      store.accounts.saveUser(user('anna', { role: 'admin' }))
      expect(store.accounts.tokens()).toHaveLength(2)
      expect(store.accounts.sessions()).toHaveLength(2)
      store.accounts.deleteUser('anna')
      store.accounts.deleteUser('nobody')
      expect(store.accounts.users()).toEqual([user('zoe')])
      expect(store.accounts.tokens()).toEqual([token('zoe', 'zoe')])
      expect(store.accounts.sessions()).toEqual([session('zoe', 'zoe')])
    })

    test('a token needs its user', () => {
      const { store } = opened()
      expect(() => store.accounts.saveToken(token('a', 'nobody'))).toThrow(StoreError)
      expect(store.accounts.tokens()).toEqual([])
    })

    test('tokens come and go', () => {
      const { store, reopen } = opened()
      store.accounts.saveUser(user('anna'))
      store.accounts.saveToken(token('b', 'anna', { expiresAt: 1_800_000_000_000, scope: 'operator' }))
      store.accounts.saveToken(token('a', 'anna', { name: 'ci' }))
      store.accounts.tokenUsed('a', 1_700_000_001_000)
      const again = reopen()
      expect(again.accounts.tokens()).toEqual([
        token('a', 'anna', { name: 'ci', lastUsedAt: 1_700_000_001_000 }),
        token('b', 'anna', { expiresAt: 1_800_000_000_000, scope: 'operator' }),
      ])
      again.accounts.deleteToken('a')
      expect(again.accounts.tokens().map(({ id }) => id)).toEqual(['b'])
    })

    test('sessions come and go, and are found by hash', () => {
      const { store } = opened()
      store.accounts.saveUser(user('anna'))
      for (const id of ['a', 'b']) store.accounts.saveSession(session(id, 'anna'))
      store.accounts.sessionSeen('a', 1_700_000_009_000)
      const seen = session('a', 'anna', { seenAt: 1_700_000_009_000 })
      expect(store.accounts.sessionByHash(seen.hash)).toEqual(seen)
      expect(store.accounts.sessionByHash(new Uint8Array(32))).toBeNull()
      expect(store.accounts.sessions()).toEqual([seen, session('b', 'anna')])
      store.accounts.deleteSession('b')
      expect(store.accounts.sessions()).toEqual([seen])
    })

    test('old sessions are forgotten: idle ones and those open too long', () => {
      const { store } = opened()
      store.accounts.saveUser(user('anna'))
      store.accounts.saveSession(session('a', 'anna', { createdAt: 100, seenAt: 500 }))
      store.accounts.saveSession(session('b', 'anna', { createdAt: 300, seenAt: 300 }))
      store.accounts.saveSession(session('c', 'anna', { createdAt: 200, seenAt: 400 }))
      store.accounts.deleteOldSessions({ seenAt: 400, createdAt: 200 })
      expect(store.accounts.sessions().map(({ id }) => id)).toEqual(['c'])
    })
  })
})
