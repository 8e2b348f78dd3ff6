import { describe, expect, it } from 'vitest'

import { formatPolicy } from '../../../shared/policy/line.ts'
import { documentOf, redirect, rule } from '../testing.ts'
import { complete } from './complete.ts'
import { paint } from './paint.ts'
import { readText } from './read-text.ts'

const document = documentOf({
  redirects: [redirect('r1', { caption: 'Trials' })],
  rules: [rule('a', { service: 'pong', caption: 'People\nwho sign in' }), rule('b', { service: 'echo', note: 'try' })],
})

describe('reading', () => {
  it('returns the same document for the same text', () => {
    expect(readText(formatPolicy(document), document).document).toBe(document)
    expect(readText(`\n${formatPolicy(document)}\n\n`, document).document).toBe(document)
  })

  it('keeps ids and captions of what is moved, changed or switched', () => {
    const text = formatPolicy(document).replace('allow in echo', 'off allow in echo')
    const { rules } = readText(text, document).document!
    expect(rules.map(({ id, enabled }) => [id, enabled])).toEqual([
      ['a', true],
      ['b', false],
    ])
    expect(rules[0]!.caption).toBe('People\nwho sign in')
    const swapped = readText('allow in echo *\nallow in pong *\ndefault in deny', document).document!
    expect(swapped.rules.map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('understands lines of ipcd', () => {
    const text = `${formatPolicy(document)}\n--allow in authd tls:example.com --deny out '*' '*'\n`
    const { rules } = readText(text, document).document!
    expect(rules.slice(2).map(({ action, service, peer }) => [action, service, peer])).toEqual([
      ['allow', 'authd', 'tls:example.com'],
      ['deny', '*', '*'],
    ])
    expect(new Set(rules.map(({ id }) => id)).size).toBe(4)
  })

  it('says where every problem is', () => {
    const { problems } = readText('allow in pong *\nallow sideways pong *\nallow in pong user:', document)
    expect(problems!.map(({ line, column }) => [line, column])).toEqual([
      [2, 7],
      [3, 15],
    ])
  })

  it('finds the line of an id that is given twice', () => {
    const { problems } = readText('allow in pong * id=x\nallow in echo * id=x', document)
    expect(problems!.map(({ line }) => line)).toEqual([2])
  })
})

describe('completion', () => {
  const known = { services: ['echo', 'pong'], users: ['anna'], groups: ['staff'] }
  const options = (line: string) => complete(line, known).options

  it('offers what may stand there', () => {
    expect(options('al')).toEqual(['allow'])
    expect(options('--al')).toEqual(['--allow'])
    expect(options('off d')).toEqual(['deny', 'default'])
    expect(options('allow ')).toEqual(['in', 'out'])
    expect(options('off allow in p')).toEqual(['pong'])
    expect(options('allow in pong us')).toEqual(['user:'])
    expect(options('allow in pong user:a')).toEqual(['user:anna'])
    expect(options('allow in pong * per-')).toEqual(['per-address=', 'per-user=', 'per-service='])
    expect(options('deny in pong * per-')).toEqual([])
    expect(options('redirect pong e')).toEqual(['echo'])
    expect(options('redirect pong echo fallback=')).toEqual(['fallback=echo', 'fallback=pong'])
    expect(options('test d')).toEqual(['deny'])
    expect(options('default in ')).toEqual(['allow', 'deny'])
  })

  it('leaves comments and unknown verbs alone', () => {
    expect(options('allow in pong * # us')).toEqual([])
    expect(options('# al')).toEqual([])
    expect(options('frobnicate in ')).toEqual([])
  })

  it('says where the word begins', () => {
    expect(complete('allow in po', known).from).toBe(9)
  })
})

it('paints pieces that are the line again', () => {
  for (const line of [
    '',
    '  off allow in x user:a until=2026-01-01T00:00:00Z # note',
    '# only',
    '--deny in * *',
    'a#b c',
  ])
    expect(
      paint(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line)
  expect(paint('off deny in x user:a # n').map(({ kind }) => kind)).toEqual([
    'other-verb',
    'plain',
    'deny',
    'plain',
    'plain',
    'plain',
    'plain',
    'plain',
    'key',
    'comment',
  ])
})
