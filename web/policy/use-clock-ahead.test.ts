import { expect, it } from 'vitest'

import { clockAhead } from './use-clock-ahead.ts'

const told = 'Sat, 21 Nov 2026 14:06:10 GMT'
const at = Date.parse(told)

it.each([
  ['no header', null, at, at, 0],
  ['no date', 'yesterday', at, at, 0],
  ['the same time, but for the way and the cut', told, at, at + 1900, 0],
  ['a minute ahead', told, at + 60_000, at + 61_000, 60_000],
  ['an hour behind', told, at - 3_600_000, at - 3_599_000, -3_600_000],
])('%s', (_, date, sent, came, ahead) => expect(clockAhead(date, sent, came)).toBe(ahead))
