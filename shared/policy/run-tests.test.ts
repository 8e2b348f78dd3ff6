import { expect, test } from 'vitest'

import { readPolicy } from './line.ts'
import { compile } from './policy.ts'
import { runTests } from './run-tests.ts'

const NOW = Date.UTC(2026, 6, 1)

function results(text: string): string[] {
  let id = 0
  const policy = compile(
    readPolicy(text, () => `r${id++}`),
    1,
  )
  return runTests(policy, NOW).map(({ pass, message }) => `${pass ? 'ok' : 'FAIL'} ${message}`)
}

const rules = `redirect authd next id=to-next
redirect far tls://example.com:9000/x
allow in next user:anna id=anna
allow in x * id=far
allow in late * until=2026-08-01T00:00:00Z id=late
`

test.each([
  ['test allow in authd user:anna', 'ok authd is allowed by anna'],
  ['test allow in authd user:anna rule=anna target=next', 'ok authd is allowed by anna'],
  ['test allow in authd user:anna target=unix:///next', 'ok authd is allowed by anna'],
  ['test deny in authd user:ben rule=default-in', 'ok authd is denied by default-in'],
  ['test deny in authd user:anna', 'FAIL authd should be denied, but anna allows it'],
  [
    'test allow in pong user:anna',
    'FAIL pong should be allowed, but default-in denies it: the rules do not let this client reach pong',
  ],
  ['test deny in pong rule=anna', 'FAIL anna should decide, but default-in does'],
  ['test allow in authd user:anna target=authd', 'FAIL authd should be sent to authd, but is sent to next'],
  ['test allow in far target=tls://example.com:9000/x', 'ok far is allowed by far'],
  ['test allow in far target=far', 'FAIL far should be sent to far, but is sent to tls://example.com:9000/x'],
  ['test allow in -/admin target=-/admin', 'ok -/admin is allowed by default-in'],
  ['test allow in late', 'ok late is allowed by late'],
  ['test deny in late at:2026-08-01T00:00:00Z', 'ok late is denied by default-in'],
  ['test deny out next user:anna', 'ok next is denied by default-out'],
])('%s', (line, result) => {
  expect(results(rules + line)).toEqual([result])
})
