import { expect, it } from 'vitest'

import { readAsked, writeAsked } from './asked.ts'

it.each([
  ['new', { kind: 'new' }],
  ['a1b2c3-1', { kind: 'known', id: 'a1b2c3-1' }],
  ['in pong', { kind: 'invented', direction: 'in', service: 'pong', peer: '*' }],
  [
    'out authd 10.0.0.5 user:anna',
    { kind: 'invented', direction: 'out', service: 'authd', peer: '10.0.0.5 user:anna' },
  ],
] as const)('reads and writes %s', (param, asked) => {
  expect(readAsked(param)).toEqual(asked)
  expect(writeAsked(asked)).toBe(param)
})

it('shows an empty form for what is none of these', () => {
  expect(readAsked('up pong user:anna')).toEqual({ kind: 'new' })
})
