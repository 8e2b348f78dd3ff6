import { expect, it } from 'vitest'

import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { mergeDocuments } from '../../../shared/policy/merge.ts'
import { baseText, sideText } from './entry-line.ts'

const rule = (id: string, service: string) =>
  ({ id, enabled: true, action: 'allow', direction: 'in', service, peer: '*', note: '' }) as const
const document = (...rules: PolicyDocument['rules']): PolicyDocument => ({
  defaults: { in: 'deny', out: 'deny' },
  redirects: [],
  rules,
  tests: [],
})
const [a, b, c] = [rule('a', 'pong'), rule('b', 'clock'), rule('c', 'chat')]

function told(base: PolicyDocument, mine: PolicyDocument, theirs: PolicyDocument) {
  const [conflict] = mergeDocuments(base, mine, theirs).conflicts
  return {
    was: baseText(conflict!, base),
    mine: sideText(conflict!, 'mine', mine),
    theirs: sideText(conflict!, 'theirs', theirs),
  }
}

it('tells the lines of an entry that both have changed', () => {
  const base = document(a, b)
  expect(told(base, document({ ...a, service: 'one' }, b), document(b))).toEqual({
    was: 'allow in pong *',
    mine: 'allow in one *',
    theirs: 'Removed',
  })
})

it('tells where an entry stands that both have moved', () => {
  const base = document(a, b, c)
  const sides = told(base, document(c, a, b), document(a, c, b))
  expect(sides).toEqual({ was: null, mine: 'At the top', theirs: 'Behind allow in pong *' })
})

it('tells the comment at the end', () => {
  const base = document(a)
  expect(told({ ...base, caption: 'x' }, { ...base, caption: 'y' }, base)).toEqual({
    was: 'x',
    mine: 'y',
    theirs: 'Removed',
  })
})
