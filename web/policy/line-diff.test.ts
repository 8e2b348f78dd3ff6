import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { lineDiff } from './line-diff.ts'
import type { Piece } from './line-diff.ts'

const joined = (pieces: readonly Piece[], only?: boolean) =>
  pieces
    .filter(({ changed }) => only === undefined || changed === only)
    .map(({ text }) => text)
    .join('')

describe('lineDiff', () => {
  it('marks the words that differ', () => {
    const { before, after } = lineDiff('allow in pong user:anna', 'deny in pong user:anna until=2027')
    expect(before).toEqual([
      { text: 'allow', changed: true },
      { text: ' in pong user:anna', changed: false },
    ])
    expect(after).toEqual([
      { text: 'deny', changed: true },
      { text: ' in pong user:anna', changed: false },
      { text: ' until=2027', changed: true },
    ])
  })

  it('loses nothing, and what it leaves unmarked is the same on both sides', () => {
    const line = fc.array(fc.constantFrom('a', 'b', 'c', 'dd', '*'), { maxLength: 8 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(line, line, (one, two) => {
        const { before, after } = lineDiff(one, two)
        expect(joined(before)).toBe(one)
        expect(joined(after)).toBe(two)
        expect(joined(before, false)).toBe(joined(after, false))
      }),
    )
  })

  it('of the same line marks nothing', () => {
    expect(lineDiff('deny in * *', 'deny in * *').before).toEqual([{ text: 'deny in * *', changed: false }])
  })

  it('does not compare endless lines word by word', () => {
    const long = 'a '.repeat(500)
    expect(lineDiff(long, 'b').before).toEqual([{ text: long, changed: true }])
  })
})
