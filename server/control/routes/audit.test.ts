import { afterEach, beforeEach, expect, it } from 'vitest'

import type { AuditEntry, AuditPage, AuditVerdict } from '../../../shared/api.ts'
import { ask } from '../../testing/admin-client.ts'
import { ControlRig } from '../../testing/control.ts'

let rig: ControlRig
let port: number
let token: string

beforeEach(async () => {
  rig = new ControlRig()
  port = await rig.listen()
  token = await rig.token('admin')
})

afterEach(() => rig.close())

function note(object: string, detail = ''): void {
  rig.store.audit.append({
    actor: 'x',
    action: 'test.note',
    object,
    result: 'ok',
    from: 'local',
    requestId: 'r',
    detail,
  })
}

it('tells who did what, newest first, a page at a time, filtered', async () => {
  for (let at = 0; at < 5; at++) note(`thing ${at}`)
  const page = (query: string) => ask<AuditPage>(port, `GET /audit?${query}`, { token })
  const first = (await page('limit=2&q=test.note')).json
  expect(first.entries.map(({ object }) => object)).toEqual(['thing 4', 'thing 3'])
  const second = (await page(`limit=3&q=test.note&before=${first.nextBefore}`)).json
  expect(second.entries.map(({ object }) => object)).toEqual(['thing 2', 'thing 1', 'thing 0'])
  expect(second.nextBefore).toBeNull()
  for (const wrong of ['limit=0', 'limit=1001', 'limit=x', 'before=-1', 'page=2', `q=${'x'.repeat(201)}`]) {
    expect((await page(wrong)).status, wrong).toBe(400)
  }
})

it('checks the chain', async () => {
  note('thing')
  const verdict = await ask<AuditVerdict>(port, 'POST /audit/verify', { token })
  expect(verdict.json).toMatchObject({ ok: true, firstBad: null, entries: rig.audit().length })
})

it('gives all of it as JSON lines, and puts that on record', async () => {
  rig.store.transaction(() => {
    for (let at = 0; at < 1200; at++) note(`thing ${at}`)
  })
  note('bell', 'a\u001b[31mred\u0085\u202eback\u2028')
  const answer = await ask(port, 'GET /audit/export', { token })
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="sockgate-audit.jsonl"')
  expect(answer.text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}]/u)
  const entries = answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry)
  expect(entries).toEqual(rig.store.audit.list({ before: null, limit: 5000, q: '' }))
  expect(entries[0]).toMatchObject({ action: 'audit.export', actor: 'admin', detail: 'as jsonl' })
  expect(entries.length).toBeGreaterThan(1200)
})

it.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  [' =1', `"' =1"`],
  ['\t=1', String.raw`\u0009=1`],
  ['a,"b"', '"a,""b"""'],
  ['a\r\nb', String.raw`"a\u000d\u000ab"`],
  ['\u001b[2J', String.raw`"\u001b[2J"`],
  ['plain 10.0.0.1:80', 'plain 10.0.0.1:80'],
])('writes %j into a spreadsheet as text (T35)', async (detail, cell) => {
  note('thing', detail)
  const answer = await ask(port, 'GET /audit/export?format=csv', { token })
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const lines = answer.text.split('\r\n')
  expect(lines[0]).toBe('seq,at,actor,action,object,result,from,requestId,detail,hash')
  const line = lines.find((one) => one.includes(',test.note,'))!
  const shown = line.split(',thing,ok,local,r,')[1]!.replace(/,[0-9a-f]{64}$/, '')
  expect([cell, `"${cell}"`]).toContain(shown)
})

it('knows two formats', async () => {
  expect((await ask(port, 'GET /audit/export?format=xml', { token })).status).toBe(400)
})
