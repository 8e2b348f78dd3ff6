import { expect, it } from 'vitest'

import type { PolicyVersion } from '../../../shared/api.ts'
import { policyState } from '../../testing/policy-state.ts'
import { stateOf } from './version-state.ts'

const version = (number: number, fields: Partial<PolicyVersion> = {}): PolicyVersion => ({
  version: number,
  at: 0,
  author: 'anna',
  comment: '',
  kind: 'commit',
  ...fields,
})
const policy = policyState({ current: version(12) })

it.each([
  ['the latest', version(12), undefined, policy, { type: 'in-force' }],
  [
    'one that waits',
    version(12),
    undefined,
    { ...policy, pending: { version: 12, revertTo: 11, deadline: 1 } },
    { type: 'waiting' },
  ],
  ['an old one', version(10), version(11), policy, null],
  ['one that nobody confirmed', version(11), version(12, { kind: 'rollback', author: 'gateway' }), policy, back(null)],
  ['one that somebody took back', version(11), version(12, { kind: 'rollback', author: 'ben' }), policy, back('ben')],
  ['one whose next is not known', version(9), version(12, { kind: 'rollback' }), policy, null],
  ['anything before the feed has come', version(12), undefined, null, null],
] as const)('%s', (_, of, next, state, told) => expect(stateOf(of, next, state)).toEqual(told))

function back(by: string | null) {
  return { type: 'rolled-back', by }
}
