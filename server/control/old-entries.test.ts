import { expect, test } from 'vitest'

import type { PolicyDesk } from '../policy/desk.ts'
import { entriesAt } from './old-entries.ts'

/** Version n was made at n minutes, and has the rules `r1` to `rn`. */
function history(count: number): Pick<PolicyDesk, 'versions' | 'version'> {
  const record = (version: number) => ({
    version,
    at: version * 60_000,
    document: { rules: Array.from({ length: version }, (_, i) => ({ id: `r${i + 1}` })), redirects: [{ id: 'to' }] },
  })
  return {
    versions: ({ before, limit }: { before: number | null; limit: number }) => {
      const newest = before === null ? count : before - 1
      return Array.from({ length: Math.min(limit, newest) }, (_, i) => record(newest - i))
    },
    version: record,
  } as unknown as Pick<PolicyDesk, 'versions' | 'version'>
}

test('finds what was there at a moment, however many versions came after', () => {
  expect([...entriesAt(history(3), 2.5 * 60_000)]).toEqual(['r1', 'r2', 'to'])
  expect([...entriesAt(history(1000), 60_000)]).toEqual(['r1', 'to'])
})

test('nothing was there before the first', () => {
  expect([...entriesAt(history(400), 30_000)]).toEqual([])
})
