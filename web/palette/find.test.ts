import { describe, expect, it } from 'vitest'

import { find } from './find.ts'
import type { Entry } from './find.ts'

const entry = (group: Entry['group'], label: string, hint = ''): Entry => ({
  id: `${group} ${label}`,
  group,
  label,
  hint,
  run: () => undefined,
})

const labels = (found: ReturnType<typeof find>) =>
  found.map(({ group, entries }) => [group, entries.map((e) => e.label)])

describe('find', () => {
  it('wants every word, in any order, in the label or the hint', () => {
    const entries = [entry('rules', 'allow in pong', 'Rule 3'), entry('rules', 'deny in pong', 'Rule 4')]
    expect(labels(find(entries, 'PONG allow'))).toEqual([['rules', ['allow in pong']]])
    expect(labels(find(entries, 'rule 4'))).toEqual([['rules', ['deny in pong']]])
    expect(find(entries, 'pong clock')).toEqual([])
  })

  it('keeps groups in the order of the entries, and puts the best of each first', () => {
    const entries = [
      entry('pages', 'Help'),
      entry('services', 'audio/chat', ''),
      entry('services', 'other', 'chat'),
      entry('services', 'chat'),
      entry('pages', 'Chatter'),
    ]
    expect(labels(find(entries, 'chat'))).toEqual([
      ['services', ['chat', 'audio/chat', 'other']],
      ['pages', ['Chatter']],
    ])
  })

  it('shows a few of many and says how many more there are', () => {
    const many = Array.from({ length: 20 }, (_, i) => entry('connections', `c${i}`))
    const [found] = find(many, 'c')
    expect(found?.entries.map(({ label }) => label)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5'])
    expect(found?.more).toBe(14)
  })
})
