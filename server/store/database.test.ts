import { join } from 'node:path'

import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'

import { dataDir, entry, policy, rule, version } from '../testing/store.ts'
import { SqliteAudit } from './audit-store.ts'
import { Database } from './database.ts'
import { SqlitePolicy } from './policy-store.ts'
import { StoreError } from './store.ts'

/** A database that can't grow by more than `pages`, as on a disk that is nearly full. */
function tight(pages: number) {
  const dir = dataDir()
  const database = new Database(dir)
  onTestFinished(() => database.close())
  const audit = new SqliteAudit(database, dir, Date.now)
  const policies = new SqlitePolicy(database)
  policies.save(0, version(policy(rule('first'))), null)
  const used = database.sqlite.pragma('page_count', { simple: true }) as number
  const room = (most: number) => void database.sqlite.pragma(`max_page_count = ${most}`)
  room(used + pages)
  return { database, audit, policies, room }
}

const large = policy(...Array.from({ length: 500 }, (_, at) => rule(`r${at}`)))

test('without room a change is refused whole; with room again it works', async () => {
  const { database, audit, policies, room } = tight(2)
  const commit = () =>
    database.transaction(() => {
      audit.append(entry('policy.commit', { object: 'version 2' }))
      return policies.save(1, version(large), null)
    })
  expect(commit).toThrow(StoreError)
  expect(commit).toThrow(/^the disk is full: \S+sockgate\.db can't grow; nothing was changed; make room and try again$/)
  expect(policies.latest()).toMatchObject({ version: 1, document: policy(rule('first')) })
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 0 })
  room(100_000)
  expect(commit()).toMatchObject({ version: 2 })
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 1 })
})

test('work that goes on after such an error changes nothing either', async () => {
  const { database, audit, policies } = tight(2)
  const commit = () =>
    database.transaction(() => {
      expect(() => policies.save(1, version(large), null)).toThrow('the disk is full')
      // SQLite has undone the outer transaction itself: this would be one of its own.
      expect(database.sqlite.inTransaction).toBe(false)
      expect(() => audit.append(entry('policy.commit'))).toThrow('has undone the change after an error')
    })
  expect(commit).toThrow('has undone the change after an error')
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 0 })
  expect(policies.latest()).toMatchObject({ version: 1 })
})

test('a lock held by another program ends in a sentence', () => {
  const dir = dataDir()
  const database = new Database(dir)
  onTestFinished(() => database.close())
  const raw = new Sqlite(join(dir, 'sockgate.db'))
  onTestFinished(() => void raw.close())
  raw.exec('BEGIN IMMEDIATE')
  const policies = new SqlitePolicy(database)
  expect(() => policies.save(0, version(policy()), null)).toThrow(/^another program has locked \S+sockgate\.db/)
  raw.exec('ROLLBACK')
  expect(policies.save(0, version(policy()), null)).toMatchObject({ version: 1 })
})

test('commits are on disk before they are reported', () => {
  const database = new Database(dataDir())
  onTestFinished(() => database.close())
  const pragma = (name: string) => database.sqlite.pragma(name, { simple: true })
  expect(pragma('synchronous')).toBe(2)
  expect(pragma('journal_mode')).toBe('wal')
  expect(pragma('foreign_keys')).toBe(1)
})

test('a document that is not the one that was saved is refused', () => {
  const dir = dataDir()
  const database = new Database(dir)
  onTestFinished(() => database.close())
  const policies = new SqlitePolicy(database)
  policies.save(0, version(policy(rule('a'))), null)
  policies.save(1, version(policy(rule('b'))), null)
  database.sqlite.exec(`UPDATE policy_version SET document = replace(document, 'pong', 'ping') WHERE version = 2`)
  const sentence = /^version 2 of the policy in sockgate\.db can't be used: it is not what was saved; put back a backup/
  expect(() => policies.latest()).toThrow(sentence)
  expect(() => policies.get(2)).toThrow(sentence)
  expect(policies.get(1)).toMatchObject({ version: 1 })
})

test('a latest document that this sockgate does not understand is refused', () => {
  const database = new Database(dataDir())
  onTestFinished(() => database.close())
  const policies = new SqlitePolicy(database)
  policies.save(0, version({ ...policy(), colour: 'red' } as never), null)
  expect(() => policies.latest()).toThrow(/^version 1 of the policy .* \/colour: there is no such field/)
})
