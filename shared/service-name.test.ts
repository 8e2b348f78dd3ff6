import { join, relative } from 'node:path'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { checkServiceName, noService } from './service-name.ts'

test.each([
  'pong',
  'audio/pulse',
  'a.b',
  'pong.JSON',
  'x-y_z',
  'a..b',
  'größe',
  'a b',
  '音/声',
  '-a',
  'a/-/b',
  'é'.repeat(127),
])('takes %j', (name) => expect(checkServiceName(name)).toBeNull())

test.each([
  ['', 'empty'],
  ['-', "gateway's own"],
  ['-/x', "gateway's own"],
  ['.', 'dot'],
  ['..', 'dot'],
  ['a/..', 'dot'],
  ['a/../../b', 'dot'],
  ['./a', 'dot'],
  ['.hidden', 'dot'],
  ['a/.hidden/b', 'dot'],
  ['/etc/passwd', 'start with "/"'],
  ['a/', 'end with "/"'],
  ['a//b', '"//"'],
  ['a\\b', 'backslash'],
  ['a\0b', 'U+0000'],
  ['a\nb', 'U+000A'],
  ['a\x7fb', 'U+007F'],
  ['a\x85b', 'U+0085'],
  ['a\u202eb', 'U+202E'],
  ['a\u2066b', 'U+2066'],
  ['a\u200bb', 'U+200B'],
  ['\ufeffa', 'U+FEFF'],
  ['a\u2028b', 'U+2028'],
  ['a\ud800b', 'U+D800'],
  ['x'.repeat(256), '255 bytes'],
  ['é'.repeat(128), '256'],
])('refuses %j: %s', (name, why) => {
  expect(checkServiceName(name)).toContain(why)
})

const piece = fc.constantFrom(
  '..',
  '.',
  '/',
  '//',
  '\\',
  '\0',
  'a',
  'pong',
  '%2e%2e',
  '\u202e',
  '．．',
  '․․',
  '∕',
  ' ',
  '~',
  '-',
)
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
)

test('no accepted name leaves the directory it is joined to', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom('/', '/run/ipc', '/run/ipc/'), (name, root) => {
      if (checkServiceName(name) !== null) return
      const below = relative(root, join(root, name))
      expect(below).toBe(name) // not even rewritten: what was checked is what is opened
      expect(below.startsWith('..')).toBe(false)
    }),
    { numRuns: 3000 },
  )
})

test('every refusal is one sentence of visible characters', () => {
  fc.assert(
    fc.property(hostile, (name) => {
      expect(checkServiceName(name) ?? 'good').toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u)
    }),
  )
})

test('the refusal says the same of every name, within a close reason', () => {
  const [one, other] = [noService('it has a dot'), noService('nothing is there')]
  expect(one.message).toBe(other.message)
  expect(one.reason).toBe(one.message)
  expect(one.cause).toMatchObject({ message: 'it has a dot' })
})
