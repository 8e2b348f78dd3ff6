import { describe, expect, test } from 'vitest'

import { optionList } from '../server/config/options.ts'
import { advice } from './advice.ts'
import { causes, type CauseCode, cut, Ended, GateError } from './causes.ts'

const all = Object.entries(causes) as [CauseCode, (typeof causes)[CauseCode]][]

describe.each(all)('%s', (code, { close, status, title }) => {
  test('is written as codes are', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(title).toMatch(/^[A-Z][^.]+$/)
  })

  test('has a close code that may be sent (RFC 6455 7.4); 1006 only where nothing can be sent', () => {
    const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014]
    if (close === 1006) expect(code).toBe('client-lost')
    else if (close < 4000) expect(registered).toContain(close)
    else expect(close).toBeLessThanOrEqual(4999)
  })

  test('has a status, and a private close code that mirrors it', () => {
    expect(status === 200 || (status >= 400 && status < 600)).toBe(true)
    if (close >= 4000 && code !== 'host-refused') expect(close - 4000).toBe(status)
  })

  test('makes an error that says the same', () => {
    const error = new GateError(code, 'particulars')
    expect(error).toMatchObject({ name: 'GateError', code, close, status, title, message: 'particulars' })
    expect(new GateError(code).message).toBe(title)
    expect(new TextEncoder().encode(error.reason).length).toBeLessThanOrEqual(123)
  })
})

function reference(): string {
  const table = (rows: typeof all): string[] => [
    '| Code | Close | HTTP | Try again | What it means | What helps |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ([code, { close, status, retry, title }]) =>
        `| \`${code}\` | ${close === 1006 ? '–' : close} | ${status} | ${retry ? 'yes' : 'no'} | ${title} | ${advice[code]} |`,
    ),
  ]
  const at = all.findIndex(([code]) => code === 'client-closed')
  return `# Causes

Made from \`shared/causes.ts\` by a test; edit that file and \`shared/causes.test.ts\`, not this one.

Every refusal and every ending has one cause. Its code is in the problem body of a refusal, in the log line and in the lists;
the close code and the start of the close reason go to the client.

## Before a connection opens

Clients that send no \`Origin\` get the HTTP status with a problem body (RFC 9457). Web pages, which can't see a status, are
let in and closed at once with the close code; pages of a foreign origin get 403.

${table(all.slice(0, at)).join('\n')}

## After it was open

${table(all.slice(at)).join('\n')}
`
}

// After a change of a cause: vitest run shared/causes --update
test('docs/causes.md is current', async () => {
  await expect(reference()).toMatchFileSnapshot('../docs/causes.md')
})

test('options that are advised exist', () => {
  const flags = optionList.map(([, { name }]) => `--${name}`)
  for (const line of Object.values(advice))
    for (const [flag] of line.matchAll(/--[a-z-]+/g)) expect(flags).toContain(flag)
})

describe('GateError', () => {
  test('a bug tells nobody its particulars, and keeps its stack', () => {
    const error = GateError.from(new Error('secret'))
    expect(error).toMatchObject({ code: 'internal', reason: 'Internal error', close: 1011 })
    expect((error.cause as Error).message).toBe('secret')
    expect(error.stack).toContain('causes.test.ts')
  })

  test('news cost no stack, and leave the limit as it was', () => {
    const before = Error.stackTraceLimit
    expect(new GateError('client-lost').stack).not.toContain('causes.test.ts')
    expect(Error.stackTraceLimit).toBe(before)
  })

  test('one of our own stays what it is', () => {
    const error = new GateError('killed', 'go away')
    expect(GateError.from(error)).toBe(error)
    expect(error.close).toBe(4410)
  })

  test('an ending takes the table where nothing else is said, and its reason fits', () => {
    expect(new Ended('killed')).toMatchObject({ code: 'killed', close: 4410, message: causes.killed.title })
    expect(new Ended('killed', 'go away', 4999)).toMatchObject({ close: 4999, reason: 'go away' })
    expect(new TextEncoder().encode(new Ended('killed', 'é'.repeat(200)).reason).length).toBeLessThanOrEqual(123)
  })
})

describe('cut', () => {
  test('what fits stays', () => {
    expect(cut('', 10)).toBe('')
    expect(cut('ten bytes!', 10)).toBe('ten bytes!')
    expect(cut('€€€', 9)).toBe('€€€')
  })

  test('what does not is cut between characters, with the ellipsis within the limit', () => {
    for (const text of ['a'.repeat(200), 'é'.repeat(200), '€'.repeat(200), '😀'.repeat(200), 'a😀é€'.repeat(40)]) {
      for (let bytes = 8; bytes < 130; bytes++) {
        const short = cut(text, bytes)
        expect(new TextEncoder().encode(short).length).toBeLessThanOrEqual(bytes)
        expect(new TextEncoder().encode(short).length).toBeGreaterThan(bytes - 4)
        expect(short.endsWith('…')).toBe(true)
        expect(text.startsWith(short.slice(0, -1))).toBe(true)
        expect(short).not.toMatch(/[\ud800-\udfff]/u)
      }
    }
  })
})
