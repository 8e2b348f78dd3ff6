import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Entry } from './entry.ts'
import {
  insertAfter,
  moveAfter,
  moveBefore,
  moveBy,
  moveOnto,
  moveToPosition,
  moveToSection,
  putBack,
  removeFrom,
  sectionKey,
  sectionsOf,
  setCaption,
} from './outline.ts'
import { rule } from './testing.ts'

/** `a [X] b c`: a caption stands in front of its first entry. */
function listFrom(text: string): readonly Entry[] {
  let caption: string | undefined
  return text.split(' ').flatMap((word) => {
    const head = /^\[(.+)\]$/.exec(word)?.[1]
    if (head !== undefined) {
      caption = head
      return []
    }
    const entry = rule(word, caption === undefined ? {} : { caption })
    caption = undefined
    return [entry]
  })
}

const spell = (list: readonly Entry[]) =>
  list.map(({ id, caption }) => (caption === undefined ? id : `[${caption}] ${id}`)).join(' ')

const keysOf = (list: readonly Entry[]) =>
  list.flatMap(({ id, caption }) => (caption === undefined ? [id] : [sectionKey(id), id]))

const list = listFrom('a b [X] c d [Y] e f')

describe('one step', () => {
  const up = (text: string, id: string) => spell(moveBy(listFrom(text), id, -1, keysOf(listFrom(text))).list)
  const down = (text: string, id: string) => spell(moveBy(listFrom(text), id, 1, keysOf(listFrom(text))).list)

  it('swaps neighbours', () => {
    expect(up('a b c', 'b')).toBe('b a c')
    expect(down('a b c', 'b')).toBe('a c b')
  })

  it('goes over a caption, which stays with its section', () => {
    expect(up('a [X] b c', 'b')).toBe('a b [X] c')
    expect(down('a b [X] c', 'b')).toBe('a [X] b c')
    expect(down('[X] a b', 'a')).toBe('[X] b a')
    expect(up('[X] a b', 'b')).toBe('[X] b a')
    expect(up('[X] a b', 'a')).toBe('a [X] b')
  })

  it('does nothing at the ends, and returns the same list', () => {
    expect(moveBy(list, 'a', -1, keysOf(list)).list).toBe(list)
    expect(moveBy(list, 'f', 1, keysOf(list)).list).toBe(list)
    expect(moveBy(list, 'nobody', 1, keysOf(list)).list).toBe(list)
  })

  it('steps over what is not in sight', () => {
    expect(spell(moveBy(listFrom('a b c d'), 'd', -1, ['a', 'd']).list)).toBe('d a b c')
    expect(spell(moveBy(listFrom('a b c d'), 'a', 1, ['a', 'd']).list)).toBe('b c d a')
  })

  it('tells of a section that it empties', () => {
    const { list: after, lost } = moveBy(listFrom('a [X] b [Y] c'), 'b', -1, ['a', 's:b', 'b', 's:c', 'c'])
    expect(spell(after)).toBe('a b [Y] c')
    expect(lost).toEqual(['X'])
  })
})

describe('far moves', () => {
  it('goes before and behind rows', () => {
    expect(spell(moveBefore(list, 'f', 'a').list)).toBe('f a b [X] c d [Y] e')
    expect(spell(moveBefore(list, 'f', 's:c').list)).toBe('a b f [X] c d [Y] e')
    expect(spell(moveBefore(list, 'f', 'c').list)).toBe('a b [X] f c d [Y] e')
    expect(spell(moveAfter(list, 'a', 's:c').list)).toBe('b [X] a c d [Y] e f')
    expect(spell(moveAfter(list, 'e', 'b').list)).toBe('a b e [X] c d [Y] f')
  })

  it('is dropped where the rows gave way', () => {
    expect(spell(moveOnto(list, 'a', 'c', keysOf(list)).list)).toBe('b [X] c a d [Y] e f')
    expect(spell(moveOnto(list, 'f', 'c', keysOf(list)).list)).toBe('a b [X] f c d [Y] e')
    expect(spell(moveOnto(list, 'd', 's:c', keysOf(list)).list)).toBe('a b d [X] c [Y] e f')
  })

  it('has the number that was asked for', () => {
    expect(spell(moveToPosition(list, 'a', 3).list)).toBe('b [X] c a d [Y] e f')
    expect(spell(moveToPosition(list, 'f', 1).list)).toBe('f a b [X] c d [Y] e')
    expect(spell(moveToPosition(list, 'a', 99).list)).toBe('b [X] c d [Y] e f a')
    expect(moveToPosition(listFrom('a'), 'a', 1).list).toHaveLength(1)
    fc.assert(
      fc.property(fc.nat(5), fc.integer({ min: 1, max: 6 }), (which, position) => {
        const { id } = list[which]!
        expect(moveToPosition(list, id, position).list.findIndex((entry) => entry.id === id)).toBe(position - 1)
      }),
    )
  })

  it('goes to the end of a section, or above all', () => {
    expect(spell(moveToSection(list, 'a', 's:c').list)).toBe('b [X] c d a [Y] e f')
    expect(spell(moveToSection(list, 'c', 's:e').list)).toBe('a b [X] d [Y] e f c')
    expect(spell(moveToSection(list, 'c', null).list)).toBe('a b c [X] d [Y] e f')
    expect(spell(moveToSection(listFrom('[X] a b'), 'b', null).list)).toBe('b [X] a')
    expect(moveToSection(list, 'c', 's:nobody').list).toBe(list)
  })

  it('keeps every entry and every caption that still has an entry', () => {
    const keys = keysOf(list)
    fc.assert(
      fc.property(fc.constantFrom(...list), fc.constantFrom(...keys), ({ id }, over) => {
        const { list: after, lost } = moveOnto(list, id, over, keys)
        expect(after.map((entry) => entry.id).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
        expect([...after.flatMap(({ caption }) => caption ?? []), ...lost].toSorted()).toEqual(['X', 'Y'])
      }),
    )
  })
})

describe('sections', () => {
  it('begin at captions', () => {
    expect(sectionsOf(list).map(({ key, caption, ids }) => [key, caption, ids.join('')])).toEqual([
      [null, null, 'ab'],
      ['s:c', 'X', 'cd'],
      ['s:e', 'Y', 'ef'],
    ])
    expect(sectionsOf([])).toEqual([])
  })

  it('are begun, renamed and ended', () => {
    expect(spell(setCaption(list, 'b', ' New '))).toBe('a [New] b [X] c d [Y] e f')
    expect(spell(setCaption(list, 'c', 'Other'))).toBe('a b [Other] c d [Y] e f')
    expect(spell(setCaption(list, 'c', null))).toBe('a b c d [Y] e f')
    expect(spell(setCaption(list, 'c', '  '))).toBe('a b c d [Y] e f')
    expect(setCaption(list, 'c', 'X')).toBe(list)
  })
})

describe('coming and going', () => {
  it('leaves the caption to the next in the section', () => {
    expect(spell(removeFrom(list, 'c').list)).toBe('a b [X] d [Y] e f')
    expect(removeFrom(listFrom('a [X] b'), 'b')).toEqual({ list: listFrom('a'), lost: ['X'] })
    expect(removeFrom(list, 'nobody').list).toBe(list)
  })

  it('puts a copy behind, without the caption', () => {
    expect(spell(insertAfter(list, rule('g', { caption: 'X' }), 'c'))).toBe('a b [X] c g d [Y] e f')
  })

  it('puts back what was removed, wherever it stood', () => {
    for (const { id } of list) expect(spell(putBack(removeFrom(list, id).list, list, id))).toBe(spell(list))
    expect(spell(putBack(listFrom('a'), listFrom('a [X] b'), 'b'))).toBe('a [X] b')
    expect(putBack(list, list, 'a')).toBe(list)
  })
})
