import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'

import type { AuditEntry } from '../../shared/api.ts'
import { dataDir, entry } from '../testing/store.ts'
import { entryHash } from './audit-chain.ts'
import { openStore } from './sqlite.ts'
import type { Store } from './store.ts'

function opened(dir: string): Store {
  const store = openStore(dir, { now: () => 1_700_000_000_000 })
  onTestFinished(() => store.close())
  return store
}

/** A log of five entries. */
function log(dir = dataDir(), count = 5) {
  const store = opened(dir)
  for (let at = 1; at <= count; at++) store.audit.append(entry(`step.${at}`, { object: `thing ${at}` }))
  return { dir, store }
}

/** What somebody does who can write to the file. */
function tamper(dir: string, sql: string): void {
  const raw = new Sqlite(join(dir, 'sockgate.db'))
  raw.exec('DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_at_end')
  raw.exec(sql)
  raw.close()
}

const anchorOf = (dir: string) => readFileSync(join(dir, 'audit.head'), 'latin1')

test('the table refuses what is not an entry at its end', async () => {
  const { dir, store } = log()
  const raw = new Sqlite(join(dir, 'sockgate.db'))
  onTestFinished(() => void raw.close())
  const row = `1, 'a', 'b', 'c', 'ok', 'f', 'r', 'd', '${'0'.repeat(64)}'`
  for (const sql of [
    `UPDATE audit SET actor = 'x' WHERE seq = 2`,
    'DELETE FROM audit WHERE seq = 5',
    'DELETE FROM audit',
    `INSERT OR REPLACE INTO audit VALUES (2, ${row})`,
    `REPLACE INTO audit VALUES (5, ${row})`,
  ])
    expect(() => raw.exec(sql), sql).toThrow('the audit log is append-only')
  expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 5 })
})

describe.each(['running', 'stopped'] as const)('tampering with the log of a %s gateway is found', (state) => {
  test.each([
    ['one is edited', `UPDATE audit SET actor = 'mallory' WHERE seq = 3`, 3, 'entry 3 was changed'],
    ['its time is', 'UPDATE audit SET at = at - 1 WHERE seq = 4', 4, 'entry 4 was changed'],
    ['its hash is', `UPDATE audit SET hash = '${'a'.repeat(64)}' WHERE seq = 2`, 2, 'entry 2 was changed'],
    ['the first is', `UPDATE audit SET detail = 'x' WHERE seq = 1`, 1, 'copied from another gateway'],
    ['one is deleted', 'DELETE FROM audit WHERE seq = 3', 3, 'entry 3 is missing'],
    ['some are deleted', 'DELETE FROM audit WHERE seq IN (2, 3)', 2, 'entries 2 to 3 are missing'],
    ['the first is deleted', 'DELETE FROM audit WHERE seq = 1', 1, 'entry 1 is missing'],
    [
      'one is deleted and the rest moved up',
      'DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4',
      2,
      'entry 2 was changed, or stands where another was',
    ],
    [
      'two change places',
      'UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 99',
      2,
      'entry 2 was changed, or stands where another was',
    ],
    ['the last is cut off', 'DELETE FROM audit WHERE seq = 5', 5, 'entry 5 is missing: the end of the log was cut off'],
    ['the tail is cut off', 'DELETE FROM audit WHERE seq > 2', 3, 'entries 3 to 5 are missing'],
    ['all is deleted', 'DELETE FROM audit', 1, 'entries 1 to 5 are missing'],
  ])('%s', async (_, sql, firstBad, message) => {
    const { dir, store } = log()
    if (state === 'stopped') store.close()
    tamper(dir, sql)
    const bad = { ok: false, firstBad, message: expect.stringContaining(message) as string }
    const now = state === 'stopped' ? opened(dir) : store
    expect(await now.audit.verify()).toMatchObject(bad)
    // Nor does it heal by going on, or by a restart.
    now.audit.append(entry('more'))
    expect(await now.audit.verify()).toMatchObject({ ok: false, firstBad })
    now.close()
    const later = opened(dir)
    later.audit.append(entry('more'))
    expect(await later.audit.verify()).toMatchObject({ ok: false, firstBad })
  })

  test('the log is written anew with hashes that fit', async () => {
    const { dir, store } = log()
    if (state === 'stopped') store.close()
    tamper(dir, forged(dir, 3))
    const now = state === 'stopped' ? opened(dir) : store
    const bad = { ok: false, firstBad: 5, message: expect.stringContaining('entry 5 is another than') as string }
    expect(await now.audit.verify()).toMatchObject(bad)
    now.audit.append(entry('more'))
    expect(await now.audit.verify()).toMatchObject({ ok: false })
    now.close()
    expect(await opened(dir).audit.verify()).toMatchObject({ ok: false })
  })

  test('the log is copied from another gateway', async () => {
    const { dir, store } = log()
    const other = log()
    other.store.close()
    if (state === 'stopped') store.close()
    const from = `ATTACH '${join(other.dir, 'sockgate.db')}' AS other; DELETE FROM audit`
    tamper(dir, `${from}; INSERT INTO audit SELECT * FROM other.audit`)
    const now = state === 'stopped' ? opened(dir) : store
    const bad = { ok: false, firstBad: 1, message: expect.stringContaining('copied from another gateway') as string }
    expect(await now.audit.verify()).toMatchObject(bad)
  })
})

/** SQL that changes entry `seq` and gives it and those behind it the hashes that fit. */
function forged(dir: string, seq: number): string {
  const raw = new Sqlite(join(dir, 'sockgate.db'), { readonly: true })
  const rows = raw
    .prepare<[], AuditEntry>(
      'SELECT seq, at, actor, action, object, result, origin AS "from", request_id AS requestId, detail, hash FROM audit ORDER BY seq',
    )
    .all()
  raw.close()
  let { hash } = rows[seq - 2]!
  return rows
    .slice(seq - 1)
    .map(({ hash: _old, ...row }) => {
      hash = entryHash(hash, { ...row, actor: 'mallory' })
      return `UPDATE audit SET actor = 'mallory', hash = '${hash}' WHERE seq = ${row.seq}`
    })
    .join('; ')
}

test('an entry that somebody else added is found', async () => {
  const { dir, store } = log()
  tamper(
    dir,
    `INSERT INTO audit SELECT 6, at, actor, action, object, result, origin, request_id, detail, hash FROM audit WHERE seq = 5`,
  )
  expect(await store.audit.verify()).toMatchObject({ firstBad: 6, message: 'entry 6 was not written by this gateway' })
})

test('a whole database from another gateway does not fit to the anchor', async () => {
  const other = log(dataDir(), 9)
  other.store.close()
  const { dir, store } = log()
  store.close()
  copyFileSync(join(other.dir, 'sockgate.db'), join(dir, 'sockgate.db'))
  expect(await opened(dir).audit.verify()).toMatchObject({ ok: false, firstBad: 5 })
})

test('an empty one neither', async () => {
  const other = log(dataDir(), 0)
  other.store.close()
  const { dir, store } = log(dataDir(), 0)
  store.close()
  copyFileSync(join(other.dir, 'sockgate.db'), join(dir, 'sockgate.db'))
  expect(await opened(dir).audit.verify()).toMatchObject({
    ok: false,
    firstBad: 0,
    message: 'the log is not the one of this gateway: it was copied from another or begun anew',
  })
})

describe('the anchor', () => {
  test('follows each change and is for its owner only', () => {
    const { dir, store } = log(dataDir(), 0)
    expect(anchorOf(dir)).toMatch(/^0 [0-9a-f]{64}\n$/)
    const { hash } = store.audit.append(entry('one'))
    expect(anchorOf(dir)).toBe(`1 ${hash}\n`)
    expect(statSync(join(dir, 'audit.head')).mode & 0o777).toBe(0o600)
  })

  test('moves when the outermost transaction is over, not before', () => {
    const { dir, store } = log(dataDir(), 1)
    const before = anchorOf(dir)
    const last = store.transaction(() => {
      store.transaction(() => store.audit.append(entry('two')))
      expect(anchorOf(dir)).toBe(before)
      return store.audit.append(entry('three'))
    })
    expect(anchorOf(dir)).toBe(`3 ${last.hash}\n`)
    const failing = () =>
      store.transaction(() => {
        store.audit.append(entry('four'))
        throw new Error('no')
      })
    expect(failing).toThrow('no')
    expect(anchorOf(dir)).toBe(`3 ${last.hash}\n`)
  })

  test('catches up after a crash', async () => {
    const { dir, store } = log(dataDir(), 2)
    const behind = anchorOf(dir)
    store.audit.append(entry('three'))
    const now = anchorOf(dir)
    store.close()
    writeFileSync(join(dir, 'audit.head'), behind)
    const again = opened(dir)
    expect(await again.audit.verify()).toMatchObject({ ok: true, entries: 3 })
    expect(anchorOf(dir)).toBe(now)
  })

  test('that cannot be written does not fail the change; the next one makes up for it', async () => {
    const { dir, store } = log(dataDir(), 1)
    mkdirSync(join(dir, 'audit.head.new'))
    const before = anchorOf(dir)
    store.audit.append(entry('two'))
    expect(anchorOf(dir)).toBe(before)
    rmSync(join(dir, 'audit.head.new'), { recursive: true })
    const { hash } = store.audit.append(entry('three'))
    expect(anchorOf(dir)).toBe(`3 ${hash}\n`)
    expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 3 })
  })

  test.each([
    ['missing', (file: string) => rmSync(file)],
    ['unreadable', (file: string) => writeFileSync(file, 'x\n')],
    ['unreadable', (file: string) => writeFileSync(file, '')],
  ])('that is %s is an entry of its own', async (problem, spoil) => {
    const { dir, store } = log()
    store.close()
    spoil(join(dir, 'audit.head'))
    const again = opened(dir)
    expect(again.audit.list({ before: null, limit: 1, q: '' })).toMatchObject([
      {
        seq: 6,
        actor: 'gateway',
        action: 'audit.anchor',
        result: 'failed',
        detail: expect.stringContaining(problem) as string,
      },
    ])
    expect(await again.audit.verify()).toMatchObject({ ok: true, entries: 6 })
    expect(anchorOf(dir)).toMatch(/^6 /)
  })

  test('keeps a lost database from being taken for a new one', async () => {
    const { dir, store } = log()
    store.close()
    rmSync(join(dir, 'sockgate.db'))
    const sentence = 'is empty or gone, but audit.head beside it tells of 5 entries'
    expect(() => openStore(dir)).toThrow(sentence)
    expect(() => openStore(dir)).toThrow(sentence)
    rmSync(join(dir, 'audit.head'))
    expect(await opened(dir).audit.verify()).toMatchObject({ ok: true, entries: 0 })
    expect(existsSync(join(dir, 'audit.head'))).toBe(true)
  })
})
