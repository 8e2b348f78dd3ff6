import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { FirewallRule, PolicyDocument } from './document.ts'
import { mergeDocuments, resolve } from './merge.ts'
import type { EntryConflict } from './merge.ts'

const rule = (id: string, note = ''): FirewallRule => {
  return { id, enabled: true, action: 'allow', direction: 'in', service: 'pong', peer: '*', note }
}

/** `a b:2`: rules with these ids, some with a note. */
const rules = (text: string): PolicyDocument => ({
  defaults: { in: 'deny', out: 'deny' },
  redirects: [],
  rules: text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => rule(...(word.split(':') as [string, string?]))),
  tests: [],
})

const shown = ({ rules: list }: PolicyDocument) =>
  list.map(({ id, note }) => (note === '' ? id : `${id}:${note}`)).join(' ')

const merge = (base: string, mine: string, theirs: string) => mergeDocuments(rules(base), rules(mine), rules(theirs))

describe('changes of one side, or of both in different places', () => {
  test.each([
    ['nothing', 'a b', 'a b', 'a b', 'a b'],
    ['mine adds', 'a b', 'a x b', 'a b', 'a x b'],
    ['mine adds at the top, theirs at the end', 'a b', 'x a b', 'a b y', 'x a b y'],
    ['both add at the top: mine stands first', 'a', 'x a', 'y a', 'x y a'],
    ['mine adds behind one that theirs moved', 'a b c', 'a x b c', 'b c a', 'b c a x'],
    ['mine adds behind one that theirs removed', 'a b c', 'a b x c', 'a c', 'a x c'],
    ['mine adds several in a row', 'a b', 'a x y z b', 'b a', 'b a x y z'],
    ['mine moves, theirs changes the same', 'a b c', 'c a b', 'a b c:2', 'c:2 a b'],
    ['mine moves, theirs moves another', 'a b c d', 'b a c d', 'a b d c', 'b a d c'],
    ['mine changes, theirs moves the same', 'a b c', 'a:2 b c', 'b c a', 'b c a:2'],
    ['each changes one', 'a b', 'a:2 b', 'a b:3', 'a:2 b:3'],
    ['mine removes', 'a b c', 'a c', 'a b c', 'a c'],
    ['mine removes, theirs moves it', 'a b c', 'a c', 'b a c', 'a c'],
    ['both remove', 'a b', 'a', 'a', 'a'],
    ['both change alike', 'a b', 'a:2 b', 'a:2 b', 'a:2 b'],
    ['both move alike', 'a b c', 'c a b', 'c a b', 'c a b'],
    ['both add the same', 'a', 'a x', 'x a', 'x a'],
  ])('%s', (_, base, mine, theirs, wanted) => {
    const { document, conflicts } = merge(base, mine, theirs)
    expect(shown(document)).toBe(wanted)
    expect(conflicts).toEqual([])
  })

  test('the order of fields is no change, nor is a field that is undefined', () => {
    const { id, ...rest } = rule('a')
    const turned = { ...rest, until: undefined, id }
    const { document, conflicts } = mergeDocuments(
      rules('a'),
      { ...rules('a'), rules: [turned] },
      { ...rules('a'), rules: [{ ...rule('a'), limits: { perUser: 1, over: 'wait' } }] },
    )
    expect(conflicts).toEqual([])
    expect(document.rules[0]?.limits?.perUser).toBe(1)
  })

  test('redirects, tests, defaults and the caption are merged as well', () => {
    const base: PolicyDocument = {
      ...rules(''),
      redirects: [{ id: 'd', enabled: true, from: 'a', to: 'b', peer: '*', note: '' }],
      tests: [{ id: 't', direction: 'in', service: 'a', peer: '*', expect: 'allow', note: '' }],
    }
    const mine: PolicyDocument = { ...base, redirects: [], defaults: { in: 'allow', out: 'deny' }, caption: 'the end' }
    const theirs: PolicyDocument = { ...base, tests: [], defaults: { in: 'deny', out: 'allow' } }
    const wanted = { ...rules(''), defaults: { in: 'allow', out: 'allow' }, caption: 'the end' }
    expect(mergeDocuments(base, mine, theirs)).toEqual({ document: wanted, conflicts: [] })
  })
})

describe('a conflict', () => {
  test.each([
    ['both changed', 'a b', 'a:2 b', 'a:3 b', 'a:3 b', 'a:2 b'],
    ['mine changed, theirs removed', 'a b c', 'a b:2 c', 'a c', 'a c', 'a b:2 c'],
    ['mine changed behind what is gone', 'a b c', 'a b:2 c', 'c', 'c', 'b:2 c'],
    ['mine removed, theirs changed', 'a b c', 'a c', 'a b:3 c', 'a b:3 c', 'a c'],
    ['both added', 'a', 'a x:2', 'x:3 a', 'x:3 a', 'x:2 a'],
    ['both moved', 'a b c d e', 'a e b c d', 'a b c e d', 'a b c e d', 'a e b c d'],
  ])('%s: theirs at first, mine by choice', (_, base, mine, theirs, before, after) => {
    const { document, conflicts } = merge(base, mine, theirs)
    expect(shown(document)).toBe(before)
    expect(conflicts).toHaveLength(1)
    const [conflict] = conflicts
    const chosen = resolve(document, conflict!, 'mine')
    expect(shown(chosen)).toBe(after)
    expect(shown(resolve(chosen, conflict!, 'mine'))).toBe(after)
    expect(shown(resolve(chosen, conflict!, 'theirs'))).toBe(before)
    expect(shown(document)).toBe(before)
  })

  test('tells what each side has', () => {
    expect(merge('a b', 'a b:2', 'a').conflicts).toEqual([
      {
        list: 'rules',
        id: 'b',
        what: 'entry',
        mine: rule('b', '2'),
        theirs: null,
        order: { mine: ['a', 'b'], theirs: ['a'] },
      },
    ])
  })

  test('may be about what an entry says and about its place', () => {
    const { document, conflicts } = merge('a b c d', 'd:2 a b c', 'a d:3 b c')
    expect(conflicts.map(({ what }) => what)).toEqual(['entry', 'place'])
    const placed = resolve(document, conflicts[1]!, 'mine')
    expect(shown(placed)).toBe('d:3 a b c')
    expect(shown(resolve(placed, conflicts[0]!, 'mine'))).toBe('d:2 a b c')
  })

  test('may be about the caption', () => {
    const { document, conflicts } = mergeDocuments(
      { ...rules('a'), caption: 'one' },
      { ...rules('a'), caption: 'two' },
      rules('a'),
    )
    expect(document).not.toHaveProperty('caption')
    expect(conflicts).toEqual([{ list: 'defaults', id: 'caption', what: 'entry', mine: 'two', theirs: null }])
    const chosen = resolve(document, conflicts[0]!, 'mine')
    expect(chosen.caption).toBe('two')
    expect(resolve(chosen, conflicts[0]!, 'theirs')).not.toHaveProperty('caption')
  })
})

describe('whatever both did', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const entries = fc
    .tuple(fc.shuffledSubarray(ids), fc.array(fc.constantFrom('', '2', '3'), { minLength: 8, maxLength: 8 }))
    .map(([chosen, notes]) => chosen.map((id, at) => rule(id, notes[at])))
  const verdict = fc.constantFrom('allow' as const, 'deny' as const)
  const documents: fc.Arbitrary<PolicyDocument> = fc
    .record({ rules: entries, in: verdict, out: verdict, caption: fc.constantFrom(undefined, 'one', 'two') })
    .map((parts) => ({
      defaults: { in: parts.in, out: parts.out },
      redirects: [],
      rules: parts.rules,
      tests: [],
      ...(parts.caption !== undefined && { caption: parts.caption }),
    }))

  test('a side that did nothing leaves the other as it is', () => {
    fc.assert(
      fc.property(documents, documents, (base, x) => {
        expect(mergeDocuments(base, base, x)).toEqual({ document: x, conflicts: [] })
        expect(mergeDocuments(base, x, base)).toEqual({ document: x, conflicts: [] })
        expect(mergeDocuments(base, x, x)).toEqual({ document: x, conflicts: [] })
      }),
    )
  })

  test('no entry is lost or doubled, and each is that of one side', () => {
    fc.assert(
      fc.property(documents, documents, documents, (base, mine, theirs) => {
        const { document, conflicts } = mergeDocuments(base, mine, theirs)
        const has = (side: PolicyDocument, id: string) => side.rules.find((entry) => entry.id === id)
        const fought = new Map(conflicts.filter(({ what }) => what === 'entry').map((each) => [each.id, each]))
        const merged = document.rules.map(({ id }) => id)
        expect(new Set(merged).size).toBe(merged.length)
        for (const id of ids) {
          const [was, own, other, now] = [base, mine, theirs, document].map((side) => has(side, id))
          if (now !== undefined) expect([own, other]).toContainEqual(now)
          else if (own !== undefined && other !== undefined) expect.fail(`${id} is on both sides`)
          else if (own !== undefined || other !== undefined) expect(was).toBeDefined()
          if (fought.has(id)) expect(now).toEqual(other)
        }
      }),
    )
  })

  test('with all settled one way, nothing of the other way is left where they fought', () => {
    fc.assert(
      fc.property(documents, documents, documents, (base, mine, theirs) => {
        const { document, conflicts } = mergeDocuments(base, mine, theirs)
        const chosen = conflicts.reduce((now, conflict) => resolve(now, conflict, 'mine'), document)
        const fought = conflicts.filter((each): each is EntryConflict => each.list !== 'defaults')
        for (const { id, mine: own } of fought.filter(({ what }) => what === 'entry')) {
          expect(chosen.rules.find((entry) => entry.id === id) ?? null).toEqual(own)
        }
        expect(new Set(chosen.rules.map(({ id }) => id)).size).toBe(chosen.rules.length)
        const back = conflicts.reduce((now, conflict) => resolve(now, conflict, 'theirs'), chosen)
        const sorted = ({ rules: list, ...rest }: PolicyDocument) => {
          return { ...rest, rules: list.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
        }
        expect(sorted(back)).toEqual(sorted(document))
      }),
    )
  })
})

test('thousands of rules take no time to speak of', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `r${at}`)
  const base = rules(many.join(' '))
  const mine = rules(many.toReversed().join(' '))
  const theirs = rules(many.map((id) => `${id}:2`).join(' '))
  const { document, conflicts } = mergeDocuments(base, mine, theirs)
  expect(conflicts).toEqual([])
  expect(shown(document)).toBe(
    many
      .map((id) => `${id}:2`)
      .toReversed()
      .join(' '),
  )
})
