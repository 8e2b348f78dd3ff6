import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { peerTerms } from '../../server/testing/random-policies.ts'
import { checkServiceName } from '../service-name.ts'
import { PolicyError, readDocument } from './document.ts'
import type { DocumentInput, PolicyDocument } from './document.ts'
import { globProblem } from './glob.ts'
import {
  formatPolicy,
  formatRedirect,
  formatRule,
  formatTest,
  parseLine,
  parsePolicy,
  readPolicy,
  reconcile,
} from './line.ts'

function ids(): () => string {
  let id = 0
  return () => `r${id++}`
}

const read = (text: string): PolicyDocument => readPolicy(text, ids())

/** Line, column and message of every problem. */
function problems(text: string): string[] {
  try {
    read(text)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
  }
  return []
}

describe('one line', () => {
  test.each([
    [
      'allow in authd tls:example.com',
      'rules',
      { action: 'allow', direction: 'in', service: 'authd', peer: 'tls:example.com' },
    ],
    [
      '--allow in authd tls:example.com',
      'rules',
      { action: 'allow', direction: 'in', service: 'authd', peer: 'tls:example.com' },
    ],
    ['--deny out \'*\' "tls:*"', 'rules', { action: 'deny', direction: 'out', service: '*', peer: 'tls:*' }],
    ['off log in a', 'rules', { enabled: false, action: 'log', direction: 'in', service: 'a' }],
    ['redirect authd nextversion-authd', 'redirects', { from: 'authd', to: 'nextversion-authd' }],
    [
      'redirect a b user:anna percent=10% fallback=unix:/x until=2026-12-31T18:00:00Z id=k # why',
      'redirects',
      {
        from: 'a',
        to: 'b',
        peer: 'user:anna',
        percent: 10,
        fallback: 'unix:/x',
        until: '2026-12-31T18:00:00Z',
        id: 'k',
        note: 'why',
      },
    ],
    [
      'allow in a per-address=1 10.0.0.0/8 per-user=2 per-service=3 messages=50/s bytes=1MiB/s over=close user:anna',
      'rules',
      {
        action: 'allow',
        direction: 'in',
        service: 'a',
        peer: '10.0.0.0/8 user:anna',
        limits: {
          perAddress: 1,
          perUser: 2,
          perService: 3,
          messagesPerSecond: 50,
          bytesPerSecond: 1_048_576,
          over: 'close',
        },
      },
    ],
    [
      'test deny out a tls:b:1 rule=default-out target=c',
      'tests',
      { expect: 'deny', direction: 'out', service: 'a', peer: 'tls:b:1', rule: 'default-out', target: 'c' },
    ],
    ['default in allow', 'defaults', { in: 'allow' }],
    ['allow in "#a" * #b #c', 'rules', { action: 'allow', direction: 'in', service: '#a', peer: '*', note: 'b #c' }],
    ['\t# why\n  allow\tin  a\r\n', 'rules', { action: 'allow', direction: 'in', service: 'a', caption: 'why' }],
  ])('%s', (text, list, value) => {
    expect(parseLine(text)).toEqual({ list, value })
  })

  test.each(['', '# nothing', 'allow in a\nallow in b', '--allow in a --deny in *'])('%j is not one', (text) => {
    expect(() => parseLine(text)).toThrow(PolicyError)
  })
})

test("ipcd's own command line", () => {
  const text =
    '--allow in authd tls:example.com --deny in * * --allow out pong tls:pong.example.com:9000 --redirect authd nextversion-authd # all'
  const document = read(text)
  expect(document.rules.map((rule) => formatRule(rule))).toEqual([
    'allow in authd tls:example.com',
    'deny in * *',
    'allow out pong tls:pong.example.com:9000',
  ])
  expect(document.redirects.map((redirect) => formatRedirect(redirect))).toEqual([
    'redirect authd nextversion-authd # all',
  ])
})

test('comments stay where they belong', () => {
  const text = `# The whole file
#   is about this

# and that
redirect a b # moved

# Rules
allow in b *

# Tests
test allow in a # as agreed

default in deny
default out allow

# The end
`
  const document = read(text)
  expect(document.redirects[0]!.caption).toBe('The whole file\n  is about this\n\nand that')
  expect(document.caption).toBe('The end')
  expect(formatTest(document.tests[0]!)).toBe('test allow in a # as agreed')
  const once = formatPolicy(document)
  expect(once).toBe(text.replace('this\n\n#', 'this\n#\n#'))
  expect(formatPolicy(read(once))).toBe(once)
})

test('comments of lines that have none go on to the next', () => {
  expect(read('# a\ndefault in allow # b\nallow in x').rules[0]!.caption).toBe('a\nb')
})

describe('problems', () => {
  test.each([
    ['nope', ['1:1 a line begins with allow, deny, log, redirect, test or default, not "nope"']],
    ['off', ['1:1 a line begins with allow, deny, log, redirect, test or default, not ""']],
    ['__proto__ in a', ['1:1 a line begins with allow, deny, log, redirect, test or default, not "__proto__"']],
    ['allow in', ['1:9 the line is too short: write allow in SERVICE PEER']],
    ['allow inn a', ['1:7 must be in or out']],
    ['\n  deny in [a] *', ['2:11 [ has no meaning in a pattern: only * has']],
    [
      'allow in a 10.0.0.1/8 foo:bar',
      [
        '1:12 10.0.0.1/8 has bits set behind its prefix: write 10.0.0.0/8, or 10.0.0.1 for that one address',
        '1:23 "foo:" is no condition and no scheme; schemes are tls, tcp, udp, ws, wss, ws+unix, unix, kaiso',
      ],
    ],
    [
      'allow in a until=tomorrow',
      ['1:12 "tomorrow" is no instant: write date, time and zone, such as 2026-12-31T18:00:00Z'],
    ],
    ['allow in a messages=x over=never', ['1:12 "x" is not a whole number', '1:23 must be wait or close']],
    ['deny in a per-user=1', ['1:11 only a rule that allows can have limits']],
    [
      'allow in a percent=1',
      [
        '1:12 there is no "percent=" here, only until=, id=, per-address=, per-user=, per-service=, messages=, bytes=, over=',
      ],
    ],
    ['redirect a b percent=0', ['1:14 must be above 0']],
    ['redirect a b percent=0x1', ['1:14 "0x1" is no percentage: write 10 or 0.5']],
    ['redirect a b id=x id=y', ['1:19 id= is given twice']],
    [
      'redirect a ../b',
      ['1:12 "../b" can\'t be a service: no part of a service name may start with a dot, as ".." does'],
    ],
    ['off test allow in a', ['1:1 only rules and redirects can be switched off']],
    ['test allow in a user:*', ['1:17 "user:*" is a pattern: of a connection one value is known']],
    ['allow in "a', ['1:10 a quote begins here that never ends, or does not end its word']],
    ['allow in "a"b', ['1:10 a quote begins here that never ends, or does not end its word']],
    ["--allow in 'a", ['1:12 a quote begins here that never ends, or does not end its word']],
    ['--rundir /x', ['1:1 a line begins with allow, deny, log, redirect, test or default, not "rundir"']],
    ['default in deny\ndefault in allow', ['2:1 line 1 says what the default is already']],
    ['default up maybe more', ['1:9 must be in or out', '1:12 must be allow or deny', '1:18 nothing may follow here']],
    ['allow in a id=x\n\ndeny in a id=x', ['3:11 x is the id of /rules/0 already']],
    ['allow in a id=fixed-1', ["1:12 fixed-1 is an id of the gateway's own"]],
    ['allow in a # \u0007', ['1:1 a note is one line of visible characters']],
    ['# \u202E\nallow in a', ['1:1 a caption is lines of visible characters']],
    ['allow in a\n# \u0007', ['2:1 a caption is lines of visible characters']],
    [`allow in ${'x'.repeat(300)}`, ['1:10 a pattern has at most 255 characters, this one has 300']],
    [`allow in a ${'x'.repeat(3000)}`, ['1:12 a word has at most 1000 characters']],
  ])('%j', (text, expected) => {
    expect(problems(text)).toEqual(expected)
  })

  test('all of them, up to a hundred', () => {
    expect(problems('nope\n'.repeat(7))).toHaveLength(7)
    expect(problems('nope\n'.repeat(1000))).toHaveLength(100)
  })

  test('where a pointer leads', () => {
    const { lineOf } = parsePolicy('# hello\nallow in a user:anna per-user=1\ndefault in deny')
    expect(lineOf('/rules/0/peer')).toEqual({ line: 2, column: 12 })
    expect(lineOf('/rules/0/limits/perUser')).toEqual({ line: 2, column: 22 })
    expect(lineOf('/rules/0/caption')).toEqual({ line: 1, column: 1 })
    expect(lineOf('/rules/0/note')).toEqual({ line: 2, column: 1 })
    expect(lineOf('/defaults/in')).toEqual({ line: 3, column: 1 })
    expect(lineOf('/redirects/3')).toBeNull()
  })
})

// Any document.

const characters = ['a', 'b', 'Z', '0', '-', '/', '.', '#', '"', '=', "'", '\\', ':', 'é', '😀', '*', '-', 'a']
const word = (most: number) =>
  fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: most }).map((list) => list.join(''))
const pattern = word(12).filter((text) => globProblem(text) === null)
const name = word(12).filter((text) => checkServiceName(text) === null && !/^[a-z][a-z0-9+.-]*:/.test(text))
const target = fc.oneof(
  name,
  name.map((text) => `unix:///${text}`),
  name.map((text) => `unix:/${text}`),
  name.map((text) => `tls://example.com:9000/${text}`),
  fc.constantFrom('tls:example.com', 'ws://[::1]:80/a', 'udp:10.0.0.1:53'),
)
const blanks = fc.constantFrom(' ', '  ', '\t', ' \n')
const words = (list: readonly string[]) =>
  fc.array(fc.tuple(fc.constantFrom(...list), blanks), { minLength: 1, maxLength: 4 }).map((all) => all.flat().join(''))
const peer = words([...peerTerms, 'user:a#b', 'user:"x"', 'user:a=b', '-x'])
const facts = words([
  '10.0.0.5',
  '::1',
  'user:anna',
  'user:"#=',
  'group:staff',
  'group:b',
  'uid:0',
  'gid:1000',
  'local',
  'protocol:mqtt',
  'at:2026-12-01T10:00:00Z',
  '*',
  'origin:https://a.example',
]).filter((text) => !(text.includes('anna') && text.includes('"#=')) && !(text.includes('10.') && text.includes('::1')))
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...characters, ' ', '  ', 'allow in', '# ', '\u00A0'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((list) => list.join(''))
  .filter((line) => !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202A-\u202E\u2066-\u2069]/u.test(line))
const caption = fc.array(text, { maxLength: 3 }).map((lines) => lines.join('\n'))
const instant = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const direction = fc.constantFrom('in' as const, 'out' as const)
const verdict = fc.constantFrom('allow' as const, 'deny' as const)
const amount = fc.integer({ min: 1, max: 1e12 })
const limits = fc.record(
  {
    perAddress: amount,
    perUser: amount,
    perService: amount,
    messagesPerSecond: amount,
    bytesPerSecond: amount,
    over: fc.constantFrom('wait' as const, 'close' as const),
  },
  { requiredKeys: [] },
)
const common = { enabled: fc.boolean(), peer, until: instant, note: text, caption }
const rule = fc.oneof(
  fc.record(
    { action: fc.constantFrom('deny' as const, 'log' as const), direction, service: pattern, ...common },
    { requiredKeys: ['action', 'direction', 'service'] },
  ),
  fc.record(
    { action: fc.constant('allow' as const), direction, service: pattern, limits, ...common },
    { requiredKeys: ['action', 'direction', 'service'] },
  ),
)
const percent = fc.oneof(
  fc.double({ min: 0, minExcluded: true, max: 100, noNaN: true }),
  fc.integer({ min: 1, max: 100 }),
)
const redirect = fc.record(
  { from: pattern, to: target, percent, fallback: target, ...common },
  { requiredKeys: ['from', 'to'] },
)
const policyTest = fc.record(
  {
    expect: verdict,
    direction,
    service: word(12).filter((each) => !/\s/.test(each)),
    peer: facts,
    rule: fc.constantFrom('default-in', 'r1', 'fixed-2'),
    target: fc.oneof(target, word(5)),
    note: text,
    caption,
  },
  { requiredKeys: ['expect', 'direction', 'service'] },
)
const anyDocument: fc.Arbitrary<DocumentInput> = fc.record(
  {
    defaults: fc.record({ in: verdict, out: verdict }, { requiredKeys: [] }),
    redirects: fc.array(redirect, { maxLength: 4 }),
    rules: fc.array(rule, { maxLength: 6 }),
    tests: fc.array(policyTest, { maxLength: 3 }),
    caption,
  },
  { requiredKeys: [] },
)

describe('without loss, both ways', () => {
  test('any document', () => {
    fc.assert(
      fc.property(anyDocument, (input) => {
        const document = readDocument(input, ids())
        const written = formatPolicy(document, { ids: true })
        const again = readPolicy(written, () => expect.fail('an id is missing'))
        expect(again).toStrictEqual(document)
        expect(formatPolicy(again, { ids: true })).toBe(written)
      }),
      { numRuns: 500 },
    )
  })

  test('any entry, as one line', () => {
    fc.assert(
      fc.property(anyDocument, (input) => {
        const document = readDocument(input, ids())
        for (const entry of document.rules) {
          const { caption: _, ...rest } = entry
          const { rules } = readDocument({ rules: [parseLine(formatRule(entry, { ids: true })).value] }, ids())
          expect(rules).toEqual([rest])
        }
      }),
      { numRuns: 100 },
    )
  })

  test('the ids come back when it was written without', () => {
    fc.assert(
      fc.property(anyDocument, (input) => {
        const document = readDocument(input, ids())
        const next = reconcile(parsePolicy(formatPolicy(document)).input, document)
        expect(readDocument(next, () => expect.fail('an id is missing'))).toEqual(document)
      }),
      { numRuns: 200 },
    )
  })

  const scrap = fc.constantFrom(
    ' ',
    '\n',
    '\n',
    '#',
    '"',
    "'",
    '\\',
    '=',
    'allow',
    'deny',
    'log',
    'redirect',
    'test',
    'default',
    'off',
    'in',
    'out',
    '*',
    'a',
    '--allow',
    '--redirect',
    'user:anna',
    '10.0.0.0/8',
    'percent=',
    'until=',
    'id=',
    'messages=',
    'over=',
    '1',
    '5/s',
    '2026-12-31T18:00:00Z',
    '{',
    '\u202E',
    '\r',
    '\0',
    '\uD800',
    ' in a ',
  )
  test('any text: a document that is written the same again, or problems with line and column', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(scrap, { maxLength: 40 }).map((list) => list.join('')),
        ),
        (scraps) => {
          try {
            const document = read(scraps)
            expect(read(formatPolicy(document, { ids: true }))).toEqual(document)
          } catch (error) {
            if (!(error instanceof PolicyError)) throw error
            expect(error.problems.length).toBeGreaterThan(0)
            for (const problem of error.problems) {
              expect(problem).toMatchObject({ line: expect.any(Number), column: expect.any(Number) })
              expect(problem.line).toBeLessThanOrEqual(scraps.split('\n').length)
            }
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('ids that go on', () => {
  const before = read('# Top\nallow in a * # one\nallow in b *\nallow in c *\nredirect x y')
  const after = (edited: string) => {
    const { rules = [] } = reconcile(parsePolicy(edited).input, before)
    return rules.map(({ id, service }) => `${service} ${id ?? 'new'}`)
  }

  test.each([
    ['moved', 'allow in c *\nallow in b *\n# Top\nallow in a * # one', ['c r3', 'b r2', 'a r1']],
    ['switched off, with another note', 'off allow in a * # two\nallow in b *\nallow in c *', ['a r1', 'b r2', 'c r3']],
    ['changed in its place', '# Top\nallow in a * # one\nallow in B *\nallow in c *', ['a r1', 'B r2', 'c r3']],
    [
      'changed, and a new one in front',
      'deny in d *\n# Top\nallow in a * # one\nallow in B *\nallow in c *',
      ['d new', 'a r1', 'B r2', 'c r3'],
    ],
    [
      'put between',
      '# Top\nallow in a * # one\nallow in d *\nallow in b *\nallow in c *',
      ['a r1', 'd new', 'b r2', 'c r3'],
    ],
    ['all changed', 'deny in A *\ndeny in B *\ndeny in C *\ndeny in D *', ['A r1', 'B r2', 'C r3', 'D new']],
    ['with an id', 'allow in c * id=r1\nallow in a *', ['c r1', 'a r2']],
    ['doubled', 'allow in b *\nallow in b *', ['b r2', 'b r3']],
  ])('%s', (_name, edited, expected) => {
    expect(after(edited)).toEqual(expected)
  })
})

test('the ids of twins stay in order', () => {
  const twins = read('allow in a *\nallow in a *\nallow in a *')
  const { rules = [] } = reconcile(parsePolicy(formatPolicy(twins)).input, twins)
  expect(rules.map(({ id }) => id)).toEqual(['r0', 'r1', 'r2'])
})

describe('hostile text takes time in proportion to its length', () => {
  const MIB = 1024 * 1024
  test.each([
    ['one word', 'a'.repeat(MIB)],
    ['blanks', ' '.repeat(MIB)],
    ['blank lines', '\n'.repeat(MIB)],
    ['comments', '#\n'.repeat(MIB / 2)],
    ['one comment', `#${'a '.repeat(MIB / 2)}`],
    ['a quote', `allow in "${'\\"'.repeat(MIB / 2)}`],
    ['quotes', `allow in ${'" '.repeat(MIB / 2)}`],
    ['shell quotes', `--allow in ${`'"`.repeat(MIB / 2)}`],
    ['backslashes', `--allow in ${'\\'.repeat(MIB)}`],
    ['options', '--allow in a * '.repeat(MIB / 15)],
    ['terms', `allow in a ${'user:a '.repeat(MIB / 7)}`],
    ['signs', `allow in a ${'id='.repeat(MIB / 3)}`],
    ['colons', `allow in a ${`${':'.repeat(999)} `.repeat(MIB / 1000)}`],
    ['stars', `allow in ${`${'*a'.repeat(120)} `.repeat(MIB / 241)}`],
    ['digits', `allow in a ${`${'1'.repeat(990)}.1 `.repeat(MIB / 1000)}`],
    ['rules', 'allow in a *\n'.repeat(MIB / 13)],
  ])('%s', (_name, hostile) => {
    const began = performance.now()
    problems(hostile)
    expect(performance.now() - began).toBeLessThan(15_000) // a second at most on a machine with nothing else to do
  })

  test('10,000 rules, and one more', () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, at) => `allow in service-${at} user:user-${at} until=2026-12-31T18:00:00Z # note ${at}`,
    )
    expect(read(lines.join('\n')).rules).toHaveLength(10_000)
    expect(problems(`${lines.join('\n')}\ndeny in *`)).toEqual(['10001:1 at most 10000 rules'])
  })
})
