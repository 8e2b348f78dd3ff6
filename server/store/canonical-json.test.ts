import fc from 'fast-check'
import { expect, test } from 'vitest'

import { canonicalJson } from './canonical-json.ts'

test('keys are sorted at every depth, undefined fields are left out', () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: undefined, 'ä"': 'x\n', B: true })).toBe(
    String.raw`{"B":true,"b":[{"c":null,"d":1}],"ä\"":"x\n"}`,
  )
})

/** The same value with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, turned(each)])
  return Object.fromEntries(entries.toReversed())
}

test('the same value has the same text, which reads back as the value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonicalJson(value)
      expect(canonicalJson(turned(value))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
