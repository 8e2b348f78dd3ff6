import { expect, it } from 'vitest'

import { oneLine } from './one-line.ts'

it('shows what would be invisible or turn the text around', () => {
  expect(oneLine('a\u0000b\u202ec\nd\te')).toBe('a\\x00b\\u202ec\\nd\\te')
  expect(oneLine('grüße <b> 日本')).toBe('grüße <b> 日本')
})
