import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readable, visible } from '../../shared/client/printable.ts'
import { parseLimit } from './duration.ts'
import { hexDump, parseHex } from './hex.ts'

test('what is shown never holds a control but tab and line feed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      expect(visible(text).replace(/[\t\n]/g, '')).not.toMatch(/\p{Cc}/u)
    }),
  )
  expect(visible('a\u001b[2J\u009b\u202eb')).toBe('a\\x1b[2J\\x9b\\u202eb')
})

test('bytes are readable when they are UTF-8 without controls', () => {
  expect(readable(Buffer.from('grüß\tGott\n'))).toBe('grüß\tGott\n')
  expect(readable(Uint8Array.of(0x41, 0))).toBeUndefined()
  expect(readable(Uint8Array.of(0xff))).toBeUndefined()
})

test('a hex dump can be read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const digits = hexDump(bytes)
        .split('\n')
        .map((row) => row.slice(10, 58))
        .join(' ')
      expect([...parseHex(digits)]).toEqual([...bytes])
    }),
  )
})

test('a limit may be off, and no longer than a timer can wait', () => {
  expect(parseLimit('5s')).toBe(5000)
  expect(parseLimit('off')).toBeNull()
  expect(() => parseLimit('1000h')).toThrow('at most 596h')
})
