import fc from 'fast-check'
import { expect, test } from 'vitest'

import { diffDocuments } from './diff.ts'
import { readDocument } from './document.ts'
import type { DocumentInput, PolicyDocument } from './document.ts'
import { readPolicy } from './line.ts'

const read = (text: string): PolicyDocument => readPolicy(text, () => expect.fail('an id is missing'))

const told = (before: string, after: string) =>
  diffDocuments(read(before), read(after)).map(
    ({ change, list, id, before: from, after: to }) => `${change} ${list} ${id}: ${from} > ${to}`,
  )

test('nothing', () => {
  const text = '# a\nallow in a * id=a # b\nredirect a b id=r\n# end'
  expect(told(text, text)).toEqual([])
})

test('everything', () => {
  const before = `redirect a b id=r
allow in a * id=a
allow in b * id=b
allow in c * id=c
allow in d * id=d
test allow in a id=t
# end`
  const after = `redirect a b percent=10 id=r
allow in c * id=c
allow in a * id=a
deny in e * id=e
off allow in d * id=d
test deny in a id=t
default out allow`
  expect(told(before, after)).toEqual([
    'changed redirects r: redirect a b > redirect a b percent=10',
    'removed rules b: allow in b * > null',
    'moved rules c: allow in c * > allow in c *',
    'added rules e: null > deny in e *',
    'changed rules d: allow in d * > off allow in d *',
    'changed tests t: test allow in a > test deny in a',
    'changed defaults default-out: default out deny > default out allow',
    'removed defaults caption: # end > null',
  ])
})

test('a caption shows where it is what changed', () => {
  expect(told('allow in a * id=a', '# x\n# y\nallow in a * id=a')).toEqual([
    'changed rules a: allow in a * > # x\n# y\nallow in a *',
  ])
  expect(told('allow in a * id=a', 'allow in a * id=a\n# x')).toEqual(['added defaults caption: null > # x'])
})

const rulesOf = (ids: readonly number[]): DocumentInput => ({
  rules: ids.map((id) => ({ id: `r${id}`, action: 'allow', direction: 'in', service: `s${id}` })),
})
const complete = (input: DocumentInput) => readDocument(input, () => expect.fail('an id is missing'))

test('as few moves as possible, and they are enough', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(9)), fc.uniqueArray(fc.nat(9)), (from, to) => {
      const changes = diffDocuments(complete(rulesOf(from)), complete(rulesOf(to)))
      const of = (change: string) =>
        changes.filter((each) => each.change === change).map(({ id }) => Number(id.slice(1)))
      const common = from.filter((id) => to.includes(id))
      expect(of('added')).toEqual(to.filter((id) => !from.includes(id)))
      expect(of('removed')).toEqual(from.filter((id) => !to.includes(id)))
      // Whoever does not move is in the same order before and after, and nobody could stay besides.
      const still = to.filter((id) => common.includes(id) && !of('moved').includes(id))
      expect(still).toEqual(from.filter((id) => still.includes(id)))
      expect(still).toHaveLength(
        longestCommon(
          common,
          to.filter((id) => common.includes(id)),
        ),
      )
    }),
  )
})

function longestCommon(one: readonly number[], two: readonly number[]): number {
  if (one.length === 0 || two.length === 0) return 0
  if (one[0] === two[0]) return 1 + longestCommon(one.slice(1), two.slice(1))
  return Math.max(longestCommon(one.slice(1), two), longestCommon(one, two.slice(1)))
}

test('10,000 rules turned round', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => at)
  const began = performance.now()
  expect(diffDocuments(complete(rulesOf(ids)), complete(rulesOf(ids.toReversed())))).toHaveLength(9999)
  expect(performance.now() - began).toBeLessThan(10_000)
})
