import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { diffLines } from './diff-lines.ts'

const shown = (before: string, after: string) =>
  diffLines(before.split('\n'), after.split('\n')).map(({ sign, text }) => `${sign}${text}`)

describe('diffLines', () => {
  it('shows what differs, and three lines around it', () => {
    const before = ['1', '2', '3', '4', 'old', '6', '7', '8', '9', '10'].join('\n')
    expect(shown(before, before.replace('old', 'new'))).toEqual([
      '…',
      ' 2',
      ' 3',
      ' 4',
      '-old',
      '+new',
      ' 6',
      ' 7',
      ' 8',
      '…',
    ])
  })

  it('shows a line that was put in as only that', () => {
    expect(shown('a\nb', 'a\nx\nb')).toEqual([' a', '+x', ' b'])
  })

  it('of the same text shows nothing but the gap', () => {
    expect(shown('a\nb', 'a\nb')).toEqual(['…'])
  })

  it('tells every line that is only on one side, in order', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after)
        expect(new Set(diff.map(({ at }) => at)).size).toBe(diff.length)
        const count = (list: readonly string[], line: string) => list.filter((other) => other === line).length
        for (const line of ['a', 'b', 'c', 'd']) {
          const gone = diff.filter(({ sign, text }) => sign === '-' && text === line).length
          const come = diff.filter(({ sign, text }) => sign === '+' && text === line).length
          expect(count(before, line) - gone + come).toBe(count(after, line))
        }
      }),
    )
  })
})
