// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { FlaskConical } from 'lucide-react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { SessionInfo } from '../shared/api.ts'
import { App } from './app.tsx'
import { KeyStore } from './keys/key-store.ts'
import { KeyContext } from './keys/use-key.ts'
import { LiveStore } from './live/live-store.ts'
import { LiveContext } from './live/use-live.ts'
import type { Page } from './pages/page.ts'
import { SessionStore } from './session/session-store.ts'
import { SessionContext } from './session/use-session.ts'
import { anna, FakeApi } from './testing/fake-api.ts'
import { fakeBrowser } from './testing/fake-browser.ts'
import { policyState } from './testing/policy-state.ts'
import { PageHead } from './ui/page-head.tsx'
import { useSearchParam } from './ui/use-search-param.ts'

function First() {
  const [filter, setFilter] = useSearchParam('filter')
  return (
    <>
      <PageHead title="First" />
      <input aria-label="Filter" value={filter} onChange={(event) => setFilter(event.target.value)} />
    </>
  )
}

function Broken(): never {
  throw new Error('It broke')
}

const pages: readonly Page[] = [
  { path: '/', title: 'First', nav: { icon: FlaskConical }, load: async () => First },
  {
    path: '/second',
    title: 'Second',
    nav: { icon: FlaskConical, key: 's' },
    load: async () => () => <PageHead title="Second" />,
  },
  { path: '/secret', title: 'Secret', nav: { icon: FlaskConical, role: 'admin' }, load: async () => First },
  { path: '/broken', title: 'Broken', nav: null, load: async () => Broken },
]

let store: LiveStore
let session: SessionStore
let account: SessionInfo
const leave = vi.fn<() => void>()

beforeEach(() => {
  fakeBrowser()
  account = anna
  localStorage.clear()
  vi.stubGlobal('scrollTo', () => undefined)
  const rules = { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [] }
  new FakeApi({
    'GET /session': () => Response.json(account),
    'GET /policy': () => Response.json(rules, { headers: { etag: '"12"' } }),
    'GET /policy/draft': () => Response.json({ draft: null }),
  }).answer({ 'DELETE /session': () => new Response(null, { status: 204 }) })
  store = new LiveStore()
  session = new SessionStore(leave)
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show(path = '/') {
  window.history.replaceState(null, '', path)
  await session.check()
  render(
    <MantineProvider env="test">
      <SessionContext value={session}>
        <LiveContext value={store}>
          <KeyContext value={new KeyStore()}>
            <App pages={pages} />
          </KeyContext>
        </LiveContext>
      </SessionContext>
    </MantineProvider>,
  )
  await act(async () => {
    store.apply({ type: 'snapshot', seq: 1, open: [], recent: [], services: [], policy: policyState() }, Date.now())
    store.setLink({ type: 'live' })
  })
}

const heading = (name: string) => screen.findByRole('heading', { level: 1, name })
const link = (name: string) => within(screen.getAllByRole('navigation')[0]!).queryByRole('link', { name })

describe('the frame', () => {
  it('shows the page at the address, says which in the tab, and marks it in the navigation', async () => {
    await show('/second')
    await heading('Second')
    expect(document.title).toBe('Second · sockgate')
    expect(link('Second')?.getAttribute('aria-current')).toBe('page')
    expect(link('First')?.getAttribute('aria-current')).toBeNull()
  })

  it('goes to another page by its link, which gets the focus, and by its keys', async () => {
    await show()
    await heading('First')
    fireEvent.click(link('Second')!)
    await heading('Second')
    expect(document.activeElement?.id).toBe('content')
    fireEvent.click(link('First')!)
    await heading('First')
    fireEvent.keyDown(document.body, { key: 'g' })
    fireEvent.keyDown(document.body, { key: 's' })
    await heading('Second')
  })

  it('keeps what a page shows in the address', async () => {
    await show('/?filter=service:pong')
    await heading('First')
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Filter' })
    expect(field.value).toBe('service:pong')
    await act(async () => void fireEvent.change(field, { target: { value: '12' } }))
    expect(window.location.search).toBe('?filter=12')
    expect(field.value).toBe('12')
    await act(async () => void fireEvent.change(field, { target: { value: '' } }))
    expect(window.location.search).toBe('')
  })

  it('leaves out what the account may not see', async () => {
    account = { ...anna, role: 'operator' }
    await show()
    await heading('First')
    expect(link('Secret')).toBeNull()
    cleanup()
    account = anna
    await show()
    await heading('First')
    expect(link('Secret')).toBeTruthy()
  })

  it('says when no page is at the address, and stands when one breaks', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    await show('/nowhere')
    await heading('No such page')
    cleanup()
    await show('/broken')
    await heading('This page failed')
    expect(screen.getByText(/It broke/)).toBeTruthy()
    expect(link('Second')).toBeTruthy()
  })

  it('says in which zone times are, and keeps the other one in the address', async () => {
    vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({
      timeZone: 'Europe/Berlin',
    } as Intl.ResolvedDateTimeFormatOptions)
    await show()
    await heading('First')
    expect(screen.getByText('Times in Europe/Berlin')).toBeTruthy()
    await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Show UTC' })))
    expect(screen.getByText('Times in UTC')).toBeTruthy()
    expect(window.location.search).toBe('?tz=utc')
  })
})

describe('the account', () => {
  it('is named with its role, and signs out', async () => {
    await show()
    fireEvent.click(screen.getByRole('button', { name: 'Account: anna' }))
    const menu = within(await screen.findByRole('dialog'))
    expect(menu.getByText('Admin: may do everything, accounts included')).toBeTruthy()
    await act(async () => void fireEvent.click(menu.getByRole('button', { name: 'Sign out' })))
    expect(leave).toHaveBeenCalledOnce()
  })

  it('that a token speaks for has nothing to sign out of', async () => {
    account = { ...anna, by: 'token' }
    await show()
    fireEvent.click(screen.getByRole('button', { name: 'Account: anna' }))
    expect(await screen.findByText('Let in by an API token')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull()
  })

  it('that may only look is told so once', async () => {
    account = { ...anna, role: 'viewer' }
    await show()
    expect(await screen.findByText('You can look, but not change anything')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Do not tell me again' }))
    expect(screen.queryByText('You can look, but not change anything')).toBeNull()
    cleanup()
    await show()
    await heading('First')
    expect(screen.queryByText('You can look, but not change anything')).toBeNull()
  })
})

describe('the link', () => {
  it('is said when it is lost: how old everything is, and that it is from then', async () => {
    await show()
    await act(async () => store.setLink({ type: 'lost', since: Date.now() - 12_000 }))
    expect(screen.getByText(/^Last update 12s ago/)).toBeTruthy()
    expect(document.querySelector('main')?.hasAttribute('data-stale')).toBe(true)
    await act(async () => store.setLink({ type: 'live' }))
    expect(screen.queryByText(/^Last update/)).toBeNull()
    expect(document.querySelector('main')?.hasAttribute('data-stale')).toBe(false)
  })

  it('is said when this page may not see the gateway', async () => {
    await show()
    const problem = { type: '', title: '', status: 403, detail: 'the rules say no', code: 'x', requestId: 'r1' }
    await act(async () => store.setLink({ type: 'denied', problem }))
    expect(screen.getByRole('alert').textContent).toContain('The rules say no.')
  })
})
