import fc from 'fast-check'
import { expect, it } from 'vitest'

import { byForm, byLine, editingOf, entryOf, freshEditing } from './entry-form.ts'
import { fromField, toField } from './instant.ts'
import { addEntry, changeEntry } from './place.ts'
import { peerOf, termsOf } from './terms.ts'

const fresh = freshEditing('rules').value

it('has no line before there is a service, and a fault in words', () => {
  const { line, faults } = freshEditing('rules')
  expect(line).toBe('')
  expect(faults).toEqual([{ field: 'service', column: null, message: 'Enter a service, or * for every one.' }])
})

it('lets the form follow the line, and the line the form', () => {
  const typed = byLine('rules', 'off deny in pong* user:anna until=2026-12-31T18:00:00Z # gone', fresh)
  expect(typed.faults).toEqual([])
  expect(typed.value).toEqual({
    enabled: false,
    action: 'deny',
    direction: 'in',
    service: 'pong*',
    peer: 'user:anna',
    until: '2026-12-31T18:00:00Z',
    note: 'gone',
  })
  expect(byForm({ ...typed.value, enabled: true }).line).toBe(
    'deny in pong* user:anna until=2026-12-31T18:00:00Z # gone',
  )
})

it('understands a line of ipcd as it is pasted', () => {
  expect(byLine('rules', '--allow in authd tls:example.com', fresh).value).toMatchObject({
    action: 'allow',
    service: 'authd',
    peer: 'tls:example.com',
  })
})

it('tells the column of what is wrong in a line, and keeps the form', () => {
  const typed = byLine('rules', 'allow in pong 10.1.2.3/8', fresh)
  expect(typed.value).toBe(fresh)
  expect(typed.faults).toMatchObject([{ field: 'peer', column: 15 }])
  expect(typed.faults[0]!.message).toContain('bits set behind its prefix')
})

it.each([
  ['rules', 'redirect pong pong-next', 'this is no firewall rule: begin with allow, deny or log'],
  ['redirects', 'allow in pong *', 'this is no redirect: begin with redirect'],
] as const)('takes into %s no other line', (list, line, message) => {
  expect(byLine(list, line, freshEditing(list).value).faults).toEqual([{ field: '', column: 1, message }])
})

it('keeps id and caption, which stand in no form', () => {
  const entry = { ...entryOf(byLine('rules', 'allow in pong * per-user=5', fresh).value, 'r-1', 'Outside') }
  expect(entry).toMatchObject({ id: 'r-1', caption: 'Outside', limits: { perUser: 5, over: 'wait' } })
  const again = editingOf(entry)
  expect(again.value).not.toHaveProperty('id')
  expect(again.line).toBe('allow in pong * per-user=5')
  expect(entryOf(again.value, 'r-1', 'Outside')).toEqual(entry)
})

const term = fc.constantFrom(
  'user:anna',
  '10.0.0.0/8',
  'local',
  'origin:none',
  'origin:https://a.example',
  'time:08:00-18:00',
)

it('shows every condition in some field or pill, and loses none', () => {
  fc.assert(
    fc.property(fc.uniqueArray(term), (terms) => {
      const peer = terms.join(' ') || '*'
      const again = peerOf(termsOf(peer))
      expect(again.split(' ').toSorted()).toEqual(peer.split(' ').toSorted())
    }),
  )
})

it('adds on top, at the end, or in front of a number', () => {
  const entry = (id: string) => entryOf({ ...fresh, service: id } as typeof fresh, id, undefined)
  const document = {
    defaults: { in: 'deny', out: 'deny' },
    redirects: [],
    rules: [entry('a'), entry('b')],
    tests: [],
  } as unknown as Parameters<typeof addEntry>[0]
  const ids = (place: Parameters<typeof addEntry>[3]) =>
    addEntry(document, 'rules', entry('x'), place)
      .rules.map(({ id }) => id)
      .join('')
  expect([ids('top'), ids('end'), ids(2), ids(99)]).toEqual(['xab', 'abx', 'axb', 'abx'])
  expect(changeEntry(document, 'rules', entry('gone'))).toBe(document)
})

it('shows an instant in UTC and reads it back', () => {
  expect(toField('2026-12-31T18:00:00Z', true)).toBe('2026-12-31T18:00')
  expect(fromField('2026-12-31T18:00', true)).toBe('2026-12-31T18:00:00Z')
  fc.assert(
    fc.property(fc.boolean(), fc.integer({ min: 30_000_000, max: 60_000_000 }), (utc, minutes) => {
      const instant = new Date(minutes * 60_000).toISOString().replace('.000Z', 'Z')
      // An hour that the clock shows twice in autumn is read as one of both.
      const off = Math.abs(Date.parse(fromField(toField(instant, utc), utc)) - Date.parse(instant))
      expect([0, 3600_000, 1800_000]).toContain(off)
    }),
  )
})
