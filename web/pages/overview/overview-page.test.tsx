// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { OverviewAnswer } from '../../../shared/dashboard.ts'
import { connectionInfo } from '../../testing/connection-info.ts'
import { anna, FakeApi, problem } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { serviceInfo } from '../../testing/service-info.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { OverviewPage } from './overview-page.tsx'

const overview: OverviewAnswer = {
  history: { stepMs: 5000, at: Date.now(), open: [1, 2, 3], refused: [0, 0, 1], messages: [5, 5, 5], bytes: [1, 1, 1] },
  refusedLastHour: 41,
  rssBytes: 100 * 1024 * 1024,
  bufferedBytes: 2048,
  attention: [
    {
      kind: 'service-down',
      weight: 'error',
      about: 'authd',
      title: 'authd is down',
      detail: 'Nobody listens on this socket.',
      link: { path: '/services/authd', text: 'Open service' },
    },
    { kind: 'clock', weight: 'info', about: '', title: 'The clock jumped', detail: 'By 40 s.', link: null },
  ],
}
const services = [serviceInfo('pong'), serviceInfo('authd', { state: 'down', lastError: 'nobody listens' })]
const denied = { code: 'policy-denied', close: 4403, detail: 'no', at: Date.now() } as const
const feed = {
  services,
  open: [connectionInfo('a'), connectionInfo('b', { origin: 'https://app.example', rules: ['r9'] })],
  recent: [connectionInfo('c', { state: 'refused', peer: '10.0.0.5:1', rules: ['default-in'], ending: denied })],
}

let api: FakeApi

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
  localStorage.clear()
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json(anna),
    'GET /status': () =>
      Response.json({ listeners: ['ws://127.0.0.1:8080'], rundir: '/run/ipc', startedAt: 0, version: '1' }),
    'GET /overview': () => Response.json(overview),
    'GET /policy/hits': () => Response.json({ hits: {} }),
  })
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const show = (address = '/', told: Parameters<typeof showPage>[3] = feed) => showPage('/', OverviewPage, address, told)

it('makes each number a link to what it counts', async () => {
  await show()
  const numbers = within(await screen.findByRole('region', { name: 'Numbers' }))
  await numbers.findByText('100 MiB')
  const links = numbers.getAllByRole('link').map((link) => link.getAttribute('href'))
  expect(links).toEqual([
    '/connections',
    '/connections?tab=refused',
    '/connections?filter=messages%3E0',
    '/connections?filter=queued%3E0',
    '/services?show=down',
    '/history',
  ])
  expect(numbers.getByText('1 up, 1 down')).toBeTruthy()
  expect(numbers.getByText('Version 12')).toBeTruthy()
})

it('lists what needs attention with one action each', async () => {
  await show()
  const list = within(await screen.findByRole('list', { name: /heaviest first/ }))
  const items = list.getAllByRole('listitem')
  expect(within(items[0]!).getByRole('link', { name: 'Open service' }).getAttribute('href')).toBe('/services/authd')
  expect(within(items[0]!).getByRole('img', { name: 'Fault' })).toBeTruthy()
  expect(within(items[1]!).queryByRole('link')).toBeNull()
})

it('has the picture as a table for who cannot see it, and for who wants it', async () => {
  await show()
  const table = await screen.findByRole('table', { name: 'Connections by client, rule and service' })
  expect(within(table).getAllByRole('row')).toHaveLength(4)
  expect(within(table).queryByRole('link')).toBeNull()
  await userEvent.click(screen.getByRole('radio', { name: 'Table' }))
  const links = within(screen.getByRole('table')).getAllByRole('link')
  expect(links.map((link) => link.getAttribute('href'))).toContain(
    '/connections?tab=refused&filter=client%3A10.0.0.5+service%3Apong+rule%3Adefault-in',
  )
})

it('shows the three steps while there never was a connection, and only then', async () => {
  await show('/', { services })
  expect(await screen.findByText('Three steps to a first connection')).toBeTruthy()
  expect(screen.queryByText('Who reaches what')).toBeNull()
  expect(screen.getByRole('link', { name: 'Try it' }).getAttribute('href')).toBe('/try?service=pong&connect=1')
  cleanup()
  api.answer({ 'GET /policy/hits': () => Response.json({ hits: { r1: { hits: 3, lastAt: 5 } } }) })
  await show('/', { services })
  expect(await screen.findByText(/Nobody is connected right now/)).toBeTruthy()
  expect(screen.queryByText('Three steps to a first connection')).toBeNull()
})

it('keeps what it has when a part fails', async () => {
  api.answer({ 'GET /overview': () => problem(500, 'internal', 'the store could not be read') })
  await show()
  expect(await screen.findByText('The store could not be read.')).toBeTruthy()
  expect(within(screen.getByRole('region', { name: 'Numbers' })).getByText('1 up, 1 down')).toBeTruthy()
  expect(screen.getByText('Who reaches what')).toBeTruthy()
})
