import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { documentSchema, PolicyError, readDocument } from './document.ts'

function problems(input: unknown): string[] {
  let id = 0
  try {
    readDocument(input, () => `r${id++}`)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return error.problems.map(({ pointer, message }) => `${pointer} ${message}`)
  }
  return []
}

const rule = { action: 'allow', direction: 'in', service: 'a' }

test('what is left out is filled in', () => {
  expect(readDocument({ rules: [rule] }, () => 'x')).toEqual({
    defaults: { in: 'deny', out: 'deny' },
    redirects: [],
    rules: [{ ...rule, id: 'x', enabled: true, peer: '*', note: '' }],
    tests: [],
  })
})

test('blanks that no text could tell of are taken out', () => {
  const { rules, tests } = readDocument(
    {
      rules: [{ ...rule, id: 'a', peer: ' user:anna \n 10.0.0.0/8', note: '  b ', caption: ' a  \n\nb\u00A0' }],
      tests: [{ id: 'b', direction: 'in', service: 'a', expect: 'deny', peer: '  ' }],
    },
    () => 'x',
  )
  expect(rules[0]).toMatchObject({ peer: 'user:anna 10.0.0.0/8', note: 'b', caption: ' a\n\nb' })
  expect(tests[0]).toMatchObject({ peer: '*' })
})

describe('problems', () => {
  test.each<[unknown, string[]]>([
    [null, [' Invalid input: expected object, received null']],
    [{ rulez: [] }, ['/rulez there is no such field']],
    [JSON.parse('{"__proto__": {"rules": []}}'), ['/__proto__ there is no such field']],
    [{ rules: [{ ...rule, 'a/b~c': 1 }] }, ['/rules/0/a~1b~0c there is no such field']],
    [{ rules: [rule, { ...rule, service: '[a]' }] }, ['/rules/1/service [ has no meaning in a pattern: only * has']],
    [{ rules: [{ ...rule, peer: 'user:' }] }, ['/rules/0/peer user: needs a value, such as user:anna']],
    [{ rules: [{ ...rule, peer: ' ' }] }, ['/rules/0/peer nobody is named: write * for anyone']],
    [{ rules: [{ ...rule, id: 'A' }] }, ['/rules/0/id an id has up to 40 lower-case letters, digits and dashes']],
    [{ rules: [{ ...rule, id: 'default-in' }] }, ["/rules/0/id default-in is an id of the gateway's own"]],
    [
      { rules: [{ ...rule, id: 'a' }], tests: [{ id: 'a', direction: 'in', service: 'a', expect: 'deny' }] },
      ['/tests/0/id a is the id of /rules/0 already'],
    ],
    [
      {
        rules: [
          { ...rule, note: 'a\nb' },
          { ...rule, note: '\uD800' },
        ],
      },
      [
        '/rules/0/note a note is one line of visible characters',
        '/rules/1/note a note is one line of visible characters',
      ],
    ],
    [{ rules: [{ ...rule, action: 'deny', limits: {} }] }, ['/rules/0/limits only a rule that allows can have limits']],
    [
      { redirects: [{ from: 'a', to: 'unix:/a\u200Bb' }] },
      ['/redirects/0/to "/a\u200Bb" can\'t be the path of a socket'],
    ],
    [
      { tests: [{ direction: 'in', service: 'a', expect: 'deny', peer: 'user:*' }] },
      ['/tests/0/peer "user:*" is a pattern: of a connection one value is known'],
    ],
  ])('%j', (input, expected) => {
    expect(problems(input)).toEqual(expected)
  })

  test('a hundred at most', () => {
    expect(problems({ rules: Array.from({ length: 500 }, () => ({ ...rule, service: '' })) })).toHaveLength(100)
  })

  test('nothing reaches the prototype', () => {
    problems(JSON.parse('{"rules": [{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}]}'))
    expect('polluted' in {}).toBe(false)
  })
})

describe('hostile values take time in proportion to their length', () => {
  const MIB = 1024 * 1024
  const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown
  test.each<[string, unknown]>([
    ['deep nesting', { rules: [deep(5000)] }],
    ['deep arrays', { rules: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown }],
    ['a long pattern', { rules: [{ ...rule, service: '*a'.repeat(MIB / 2) }] }],
    ['a long peer', { rules: [{ ...rule, peer: ':'.repeat(MIB) }] }],
    ['colons', { rules: Array.from({ length: 1000 }, () => ({ ...rule, peer: `${':'.repeat(990)}x` })) }],
    ['hex groups', { rules: Array.from({ length: 1000 }, () => ({ ...rule, peer: `${'a:'.repeat(490)}x` })) }],
    ['many terms', { rules: [{ ...rule, peer: 'a '.repeat(MIB / 2) }] }],
    ['a long note', { rules: [{ ...rule, note: ' '.repeat(MIB) }] }],
    ['a long caption', { rules: [{ ...rule, caption: '\n'.repeat(MIB) }] }],
    ['a long instant', { rules: [{ ...rule, until: '2'.repeat(MIB) }] }],
    ['a long target', { redirects: [{ from: 'a', to: `tls:${'a.'.repeat(MIB / 2)}` }] }],
    [
      'many foreign fields',
      { rules: [{ ...rule, ...Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`f${at}`, 1])) }] },
    ],
    ['too many rules', { rules: Array.from({ length: 10_001 }, () => rule) }],
  ])('%s', (_name, input) => {
    const began = performance.now()
    const told = problems(input)
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThanOrEqual(100)
    expect(told.join('').length).toBeLessThan(500_000)
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

test('it has a JSON schema, for the API description', () => {
  expect(z.toJSONSchema(documentSchema, { io: 'input' })).toMatchObject({ type: 'object' })
  expect(z.toJSONSchema(documentSchema)).toMatchObject({ type: 'object' })
})
