import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'

import { examine, migrate, MIGRATIONS } from './migrations.ts'

const format = (db: Sqlite.Database) => db.pragma('user_version', { simple: true })

test('an empty database gets all steps, once', () => {
  const db = new Sqlite(':memory:')
  expect(examine(db, 'x.db')).toBe(true)
  migrate(db)
  expect(format(db)).toBe(MIGRATIONS.length)
  expect(examine(db, 'x.db')).toBe(false)
  const schema = db.prepare('SELECT sql FROM sqlite_schema').all()
  migrate(db)
  expect(db.prepare('SELECT sql FROM sqlite_schema').all()).toEqual(schema)
})

test.each(MIGRATIONS.map((_, at) => at + 1))(
  'one of format %i gets the steps that it lacks, with its data',
  (older) => {
    const db = new Sqlite(':memory:')
    migrate(db, MIGRATIONS.slice(0, older))
    db.exec(`INSERT INTO rule_hits VALUES ('a', 7, NULL)`)
    expect(examine(db, 'x.db')).toBe(false)
    const next = [...MIGRATIONS, 'ALTER TABLE rule_hits ADD COLUMN colour TEXT']
    migrate(db, next)
    expect(format(db)).toBe(next.length)
    expect(db.prepare('SELECT * FROM rule_hits').all()).toEqual([{ rule: 'a', hits: 7, last_at: null, colour: null }])
  },
)

test('a step that fails is undone whole; those before it stay', () => {
  const db = new Sqlite(':memory:')
  const steps = [...MIGRATIONS, 'CREATE TABLE one (a)', 'CREATE TABLE two (a); CREATE TABLE one (a)']
  expect(() => migrate(db, steps)).toThrow('table one already exists')
  expect(format(db)).toBe(MIGRATIONS.length + 1)
  const names = db.prepare(`SELECT name FROM sqlite_schema WHERE name IN ('one', 'two')`).pluck().all()
  expect(names).toEqual(['one'])
})

test('one of a newer sockgate is refused', () => {
  const db = new Sqlite(':memory:')
  migrate(db)
  db.pragma('user_version = 7')
  expect(() => examine(db, 'x.db', 1)).toThrow(
    'x.db was written by a newer sockgate (its format is 7, this one knows 1)',
  )
})

test('one of another program is refused', () => {
  const db = new Sqlite(':memory:')
  db.exec('CREATE TABLE theirs (a)')
  expect(() => examine(db, 'x.db')).toThrow('x.db is the database of another program')
})
