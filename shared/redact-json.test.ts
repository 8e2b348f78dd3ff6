import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { looksSecret, redactJson } from './redact-json.ts'

it.each([
  'password',
  'Password',
  'userPassword',
  'passwd',
  'pwd',
  'token',
  'access_token',
  'refreshToken',
  'X-Auth-Token',
  'client_secret',
  'Authorization',
  'Cookie',
  'Set-Cookie',
  'api_key',
  'apiKey',
  'x-api-key',
  'private_key',
  'credentials',
])('%s looks secret', (name) => {
  expect(looksSecret(name)).toBe(true)
})

it.each(['name', 'user', 'compass', 'passenger', 'key', 'author', 'side', 'monkey', '', 'toString'])(
  '%j does not',
  (name) => {
    expect(looksSecret(name)).toBe(false)
  },
)

it.each([
  ['{"user":"anna","password":"x"}', '{"user":"anna","password":"[redacted]"}'],
  ['{ "password" : "x" , "n": 1e400 }', '{ "password" : "[redacted]" , "n": 1e400 }'],
  ['{"token":12345}', '{"token":"[redacted]"}'],
  ['{"token":null,"a":[1]}', '{"token":"[redacted]","a":[1]}'],
  ['{"secrets":{"a":"}","b":[1,{"c":"]"}]},"d":2}', '{"secrets":"[redacted]","d":2}'],
  ['[{"cookie":["a","b"]},{"cookie":"c"}]', '[{"cookie":"[redacted]"},{"cookie":"[redacted]"}]'],
  ['{"p\\u0061ssword":"x"}', '{"p\\u0061ssword":"[redacted]"}'],
  ['{"password":"a\\"b","c":1}', '{"password":"[redacted]","c":1}'],
  ['{"password":"a","password":"b"}', '{"password":"[redacted]","password":"[redacted]"}'],
  ['{"token":1}\n{"token":2}\n', '{"token":"[redacted]"}\n{"token":"[redacted]"}\n'],
  ['{"body":"{\\"token\\":\\"x\\"}"}', '{"body":"{\\"token\\":\\"[redacted]\\"}"}'],
  ['{"password":"cut o', '{"password":"[redacted]"'],
  ['{"secret":{"a":"cut', '{"secret":"[redacted]"'],
  ['{"body":"{\\"token\\":\\"cut', '{"body":"{\\"token\\":\\"[redacted]\\""'],
  ['{"__proto__":{"token":1}}', '{"__proto__":{"token":"[redacted]"}}'],
])('%s becomes %s', (text, redacted) => {
  expect(redactJson(text)).toBe(redacted)
})

it.each([
  '',
  'hello',
  'password: x',
  '{"a":"the password is secret"}',
  '["token","x"]',
  '"',
  '{"a"',
  '{"a":',
  '\u0000"',
])('%j stays as it is', (text) => {
  expect(redactJson(text)).toBe(text)
})

describe('any JSON', () => {
  const tree = (secret: boolean) =>
    fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('plain', 1, true, null, 'with "quotes", {braces} and \\'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('name', 'n', ...(secret ? ['token', 'Pass-Word'] : [])), tie('value'), {
          maxKeys: 3,
        }),
      ),
    })).value

  it('stays as it is without secret names', () => {
    fc.assert(
      fc.property(tree(false), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(redactJson(text)).toBe(text)
      }),
    )
  })

  it('keeps its shape, and every secret value is gone', () => {
    const expected = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(expected)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, looksSecret(name) ? '[redacted]' : expected(inner)]),
      )
    }
    fc.assert(
      fc.property(tree(true), fc.constantFrom(0, 2), (value, indent) => {
        expect(JSON.parse(redactJson(JSON.stringify(value, null, indent)))).toEqual(expected(value))
      }),
    )
  })

  it('tells nothing of a secret when it is cut off anywhere', () => {
    fc.assert(
      fc.property(fc.nat(60), (length) => {
        const text = '{"a":{"token":"XXXX","in":"{\\"secret\\":\\"XXXX\\"}"},"cookie":["XXXX"]}'.slice(0, length)
        expect(redactJson(text)).not.toContain('X')
      }),
    )
  })

  it('is quick however deep it is nested and however it is quoted', () => {
    const deep = `${'['.repeat(50_000)}{"token":${'['.repeat(50_000)}`
    expect(redactJson(deep)).toMatch(/"token":"\[redacted\]"$/)
    expect(redactJson('\\"'.repeat(50_000))).toHaveLength(100_000)
  })
})
