import { expect, it } from 'vitest'

import { counted, oneLine, textWidth, truncate } from './text.ts'

it.each([
  ['pong', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['🦊', 2],
  ['a\u200db', 2],
])('%j takes %d columns', (text, width) => expect(textWidth(text)).toBe(width))

it.each([
  ['pong', 4, 'pong'],
  ['pong', 3, 'po…'],
  ['pong', 1, '…'],
  ['pong', 0, ''],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
])('%j cut to %d is %j', (text, width, cut) => expect(truncate(text, width)).toBe(cut))

it('makes text from outside harmless', () => {
  expect(oneLine('a\tb\nc\u001b[2J\u202e')).toBe('a b c\\x1b[2J\\u202e')
})

it('counts', () => {
  expect([counted(1, 'rule'), counted(0, 'rule'), counted(1234, 'rule')]).toEqual(['1 rule', '0 rules', '1 234 rules'])
})
