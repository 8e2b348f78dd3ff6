import { expect, test } from 'vitest'

import { readDocument } from '../../shared/policy/document.ts'
import type { RuleInput } from '../../shared/policy/document.ts'
import { touchesAdmin } from './touches-admin.ts'

const allow = (id: string, service: string, more: Partial<RuleInput> = {}): RuleInput => {
  return { id, action: 'allow', direction: 'in', service, ...more }
}
const document = (rules: readonly RuleInput[], more = {}) => readDocument({ ...more, rules }, () => 'new')
const a = allow('a', '-/admin', { peer: 'user:anna' })
const b = allow('b', '-/*', { peer: '10.0.0.0/8', action: 'deny' })
const other = allow('o', '*')

test.each([
  ['nothing', [a, b, other], [a, b, other], false],
  ['one that goes', [a, b], [a], true],
  ['one that comes', [a], [a, b], true],
  ['their order', [a, b], [b, a], true],
  ['whom one means', [a], [{ ...a, peer: 'user:ben' }], true],
  ['until when', [a], [{ ...a, until: '2030-01-01T00:00:00Z' }], true],
  ['one that is switched off', [a], [{ ...a, enabled: false }], true],
  ['one that was off already', [{ ...a, enabled: false }], [], false],
  ['a note', [a], [{ ...a, note: 'for the office' }], false],
  ['another rule', [a, other], [other, a, allow('p', 'pong')], false],
  ['one for everything, which does not mean the admin side', [a], [{ ...other, action: 'deny' }, a], false],
  ['one for what goes out', [a], [{ ...b, direction: 'out' }, a], false],
  ['one that only logs', [a], [{ ...b, action: 'log' }, a], false],
] as const)('%s', (_, before, after, touched) => {
  expect(touchesAdmin(document(before), document(after))).toBe(touched)
})

test('the defaults say nothing about it', () => {
  const opened = document([a], { defaults: { in: 'allow', out: 'allow' } })
  expect(touchesAdmin(document([a]), opened)).toBe(false)
})
