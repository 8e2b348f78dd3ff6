// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Role, ServiceDetail } from '../../../shared/api.ts'
import { connectionInfo } from '../../testing/connection-info.ts'
import { anna, FakeApi, problem } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { serviceInfo } from '../../testing/service-info.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { ServicePage } from './service-page.tsx'

const info = serviceInfo('audio/pulse', { from: 'dashboard' })
const rule = { enabled: true, action: 'allow', direction: 'in', service: 'audio/*', peer: '*', note: '' } as const
const detail: ServiceDetail = {
  ...info,
  entry: { target: 'unix:audio/pulse', text: true, maxMessage: 65_536 },
  rules: [{ ...rule, id: 'r7' }],
  redirects: [{ id: 'd1', enabled: true, from: 'sound', to: 'audio/pulse', peer: '*', note: '' }],
  open: [],
  trouble: [
    connectionInfo('c9', { ending: { code: 'client-lost', close: 1006, detail: 'it vanished', at: Date.now() } }),
  ],
}
const settings = ['connect-timeout 5s', 'timer off', 'idle-timeout off', 'drain-timeout 30s'].map((line) => {
  const [name, value] = line.split(' ')
  return { name, value }
})

let api: FakeApi

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
  localStorage.clear()
  api = new FakeApi({
    ...frameAnswers,
    'GET /status': () => Response.json({ listeners: ['ws://127.0.0.1:8080'], timerMs: 25_000 }),
    'GET /settings': () => Response.json({ settings }),
    'GET /services/audio%2Fpulse': () => Response.json(detail),
    'POST /explain': () => Response.json({ verdict: 'deny' }),
  })
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show(role: Role = 'admin', services = [info]) {
  api.answer({ 'GET /session': () => Response.json({ ...anna, role }) })
  const open = [connectionInfo('c1', { service: 'audio/pulse', user: 'ben' })]
  await showPage('/services/$name', ServicePage, '/services/audio%2Fpulse', { services, open })
  await screen.findByRole('heading', { level: 1, name: 'audio/pulse' })
}

it('shows a service with a slash in its name: settings, rules, connections, errors and how to connect', async () => {
  await show()
  const href = async (name: string) => (await screen.findByRole('link', { name })).getAttribute('href')
  expect(await href('allow in audio/* *')).toBe('/rules/firewall?edit=r7')
  expect(await href('redirect sound audio/pulse')).toBe('/rules/redirection?edit=d1')
  expect(await href('ben')).toBe('/connections/c1')
  expect(await href('The client vanished without closing')).toBe('/connections/c9')
  expect(await href('All 1')).toBe('/connections?filter=service%3Aaudio%2Fpulse')
  expect(screen.getByText('64 KiB')).toBeTruthy()
  const code = (await screen.findByRole('region', { name: 'Browser' })).textContent
  expect(code).toContain('ws://127.0.0.1:8080/audio/pulse?text=1')
  expect(await screen.findByText(/The rules let nobody in without a credential/)).toBeTruthy()
})

it('draws the timers, those that are off included', async () => {
  await show()
  const timers = within(await screen.findByRole('region', { name: 'Timers' }))
  expect(await timers.findByText('at most 5 s')).toBeTruthy()
  expect(timers.getByText('no pings')).toBeTruthy()
  expect(timers.getByText('no limit on silence')).toBeTruthy()
})

it('tells an operator of the timers what everybody may know, and keeps the admin’s buttons away', async () => {
  await show('operator')
  const timers = within(await screen.findByRole('region', { name: 'Timers' }))
  expect(await timers.findByText('a ping each 25 s')).toBeTruthy()
  expect(timers.queryByText(/no limit on silence/)).toBeNull()
  expect(screen.getByRole('button', { name: 'Probe' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: /Edit|Delete|Disable/ })).toBeNull()
})

it('keeps what it has when the details fail', async () => {
  api.answer({ 'GET /services/audio%2Fpulse': () => problem(500, 'internal', 'the store could not be read') })
  await show()
  expect(await screen.findByText('The store could not be read.')).toBeTruthy()
  expect(await screen.findByRole('region', { name: 'Browser' })).toBeTruthy()
})

it('says so when there is no such service', async () => {
  api.answer({ 'GET /services/audio%2Fpulse': () => problem(404, 'no-service') })
  await show('admin', [])
  expect(await screen.findByText('There is no service called audio/pulse')).toBeTruthy()
})
