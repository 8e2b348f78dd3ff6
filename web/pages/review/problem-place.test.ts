import { expect, it } from 'vitest'

import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { entryPlace, problemPlace } from './problem-place.ts'

const document: PolicyDocument = {
  defaults: { in: 'deny', out: 'deny' },
  redirects: [{ id: 'd-1', enabled: true, from: 'a', to: 'b', peer: '*', note: '' }],
  rules: [
    { id: 'r-1', enabled: true, action: 'deny', direction: 'in', service: '*', peer: '*', note: '' },
    { id: 'r-2', enabled: true, action: 'deny', direction: 'in', service: '*', peer: '*', note: '' },
  ],
  tests: [],
}

it.each([
  ['/rules/1/peer', { path: '/rules/firewall', list: 'rules', id: 'r-2' }],
  ['/redirects/0', { path: '/rules/redirection', list: 'redirects', id: 'd-1' }],
  ['/rules/7/peer', null],
  ['/rules', null],
  ['/defaults/in', null],
  ['', null],
])('finds the entry of %j', (pointer, place) => expect(problemPlace(pointer, document)).toEqual(place))

it('finds an entry by its id', () => {
  expect(entryPlace('d-1', document)).toEqual({ path: '/rules/redirection', list: 'redirects', id: 'd-1' })
  expect(entryPlace('default-in', document)).toBeNull()
})
