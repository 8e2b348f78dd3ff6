import { expect, it } from 'vitest'

import { areTypes, compose, formsOf, sendable } from './compose.ts'
import { SentHistory } from './sent-history.ts'

it('reads what was written by its form', () => {
  expect(compose('text', '00 ff').body).toBe('00 ff')
  expect(compose('json', '{"a": 1}').body).toBe('{"a": 1}')
  expect(compose('hex', '00 ff').body).toEqual(Uint8Array.of(0, 255))
})

it('says what is wrong', () => {
  expect(compose('text', '').problem).toBe('Write a message first.')
  expect(compose('json', '{"a": }').problem).toMatch(/^This is not JSON: /)
  expect(compose('hex', '0g').problem).toMatch(/not a hex digit/)
})

it('offers bytes only for packets, and types only where they travel', () => {
  expect(formsOf('packet')).toEqual(['hex', 'file'])
  expect(sendable('payload', 'x', { mtype: 2, utype: 7 })).toBe('x')
  expect(sendable('cbor', 'x', { mtype: 2, utype: 7 })).toEqual({ mtype: 2, utype: 7, payload: 'x' })
  expect(areTypes({ mtype: 2, utype: 255 })).toBe(true)
  expect(areTypes({ mtype: 2, utype: 256 })).toBe(false)
  expect(areTypes({ mtype: NaN, utype: 0 })).toBe(false)
})

it('goes back through what was sent, and forth again', () => {
  const history = new SentHistory()
  for (const draft of ['a', 'b', 'b', 'c']) history.add({ form: 'text', draft })
  expect([history.older(), history.older(), history.older(), history.older()].map((each) => each?.draft)).toEqual([
    'c',
    'b',
    'a',
    undefined,
  ])
  expect(history.isShown('a')).toBe(true)
  expect([history.newer(), history.newer(), history.newer()].map((each) => each?.draft)).toEqual(['b', 'c', undefined])
  expect(history.older()?.draft).toBe('c')
  history.leave()
  expect(history.isShown('c')).toBe(false)
  expect(history.older()?.draft).toBe('c')
})
