// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { SessionInfo } from '../../../shared/api.ts'
import type { ConnectionInfo } from '../../../shared/connection.ts'
import { App } from '../../app.tsx'
import { KeyStore } from '../../keys/key-store.ts'
import { KeyContext } from '../../keys/use-key.ts'
import { LiveStore } from '../../live/live-store.ts'
import { LiveContext } from '../../live/use-live.ts'
import { SessionStore } from '../../session/session-store.ts'
import { SessionContext } from '../../session/use-session.ts'
import { connectionInfo } from '../../testing/connection-info.ts'
import { anna, FakeApi } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { policyState } from '../../testing/policy-state.ts'
import { ConnectionsPage } from './connections-page.tsx'

let store: LiveStore
let session: SessionStore
let api: FakeApi
let account: SessionInfo
let seq: number

beforeEach(() => {
  fakeBrowser()
  localStorage.clear()
  account = anna
  vi.stubGlobal('scrollTo', () => undefined)
  Element.prototype.scrollIntoView = () => undefined
  Element.prototype.scrollTo = () => undefined
  const rules = { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [] }
  api = new FakeApi({
    'GET /session': () => Response.json(account),
    'GET /policy': () => Response.json(rules, { headers: { etag: '"12"' } }),
    'GET /policy/draft': () => Response.json({ draft: null }),
    'GET /preferences': () => Response.json({}),
    'GET /connections/closes': () => Response.json({ closes: [] }),
    'PUT /preferences/connections.columns': () => new Response(null, { status: 204 }),
    'PUT /preferences/connections.views': () => new Response(null, { status: 204 }),
  })
  store = new LiveStore()
  session = new SessionStore(() => undefined)
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show(search: string, open: readonly ConnectionInfo[], recent: readonly ConnectionInfo[] = []) {
  window.history.replaceState(null, '', `/connections${search}`)
  await session.check()
  const page = { path: '/connections', title: 'Connections', nav: null, load: async () => ConnectionsPage }
  const other = { path: '/connections/$id', title: 'Connection', nav: null, load: async () => () => <p>Its page</p> }
  const keys = new KeyStore()
  render(
    <MantineProvider env="test">
      <SessionContext value={session}>
        <LiveContext value={store}>
          <KeyContext value={keys}>
            <App pages={[page, other]} />
          </KeyContext>
        </LiveContext>
      </SessionContext>
    </MantineProvider>,
  )
  seq = 1
  await act(async () => {
    const state = { open: [...open], recent: [...recent], services: [], policy: policyState() }
    store.apply({ type: 'snapshot', seq, ...state }, Date.now())
    store.setLink({ type: 'live' })
  })
  await screen.findByRole('heading', { level: 1, name: 'Connections' })
}

/** A connection that comes, shown at once. */
async function comes(info: ConnectionInfo) {
  await act(async () => {
    store.apply({ type: 'opened', seq: ++seq, connection: info }, Date.now())
    store.setLink({ type: 'live' })
  })
}

const three = [1, 2, 3].map((n) =>
  connectionInfo(`c${n}`, {
    openedAt: 1000 * n,
    service: n === 3 ? 'chat' : 'pong',
    peer: `10.0.0.${n}:5000`,
    queued: { toClient: n === 2 ? 500 : 0, toService: 0 },
  }),
)

/** Ids of the rows, from the top. */
const rows = () => [...document.querySelectorAll<HTMLElement>('tr[data-id]')].map(({ dataset }) => dataset['id'])
const press = (key: string, init = {}) =>
  act(async () => void fireEvent.keyDown(document.activeElement!, { key, ...init }))

describe('the list', () => {
  it('shows the newest first, each row told by its number', async () => {
    await show('', three)
    expect(rows()).toEqual(['c3', 'c2', 'c1'])
    const table = screen.getByRole('table', { name: 'Open connections' })
    expect(table.getAttribute('aria-rowcount')).toBe('4')
    expect(document.querySelector('tr[data-id="c1"]')!.getAttribute('aria-rowindex')).toBe('4')
    expect(screen.getByRole('tab', { name: 'Open 3' })).toBeTruthy()
  })

  it('filters, sorts and shows columns as the address says', async () => {
    await show('?filter=service:pong&sort=-queue&columns=client,queue', three)
    expect(rows()).toEqual(['c2', 'c1'])
    expect(screen.getByText('Showing 2 of 3')).toBeTruthy()
    expect(screen.getByRole('columnheader', { name: /Queue/ }).getAttribute('aria-sort')).toBe('descending')
    expect(screen.queryByRole('columnheader', { name: /Age/ })).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Remove service:pong from the filter' }))
    await waitFor(() => expect(rows()).toEqual(['c2', 'c3', 'c1']))
  })

  it('says what it does not understand of a filter, and how many there are without it', async () => {
    await show('?filter=sevice:pong', three)
    expect(screen.getByText('The filter is not understood.')).toBeTruthy()
    expect(screen.getByText(/A filter knows no sevice:/)).toBeTruthy()
    cleanup()
    await show('?filter=nowhere', three)
    expect(screen.getByText('There are 3 without the filter.')).toBeTruthy()
    fireEvent.click(screen.getAllByRole('button', { name: 'Clear filter' }).at(-1)!)
    await waitFor(() => expect(rows()).toHaveLength(3))
  })

  it('lets nothing move while somebody is at it: new ones wait behind a button', async () => {
    await show('', three)
    await act(async () => document.querySelector<HTMLElement>('tr[data-id="c2"]')!.focus())
    await comes(connectionInfo('c4', { openedAt: 9000 }))
    expect(rows()).toEqual(['c3', 'c2', 'c1'])
    fireEvent.click(screen.getByRole('button', { name: 'Show 1 new connection' }))
    expect(rows()).toEqual(['c4', 'c3', 'c2', 'c1'])
  })

  it('stands still while it is paused, values and all', async () => {
    await show('', three)
    await press('p')
    const changed = { ...three[0]!, queued: { toClient: 77, toService: 0 } }
    await act(async () => {
      store.apply({ type: 'traffic', seq: ++seq, connections: [changed] }, Date.now())
      store.setLink({ type: 'live' })
    })
    await comes(connectionInfo('c4'))
    expect(rows()).toEqual(['c3', 'c2', 'c1'])
    expect(screen.queryByText('77 B')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Go on' }))
    expect(rows()).toHaveLength(4)
    expect(screen.getByText('77 B')).toBeTruthy()
  })

  it('says since when it hears nothing', async () => {
    await show('', three)
    await act(async () => store.setLink({ type: 'lost', since: Date.now() }))
    expect(screen.getByText(/^Data from .*, reconnecting$/)).toBeTruthy()
  })

  it('says what belongs here when there is nothing', async () => {
    await show('', [])
    expect(screen.getByText('Nobody is connected.')).toBeTruthy()
    fireEvent.click(screen.getByRole('tab', { name: /Refused/ }))
    await screen.findByText('Nobody has been refused.')
  })

  it('has plain pages on request, and remembers that', async () => {
    const many = Array.from({ length: 150 }, (_, i) => connectionInfo(`m${i}`, { openedAt: i }))
    await show('', many)
    expect(rows().length).toBeLessThan(60)
    fireEvent.click(screen.getByRole('button', { name: 'View' }))
    fireEvent.click(await screen.findByRole('switch', { name: /Plain pages/ }))
    expect(rows()).toHaveLength(100)
    fireEvent.click(screen.getByRole('button', { name: 'Next page' }))
    expect(rows()).toHaveLength(50)
    expect(document.querySelector('tr[data-id]')!.getAttribute('aria-rowindex')).toBe('102')
    expect(api.bodies('PUT /preferences/connections.columns')).toMatchObject([{ value: { plain: true } }])
  })

  it('hides and moves columns, and sets their width by the keyboard', async () => {
    await show('?columns=state,client,age', three)
    fireEvent.keyDown(screen.getByRole('separator', { name: 'Width of State' }), { key: 'ArrowRight' })
    const widths = () => api.bodies('PUT /preferences/connections.columns').at(-1)
    expect(widths()).toMatchObject({ value: { widths: { state: expect.any(Number) as number } } })
    fireEvent.click(screen.getByRole('button', { name: 'View' }))
    fireEvent.click(await screen.findByRole('button', { name: 'Move Client to the left' }))
    await waitFor(() => expect(widths()).toMatchObject({ value: { columns: { open: ['client', 'state', 'age'] } } }))
    expect(window.location.search).toBe('')
  })
})

describe('rows', () => {
  it('are reached by keys, and open by Enter', async () => {
    await show('', three)
    await press('j')
    expect(document.activeElement?.id).toBe('connection-c3')
    await press('j')
    await press('ArrowDown')
    expect(document.activeElement?.id).toBe('connection-c1')
    await press('k')
    await press('Enter')
    await screen.findByText('Its page')
    expect(window.location.pathname).toBe('/connections/c2')
  })

  it('are ticked one by one, as a range, and all', async () => {
    await show('', three)
    await press('j')
    await press(' ')
    expect(screen.getByText('1 ticked')).toBeTruthy()
    await press('j')
    await press('j')
    await press(' ', { shiftKey: true })
    expect(screen.getByText('3 ticked')).toBeTruthy()
    await press('Escape')
    expect(screen.queryByText('3 ticked')).toBeNull()
    fireEvent.click(screen.getByRole('checkbox', { name: 'Tick all rows' }))
    expect(screen.getByText('3 ticked')).toBeTruthy()
  })

  it('explain themselves, keeping what else the address says', async () => {
    await show('?filter=service:pong', three)
    await press('j')
    await press('w')
    await waitFor(() => expect(window.location.search).toBe('?filter=service%3Apong&explain=c2'))
  })

  it('have a menu with what can be done', async () => {
    await show('', three)
    fireEvent.contextMenu(document.querySelector('tr[data-id="c2"]')!)
    const menu = await screen.findByRole('menu')
    const items = within(menu)
      .getAllByRole('menuitem')
      .map(({ textContent }) => textContent)
    expect(items).toContain('Close and block…')
    expect(items).toContain('Show messages')
  })

  it('can not be closed by a viewer', async () => {
    account = { ...anna, role: 'viewer' }
    await show('', three)
    expect(screen.queryByRole('checkbox')).toBeNull()
    await press('j')
    await press('x')
    expect(screen.queryByRole('dialog')).toBeNull()
    fireEvent.contextMenu(document.querySelector('tr[data-id="c2"]')!)
    const menu = await screen.findByRole('menu')
    expect(within(menu).queryByText('Close…')).toBeNull()
  })
})

describe('views', () => {
  it('are saved under a name', async () => {
    await show('?filter=service:pong&sort=-queue&columns=client', three)
    fireEvent.click(screen.getByRole('button', { name: 'Saved views' }))
    fireEvent.click(await screen.findByRole('button', { name: 'Save this view…' }))
    fireEvent.change(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'Slow ones' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(api.bodies('PUT /preferences/connections.views')).toHaveLength(1))
    const search = 'filter=service%3Apong&sort=-queue&columns=client'
    expect(api.bodies('PUT /preferences/connections.views')).toEqual([{ value: [{ name: 'Slow ones', search }] }])
    fireEvent.click(screen.getByRole('button', { name: 'Saved views' }))
    const link = await screen.findByRole('link', { name: /Slow ones/ })
    expect(new URL((link as HTMLAnchorElement).href).searchParams.get('sort')).toBe('-queue')
  })
})
