import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'

import type { CheckLine, OverviewAnswer, SettingsAnswer } from '../../../shared/dashboard.ts'
import { ControlRig } from '../../testing/control.ts'

let rig: ControlRig
let url: string

beforeEach(async () => {
  rig = new ControlRig()
  url = `http://127.0.0.1:${await rig.listen()}/api/v1`
})
afterEach(() => rig.close())

const asked = async (path: string, init: RequestInit = {}) =>
  fetch(`${url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${await rig.token('admin')}`, 'content-type': 'application/json' },
  })

it('tells what the gateway is made of, with the licences of what runs', async () => {
  const { about, log, certificate } = (await (await asked('/settings')).json()) as SettingsAnswer
  expect(about.node).toBe(process.versions.node)
  expect(about.licences.find(({ name }) => name === 'fastify')).toMatchObject({ licence: 'MIT' })
  expect(about.licences.some(({ name }) => name === 'vite')).toBe(false)
  expect(log).toEqual({ level: 'info', restoresAt: null })
  expect(certificate).toBeNull()
})

it('changes the log level for a while, on record, and refuses a time that is too long', async () => {
  const set: unknown[] = []
  rig.deps.settings.setLogLevel = (...what) => void set.push(what)
  const change = (time: string) =>
    asked('/settings/log-level', { method: 'POST', body: JSON.stringify({ level: 'debug', for: time }) })
  expect((await change('15m')).status).toBe(200)
  expect((await change('3d')).status).toBe(400)
  expect(set).toEqual([['debug', 900_000]])
  expect(rig.store.audit.list({ before: null, limit: 1, q: 'log-level' })).toMatchObject([{ detail: 'debug for 15m' }])
})

it('reads certificates again only where there are some', async () => {
  const response = await asked('/settings/tls-reload', { method: 'POST', body: '{}' })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ detail: 'no listener uses TLS' })
})

it('hands out a copy of the database that can be opened, and leaves no file behind', async () => {
  const response = await asked('/settings/backup')
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="sockgate-\d{4}-\d\d-\d\d\.db"$/)
  const path = join(rig.dir, 'restored.db')
  writeFileSync(path, Buffer.from(await response.arrayBuffer()))
  const copy = new Sqlite(path)
  expect(copy.prepare('SELECT count(*) AS n FROM policy_version').get()).toEqual({ n: 1 })
  copy.close()
  await expect.poll(() => readdirSync(rig.dir).filter((name) => name.startsWith('copy'))).toEqual([])
  expect(rig.store.audit.list({ before: null, limit: 1, q: 'backup' })).toHaveLength(1)
})

it('looks for what is wrong', async () => {
  const { checks } = (await (await asked('/settings/check', { method: 'POST', body: '{}' })).json()) as {
    checks: CheckLine[]
  }
  const wrong = checks.filter(({ ok }) => !ok).map(({ title }) => title)
  expect(checks.length).toBeGreaterThan(5)
  expect(wrong).toEqual(['There are services'])
})

it('tells what happened lately', async () => {
  rig.registry.open('a', { queued: { toClient: 10, toService: 5 } })
  rig.registry.refuse('b')
  rig.recent.step()
  const answer = (await (await asked('/overview')).json()) as OverviewAnswer
  expect(answer).toMatchObject({ refusedLastHour: 1, bufferedBytes: 15, history: { open: [1], refused: [1] } })
  expect(answer.rssBytes).toBeGreaterThan(1e6)
})
