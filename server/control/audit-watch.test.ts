import { afterEach, expect, test } from 'vitest'

import type { AuditVerdict } from '../../shared/api.ts'
import { AuditWatch } from './audit-watch.ts'

let watch: AuditWatch
let failures: unknown[] = []
let looks = 0
afterEach(() => {
  watch.close()
  failures = []
  looks = 0
})

const verdict = (ok: boolean): AuditVerdict =>
  ({ ok, entries: 7, message: ok ? '' : 'entry 7 is wrong' }) as AuditVerdict

function start(verify: () => Promise<AuditVerdict>): void {
  watch = new AuditWatch({
    verify: () => {
      looks++
      return verify()
    },
    failed: (error) => void failures.push(error),
  })
}

test('looks at once, and tells what is wrong until it is not', async () => {
  let ok = false
  start(() => Promise.resolve(verdict(ok)))
  expect(looks).toBe(1)
  await watch.look()
  expect(watch.fault).toBe('entry 7 is wrong')
  ok = true
  await watch.look()
  expect(watch.fault).toBeNull()
})

test('one look at a time, however many ask', async () => {
  start(() => Promise.resolve(verdict(true)))
  await Promise.all([watch.look(), watch.look()])
  expect(looks).toBe(1)
})

test('a log that can not be read is told, and is no proof of anything', async () => {
  start(() => Promise.reject(new Error('disk')))
  await watch.look()
  expect(failures).toHaveLength(1)
  expect(watch.fault).toBeNull()
})

test('nothing is told of a store that was closed meanwhile', async () => {
  start(() => Promise.reject(new Error('closed')))
  watch.close()
  await watch.look()
  expect(failures).toEqual([])
})
