import { describe, expect, it } from 'vitest'

import type { PolicyDocument, PolicyProblem } from '../../shared/policy/document.ts'
import { PolicyError, readDocument } from '../../shared/policy/document.ts'
import { formatPolicy } from '../../shared/policy/line.ts'
import { readPolicyFile, readPolicyText } from './text.ts'
import { formatPolicyYaml } from './yaml.ts'

let made = 0
const document = readDocument(
  {
    defaults: { in: 'deny', out: 'allow' },
    redirects: [{ from: 'authd', to: 'nextversion-authd', percent: 10, fallback: 'authd', caption: 'The move' }],
    rules: [
      {
        action: 'allow',
        direction: 'in',
        service: 'authd',
        peer: 'tls:example.com',
        limits: { perAddress: 5, over: 'close' },
      },
      {
        action: 'deny',
        direction: 'in',
        service: '*',
        enabled: false,
        until: '2031-01-01T00:00:00Z',
        note: '- [odd]: "é: #x"',
      },
      { action: 'log', direction: 'out', service: 'a-*', note: 'yes' },
    ],
    tests: [{ direction: 'in', service: 'authd', peer: 'tls:example.com', expect: 'allow', rule: 'default-in' }],
    caption: 'The end\nof it',
  },
  () => `id-${++made}`,
)

/** Everything that is wrong with a text. */
function problemsOf(text: string, format: 'yaml' | 'text' = 'yaml'): readonly PolicyProblem[] {
  try {
    readPolicyText(text, format, null)
  } catch (error) {
    if (error instanceof PolicyError) return error.problems
    throw error
  }
  return []
}

describe('YAML', () => {
  it('loses nothing on the way there and back', () => {
    expect(readPolicyText(formatPolicyYaml(document), 'yaml', null)).toEqual(document)
  })

  it('leaves out what has its default', () => {
    const text = formatPolicyYaml(document)
    expect(text).not.toMatch(/enabled: true|peer: "?\*|note: ""/)
    expect(text).toMatch(/^defaults:\n {2}in: deny\n {2}out: allow\nredirects:\n/)
  })

  it('is an empty policy when it is empty', () => {
    expect(readPolicyText('', 'yaml', null)).toEqual({
      defaults: { in: 'deny', out: 'deny' },
      redirects: [],
      rules: [],
      tests: [],
    })
  })

  it('tells of everything that is wrong, by line and column', () => {
    const text = [
      'rules:',
      '  - action: allow',
      '    direction: in',
      '    service: authd',
      '    peer: 10.0.0.1/8',
      '  - {action: allow, direction: sideways, service: x}',
      '  - action: deny',
      '    direction: in',
      '    service: x',
      '    colour: red',
      'redirects: 7',
    ].join('\n')
    expect(problemsOf(text).map(({ pointer, line, column }) => [pointer, line, column])).toEqual([
      ['/redirects', 11, 12],
      ['/rules/0/peer', 5, 11],
      ['/rules/1/direction', 6, 32],
      ['/rules/2/colour', 10, 13],
    ])
  })

  it('tells what is missing where it would belong', () => {
    expect(problemsOf('rules:\n  - action: allow\n    direction: in\n')).toMatchObject([
      { pointer: '/rules/0/service', line: 2, column: 5 },
    ])
    expect(problemsOf('- 1\n')).toMatchObject([{ pointer: '', line: 1, column: 1 }])
  })

  it.each([
    ['rules: [', 1],
    ['rules:\n  - "open', 2],
    ['rules: []\nrules: []\n', 2],
    ['rules:\n\t- x', 2],
    ['rules: *nobody', 1],
    ['a: b: c', 1],
    ['rules: []\n---\nrules: []', 2],
    ['rules: !!js/function x', 1],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: &d [${'*c,'.repeat(9)}]`,
      1,
    ],
    ['['.repeat(100_000), 1],
    ['{a: '.repeat(100_000), 1],
    ['- '.repeat(20_000), 1],
    [Array.from({ length: 1500 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), 1],
    ['#'.repeat(5_000_000), 1],
    ['? [a]\n: b\n? {c: d}\n: e', 1],
    ['__proto__: {rules: []}', 1],
    ['constructor: 1', 1],
  ])('is refused with a place: %.30s', (text, line) => {
    const [problem] = problemsOf(text)
    expect(problem).toMatchObject({ line: expect.any(Number) as number, column: expect.any(Number) as number })
    expect(problem!.line).toBeGreaterThanOrEqual(line)
    expect(problem!.message).toMatch(/^\S.{3,300}$/)
  })

  it('takes time in proportion to its length', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `k${at}: &a${at} x\n`).join('')
    const measure = (count: number) => {
      const startedAt = performance.now()
      problemsOf(many(count))
      return performance.now() - startedAt
    }
    measure(1000)
    expect(measure(10_000)).toBeLessThan(40 * Math.max(measure(1000), 20)) // and not a hundred times as long
    expect(() => readPolicyText(many(10_000), 'yaml', null)).toThrow(PolicyError)
    expect(problemsOf(many(10_000))).toHaveLength(100)
  })
})

describe('an entry that stays keeps its id', () => {
  const bare = (text: string) => text.replaceAll(/^( *(?:- )?)id: id-\d+\n\s*/gm, '$1').replaceAll(/ id=id-\d+/g, '')

  it.each([
    ['yaml', bare(formatPolicyYaml(document))],
    ['text', formatPolicy(document)],
  ] as const)('in %s', (format, text) => {
    expect(text).not.toMatch(/id-\d/)
    const again = readPolicyText(text, format, document)
    expect(again).toEqual(document)
    const fresh = readPolicyText(text, format, null)
    expect(idsOf(fresh)).not.toEqual(idsOf(document))
    expect(new Set(idsOf(fresh)).size).toBe(5)
  })

  const idsOf = ({ redirects, rules, tests }: PolicyDocument) => [...redirects, ...rules, ...tests].map(({ id }) => id)
})

describe('lines', () => {
  it('lose nothing on the way there and back', () => {
    expect(readPolicyText(formatPolicy(document, { ids: true }), 'text', null)).toEqual(document)
  })

  it('are refused with line and column', () => {
    expect(problemsOf('allow in authd\nallow in authd 10.0.0.1/8', 'text')).toMatchObject([{ line: 2 }])
  })
})

it('a file may be either', () => {
  expect(readPolicyFile('allow in authd tls:example.com', document).rules).toHaveLength(1)
  expect(readPolicyFile('# mine\nrules:\n  - {action: deny, direction: in, service: x}', document).rules).toHaveLength(
    1,
  )
})
