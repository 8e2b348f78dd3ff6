import { expect, it } from 'vitest'

import type { PolicyChange } from '../../shared/api.ts'
import { checksOf } from './checks.ts'
import { followHits } from './hits.ts'
import { marksOf } from './marks.ts'
import { movableKeys, rowsOf, sectionOf } from './rows.ts'
import { matcher } from './search.ts'
import { redirect, rule } from './testing.ts'

const entries = [
  rule('a'),
  rule('b', { direction: 'out', caption: 'Partners' }),
  rule('c', { direction: 'out' }),
  rule('d', { caption: 'People', enabled: false, peer: 'user:anna' }),
]
const all = {
  entries,
  fixed: [],
  redirects: false,
  direction: 'all',
  folded: new Set<string>(),
  matches: null,
} as const
const keys = (rows: readonly { readonly key: string }[]) => rows.map(({ key }) => key).join(' ')

it('shows locked rules, sections, entries and defaults in the order of evaluation', () => {
  const rows = rowsOf({ ...all, fixed: [rule('fixed-1')] })
  expect(keys(rows)).toBe('fixed fixed-1 a s:b b c s:d d default-in default-out')
  expect(keys(rowsOf({ ...all, redirects: true, entries: [redirect('r')] }))).toBe('r straight')
})

it('numbers entries in the whole list, whatever is in sight', () => {
  const rows = rowsOf({ ...all, direction: 'in' })
  expect(keys(rows)).toBe('a s:d d default-in')
  expect(rows.flatMap((row) => (row.kind === 'entry' ? [row.number] : []))).toEqual([1, 4])
})

it('folds sections, but not while there is a filter', () => {
  expect(keys(rowsOf({ ...all, folded: new Set(['s:b', 'fixed']), fixed: [rule('fixed-1')] }))).toBe(
    'fixed a s:b s:d d default-in default-out',
  )
  const matches = matcher('out', new Map(), new Map(), String)
  expect(keys(rowsOf({ ...all, folded: new Set(['s:b']), matches }))).toBe('s:b b c')
})

it('knows where rows can be moved to, and their sections', () => {
  expect(movableKeys(rowsOf({ ...all, fixed: [rule('fixed-1')] }))).toEqual(['a', 's:b', 'b', 'c', 's:d', 'd'])
  expect(sectionOf(entries, 'a')).toBeNull()
  expect(sectionOf(entries, 'c')).toBe('s:b')
})

it('filters by line, caption, state, mark and check', () => {
  const marks = new Map([['a', 'moved' as const]])
  const checks = new Map([['c', [{ kind: 'shadowed' as const, message: '' }]]])
  const found = (query: string) => entries.filter(matcher(query, marks, checks, (kind) => kind)!).map(({ id }) => id)
  expect(found('ANNA')).toEqual(['d'])
  expect(found('partners')).toEqual(['b'])
  expect(found('off allow')).toEqual(['d'])
  expect(found('moved')).toEqual(['a'])
  expect(found('shadowed')).toEqual(['c'])
  expect(matcher('  ', marks, checks, String)).toBeNull()
})

it('marks entries against what is in force', () => {
  const told = (change: PolicyChange['change'], list: PolicyChange['list'], id: string): PolicyChange => ({
    change,
    list,
    id,
    before: `line of ${id}`,
    after: null,
  })
  const changes = [
    told('removed', 'rules', 'z'),
    told('added', 'rules', 'a'),
    told('changed', 'rules', 'b'),
    told('moved', 'rules', 'b'),
    told('moved', 'rules', 'c'),
    told('added', 'redirects', 'r'),
    told('changed', 'defaults', 'default-in'),
  ]
  const { marks, removed } = marksOf(changes, 'rules')
  expect([...marks]).toEqual([
    ['a', 'added'],
    ['b', 'changed'],
    ['c', 'moved'],
    ['default-in', 'changed'],
  ])
  expect(removed).toEqual([{ id: 'z', line: 'line of z' }])
  expect([...marksOf(changes, 'redirects').marks]).toEqual([['r', 'added']])
})

it('tells the worst of an entry first, failing tests at the rule that they name', () => {
  const finding = (kind: 'never-hit' | 'loop', id: string) => ({ kind, id, others: [], message: kind })
  const test = { id: 't', direction: 'in', service: 's', peer: '*', expect: 'allow', rule: 'a', note: '' } as const
  const checks = checksOf(
    [finding('never-hit', 'a'), finding('loop', 'b')],
    [test],
    [{ id: 't', pass: false, message: 'was denied' }],
  )
  expect(checks.get('a')!.map(({ kind }) => kind)).toEqual(['test-failed', 'never-hit'])
  expect(checks.get('b')!.map(({ kind }) => kind)).toEqual(['loop'])
  expect(checksOf([], [test], [{ id: 't', pass: true, message: '' }]).size).toBe(0)
})

it('follows the course of hits, and keeps what has none', () => {
  const first = followHits(undefined, { hits: { a: { hits: 5, lastAt: 1 }, b: { hits: 0, lastAt: null } } })
  const second = followHits(first, { hits: { a: { hits: 8, lastAt: 2 }, b: { hits: 0, lastAt: null } } })
  expect(second.get('a')).toEqual({ hits: 8, lastAt: 2, course: [0, 3] })
  expect(followHits(second, { hits: { a: { hits: 2, lastAt: 3 } } }).get('a')!.course).toEqual([0, 3, 0])
  let quiet = second
  for (let round = 0; round < 30; round++) quiet = followHits(quiet, { hits: { b: { hits: 0, lastAt: null } } })
  expect(quiet.get('b')!.course).toHaveLength(24)
  expect(followHits(quiet, { hits: { b: { hits: 0, lastAt: null } } }).get('b')).toBe(quiet.get('b'))
})
