// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { SessionInfo } from '../shared/api.ts'
import type { ConnectionInfo, ServiceInfo, StatusInfo } from '../shared/connection.ts'
import { App } from './app.tsx'
import { LiveStore } from './live/live-store.ts'
import { LiveContext } from './live/use-live.ts'
import { pages } from './pages/index.ts'
import type { Page } from './pages/page.ts'
import { SessionStore } from './session/session-store.ts'
import { SessionContext } from './session/use-session.ts'
import { connectionInfo } from './testing/connection-info.ts'
import { anna } from './testing/fake-api.ts'
import { fakeBrowser } from './testing/fake-browser.ts'
import { policyState } from './testing/policy-state.ts'

const status: StatusInfo = {
  version: '1.2.3',
  pid: 4242,
  startedAt: Date.now() - 90_000,
  state: 'running',
  listeners: ['ws://127.0.0.1:8080', 'ws+unix:///run/x.sock'],
  dashboard: 'http://127.0.0.1:8081/',
  rundir: '/run/user/1000/ipc',
  timerMs: 25_000,
  openConnections: 0,
  warnings: ['Something is missing.'],
}
const pong = { name: 'pong', target: 'unix:pong', codec: 'libipc', from: 'discovered', connections: 0 } as const

let store: LiveStore
let session: SessionStore

let account: SessionInfo
const leave = vi.fn<() => void>()

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: false })
  fakeBrowser()
  account = anna
  localStorage.clear()
  vi.stubGlobal('fetch', (url: string) => Promise.resolve(Response.json(url === '/api/v1/session' ? account : status)))
  window.history.replaceState(null, '', '/')
  store = new LiveStore()
  session = new SessionStore(leave)
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function show(
  open: ConnectionInfo[],
  recent: ConnectionInfo[] = [],
  services: ServiceInfo[] = [{ ...pong, lastError: null }],
) {
  await session.check()
  render(page(pages))
  await change(() => {
    store.apply({ type: 'snapshot', seq: 1, open, recent, services, policy: policyState() }, Date.now())
    store.setLink({ type: 'live' })
  })
}

function page(catalog: readonly Page[]) {
  return (
    <MantineProvider env="test">
      <SessionContext value={session}>
        <LiveContext value={store}>
          <App pages={catalog} />
        </LiveContext>
      </SessionContext>
    </MantineProvider>
  )
}

async function change(what: () => void) {
  await act(async () => {
    what()
    await vi.advanceTimersByTimeAsync(300)
  })
}

function ids(): (string | null)[] {
  const table = screen.getByRole('table')
  return within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.getAttribute('data-id'))
}

describe('the overview', () => {
  it('shows what runs, its warnings, and how to reach a service', async () => {
    await show([])
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Overview')
    expect(screen.getByText('1.2.3')).toBeTruthy()
    expect(screen.getByText('/run/user/1000/ipc')).toBeTruthy()
    expect(screen.getByText('Something is missing.')).toBeTruthy()
    expect(screen.getByText('Live')).toBeTruthy()
    expect(screen.getAllByText('websocketc ws://127.0.0.1:8080/pong').length).toBeGreaterThan(0)
    expect(screen.getByText('Nobody is connected.')).toBeTruthy()
    expect(screen.queryByRole('navigation')).toBeNull()
  })

  it('says why a service failed, and suggests another one', async () => {
    const audio = { ...pong, name: 'audio', lastError: 'nobody listens on the socket' }
    await show([], [], [audio, { ...pong, name: 'clock', lastError: null }])
    const list = within(screen.getByRole('list', { name: 'Services of this gateway' }))
    expect(list.getByText('Last attempt failed: nobody listens on the socket')).toBeTruthy()
    expect(list.getByTitle('nobody listens on the socket')).toBeTruthy()
    expect(screen.getByRole<HTMLSelectElement>('combobox', { name: 'Service' }).value).toBe('clock')
    const failed = { ...pong, name: 'clock', lastError: 'it broke off' }
    await change(() => store.apply({ type: 'services', seq: 2, services: [failed] }, Date.now()))
    expect(list.queryByText(/nobody listens/)).toBeNull()
    expect(list.getByText('Last attempt failed: it broke off')).toBeTruthy()
  })

  it('tells a status from a close code, however a client was refused', async () => {
    const ending = { code: 'no-service', detail: 'there is no service with this name', at: 1 } as const
    await show(
      [],
      [
        connectionInfo('a', { state: 'refused', target: '', ending: { ...ending, close: 404 } }),
        connectionInfo('b', { state: 'refused', target: '', ending: { ...ending, close: 4404 } }),
      ],
    )
    await change(() => fireEvent.click(screen.getByRole('tab', { name: 'Refused 2' })))
    expect(screen.getByText('no-service · HTTP 404')).toBeTruthy()
    expect(screen.getByText('no-service · 4404')).toBeTruthy()
    expect(screen.queryByText('libipc · payload')).toBeNull()
    expect(screen.getAllByText('No such service')).toHaveLength(2)
    expect(screen.getAllByText('There is no service with this name')).toHaveLength(2)
  })

  it('shows no codec for a service that is not there, and makes names from outside visible', async () => {
    const ending = { code: 'no-service', close: 404, detail: 'no service "x\u202e"', at: 1 } as const
    await show([], [connectionInfo('a', { state: 'refused', service: 'x\u0000\u202e\n', target: 'unix:x', ending })])
    await change(() => fireEvent.click(screen.getByRole('tab', { name: 'Refused 1' })))
    expect(screen.getByText('x\\x00\\u202e\\n')).toBeTruthy()
    expect(screen.getByText('No service "x\\u202e"')).toBeTruthy()
    expect(screen.queryByText('libipc · payload')).toBeNull()
  })

  it('lists connections as they come and go, newest first', async () => {
    await show([connectionInfo('a', { openedAt: 1 }), connectionInfo('b', { openedAt: 2 })])
    expect(ids()).toEqual(['b', 'a'])
    await change(() => store.apply({ type: 'opened', seq: 2, connection: connectionInfo('c') }, Date.now()))
    expect(ids()).toEqual(['c', 'b', 'a'])
    expect(screen.getByRole('tab', { name: 'Open 3' })).toBeTruthy()
  })

  it('keeps rows where they are while somebody is in the table', async () => {
    await show([connectionInfo('a', { openedAt: 1 }), connectionInfo('b', { openedAt: 2 })])
    await change(() => screen.getByRole('region', { name: 'Open connections' }).focus())
    await change(() => {
      store.apply({ type: 'opened', seq: 2, connection: connectionInfo('c') }, Date.now())
      store.apply({ type: 'closed', seq: 3, connection: connectionInfo('b', { state: 'closed' }) }, Date.now())
    })
    expect(ids()).toEqual(['b', 'a'])
    expect(screen.getAllByRole('row')[1]!.textContent).toContain('closed')
    await change(() => fireEvent.click(screen.getByRole('button', { name: 'Show 1 new connection' })))
    expect(ids()).toEqual(['c', 'a'])
  })

  it('says in words why connections ended and clients were refused', async () => {
    const detail = 'no answer for 50 s'
    const ended = connectionInfo('a', { state: 'closed', ending: { code: 'no-answer', close: 4408, detail, at: 1 } })
    await show([], [ended])
    await change(() => fireEvent.click(screen.getByRole('tab', { name: 'Recently closed 1' })))
    expect(screen.getByText('No answer for 50 s')).toBeTruthy()
    expect(screen.getByText('no-answer · 4408')).toBeTruthy()
    expect(window.location.search).toBe('?tab=closed')
    await change(() => fireEvent.click(screen.getByRole('tab', { name: 'Refused 0' })))
    expect(screen.getByText('Nobody has been refused.')).toBeTruthy()
  })

  it('filters, keeps the filter in the address, and says when nothing matches', async () => {
    await show([connectionInfo('a'), connectionInfo('b', { service: 'clock' })])
    const field = screen.getByRole('textbox', { name: 'Filter connections' })
    await change(() => fireEvent.change(field, { target: { value: 'service:clock' } }))
    expect(ids()).toEqual(['b'])
    expect(window.location.search).toBe('?q=service%3Aclock')
    await change(() => fireEvent.change(field, { target: { value: 'zzz' } }))
    expect(screen.getByText('No connection matches the filter.')).toBeTruthy()
    await change(() => fireEvent.click(screen.getAllByRole('button', { name: 'Clear filter' })[0]!))
    expect(ids()).toHaveLength(2)
  })

  it('says whose a connection is, and which rule decided', async () => {
    await show([
      connectionInfo('a', { user: 'bob\u202e', rules: ['r1', 'fixed-2'], policy: 7 }),
      connectionInfo('b', { openedAt: 1 }),
    ])
    const [, first, second] = screen.getAllByRole('row')
    expect(first!.textContent).toContain('bob\\u202e')
    expect(first!.textContent).toContain('fixed-2')
    expect(screen.getByTitle('r1 → fixed-2 (rules version 7)')).toBeTruthy()
    expect(second!.textContent).toContain('default')
  })

  it('draws only the rows in sight of ten thousand', async () => {
    await show(Array.from({ length: 10_000 }, (_, i) => connectionInfo(`c${i}`, { openedAt: i })))
    const rows = screen.getAllByRole('row')
    expect(rows.length).toBeLessThan(60)
    expect(rows[1]!.getAttribute('aria-rowindex')).toBe('2')
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('10001')
  })

  it('shows markup in names as text', async () => {
    const name = '<img src=x onerror=alert(1)>'
    await show([connectionInfo('a', { service: name, peer: name, origin: name })])
    expect(screen.getAllByText(name).length).toBe(3)
    expect(document.querySelector('img[src="x"]')).toBeNull()
  })
})

describe('the account', () => {
  it('is named with its role, and signs out', async () => {
    await show([])
    fireEvent.click(screen.getByRole('button', { name: 'Account: anna' }))
    await change(() => {})
    const menu = within(screen.getByRole('dialog'))
    expect(menu.getByText('Admin: may do everything, accounts included')).toBeTruthy()
    await change(() => fireEvent.click(menu.getByRole('button', { name: 'Sign out' })))
    expect(leave).toHaveBeenCalledOnce()
  })

  it('that a token speaks for has nothing to sign out of', async () => {
    account = { ...anna, by: 'token' }
    await show([])
    fireEvent.click(screen.getByRole('button', { name: 'Account: anna' }))
    await change(() => {})
    expect(screen.getByText('Let in by an API token')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull()
  })

  it('that may only look is told so once', async () => {
    account = { ...anna, role: 'viewer' }
    await show([])
    expect(screen.getByText('You can look, but not change anything')).toBeTruthy()
    await change(() => fireEvent.click(screen.getByRole('button', { name: 'Do not tell me again' })))
    expect(screen.queryByText('You can look, but not change anything')).toBeNull()
    cleanup()
    await show([])
    expect(screen.queryByText('You can look, but not change anything')).toBeNull()
  })
})

describe('the link', () => {
  it('keeps what it knows when the gateway is lost, and says how old it is', async () => {
    await show([connectionInfo('a')])
    await change(() => store.setLink({ type: 'lost', since: Date.now() - 12_000 }))
    expect(screen.getByText(/^Last update 12s ago/)).toBeTruthy()
    expect(ids()).toEqual(['a'])
    await change(() => store.setLink({ type: 'live' }))
    expect(screen.queryByText(/^Last update/)).toBeNull()
  })

  it('says it when this page may not see the gateway', async () => {
    await show([connectionInfo('a')])
    const problem = { type: '', title: '', status: 403, detail: 'the rules say no', code: 'x', requestId: 'r1' }
    await change(() => store.setLink({ type: 'denied', problem }))
    expect(screen.getByRole('alert').textContent).toContain('The rules say no.')
    expect(screen.queryByRole('table')).toBeNull()
  })
})

it('shows the navigation with the second page, and says when a page is not there', async () => {
  window.history.replaceState(null, '', '/nowhere')
  const second = { ...pages[0]!, path: '/second', title: 'Second' }
  await session.check()
  render(page([...pages, second]))
  expect(screen.getByRole('navigation').textContent).toBe('OverviewSecond')
  expect(screen.getByText(/no page at this address/)).toBeTruthy()
})
