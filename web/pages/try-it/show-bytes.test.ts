import { expect, it } from 'vitest'

import { asHex, asText } from './show-bytes.ts'

it('shows UTF-8 as text, and says when bytes are none', () => {
  expect(asText('grüße', false)).toBe('grüße')
  expect(asText(new TextEncoder().encode('grüße'), false)).toBe('grüße')
  expect(asText(Uint8Array.of(0x61, 0xff), false)).toBeNull()
})

it('forgives a character that the cut went through, but only then', () => {
  const half = new TextEncoder().encode('aü').subarray(0, 2)
  expect(asText(half, true)).toBe('a')
  expect(asText(half, false)).toBeNull()
})

it('lines bytes up', () => {
  expect(asHex('hello, ü!\n')).toBe('0000  68 65 6c 6c 6f 2c 20 c3  hello, .\n0008  bc 21 0a                 .!.')
  expect(asHex('')).toBe('')
})
