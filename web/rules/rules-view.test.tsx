// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { PolicyState, Role } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { App } from '../app.tsx'
import { KeyStore } from '../keys/key-store.ts'
import { KeyContext } from '../keys/use-key.ts'
import { LiveStore } from '../live/live-store.ts'
import { LiveContext } from '../live/use-live.ts'
import type { Page } from '../pages/page.ts'
import { SessionStore } from '../session/session-store.ts'
import { SessionContext } from '../session/use-session.ts'
import { anna, FakeApi, problem } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { policyState } from '../testing/policy-state.ts'
import { RulesView } from './rules-view.tsx'
import { documentOf, redirect, rule } from './testing.ts'

vi.mock('../rule-editor/rule-editor.tsx', () => ({
  RuleEditor: ({ id, line }: { id: string; line: string }) => (
    <p>
      Editor of {id}: {line}
    </p>
  ),
}))

const pages: readonly Page[] = [
  { path: '/rules/firewall', title: 'Firewall', nav: null, load: async () => () => <RulesView list="rules" /> },
  {
    path: '/rules/redirection',
    title: 'Redirection',
    nav: null,
    load: async () => () => <RulesView list="redirects" />,
  },
  { path: '/rules/review', title: 'Review', nav: null, load: async () => () => <p>The review</p> },
]

const policy = documentOf({
  redirects: [redirect('authd', { percent: 10, fallback: 'authd-old' })],
  rules: [
    rule('pong', { peer: 'user:anna 10.0.0.0/8' }),
    rule('echo', { caption: 'People', note: 'all of them' }),
    rule('chat', { enabled: false }),
  ],
})

let api: FakeApi
let live: LiveStore

beforeEach(() => {
  fakeBrowser()
  localStorage.clear()
  sessionStorage.clear()
  vi.stubGlobal('scrollTo', () => undefined)
  Element.prototype.scrollTo = () => undefined // jsdom has none
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const counted = () => Response.json({ hits: { echo: { hits: 1234, lastAt: Date.now() } } })

interface Shown {
  readonly path?: string
  readonly document?: PolicyDocument
  readonly role?: Role
  readonly state?: Partial<PolicyState>
  readonly hits?: () => Response
}

async function show({
  path = '/rules/firewall',
  document = policy,
  role = 'operator',
  state = {},
  hits = counted,
}: Shown = {}) {
  const finding = { kind: 'shadowed', id: 'chat', others: [], message: 'never decides' }
  api = new FakeApi({
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /policy': () => Response.json(document, { headers: { etag: '"12"' } }),
    'GET /policy/draft': () => Response.json({ draft: null }),
    'PUT /policy/draft': () => new Response(null, { status: 204 }),
    'DELETE /policy/draft': () => new Response(null, { status: 204 }),
    'GET /policy/hits': hits,
    'GET /policy/findings': () => Response.json({ findings: [finding] }),
  })
  window.history.replaceState(null, '', path)
  const session = new SessionStore(() => undefined)
  await session.check()
  live = new LiveStore()
  render(
    <MantineProvider env="test">
      <SessionContext value={session}>
        <LiveContext value={live}>
          <KeyContext value={new KeyStore()}>
            <App pages={pages} />
          </KeyContext>
        </LiveContext>
      </SessionContext>
    </MantineProvider>,
  )
  live.apply({ type: 'snapshot', seq: 1, open: [], recent: [], services: [], policy: policyState(state) }, Date.now())
  await act(async () => live.setLink({ type: 'live' }))
  await screen.findByRole('heading', { level: 1 })
}

const rowOf = (key: string) => document.querySelector<HTMLElement>(`tr[data-key="${key}"]`)!
const order = () =>
  [...document.querySelectorAll<HTMLElement>('tr[data-kind="entry"]')].map((row) => row.dataset['key']).join(' ')
const press = (key: string, more: object = {}) =>
  act(async () => fireEvent.keyDown(document.activeElement!, { key, ...more }))
const focus = (key: string) => act(async () => rowOf(key).focus())

async function ready() {
  await waitFor(() => expect(rowOf('default-in')).not.toBeNull())
}

describe('the table', () => {
  it('stands in the order of evaluation, with numbers, sections and the default', async () => {
    await show({ state: { fixed: { rules: [rule('fixed-1')], redirects: [] } } })
    await ready()
    expect(order()).toBe('fixed-1 pong echo chat')
    expect(within(rowOf('fixed-1')).getByText('locked')).toBeTruthy()
    expect(within(rowOf('fixed-1')).queryByRole('switch')).toBeNull()
    expect(rowOf('echo').textContent).toMatch(/^2/)
    expect(within(rowOf('s:echo')).getByText('People')).toBeTruthy()
    expect(rowOf('default-in').textContent).toContain('Deny everything else')
  })

  it('shows hits as a link to what they count, and what was found', async () => {
    await show()
    await ready()
    const hits = await screen.findByRole('link', { name: /^1 234 hits: connections of Rule 2$/ })
    expect(hits.getAttribute('href')).toBe('/connections?filter=rule%3Aecho')
    expect(within(rowOf('default-in')).getByRole('link').getAttribute('href')).toBe(
      '/connections?filter=rule%3Adefault-in&tab=refused',
    )
    expect((await within(rowOf('chat')).findByText('Shadowed')).parentElement!.title).toBe('never decides')
  })

  it('says what it could not read, and shows the rest', async () => {
    await show({ hits: () => problem(500, 'internal') })
    await ready()
    expect(order()).toBe('pong echo chat')
    expect((await screen.findByText(/Hits could not be read/)).querySelector('button')).toBeTruthy()
  })

  it('names every control', async () => {
    await show()
    await ready()
    expect(within(rowOf('pong')).getByRole('switch', { name: 'Rule 1 is on' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Edit Rule 1' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'More for Rule 1' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Move Rule 1' })).toBeTruthy()
    expect(screen.getByRole('table', { name: /in the order in which they are tried/ })).toBeTruthy()
    for (const button of screen.getAllByRole('button')) expect(button.textContent || button.ariaLabel).toBeTruthy()
  })

  it('shows redirects with target and share', async () => {
    await show({ path: '/rules/redirection' })
    await waitFor(() => expect(rowOf('authd')).not.toBeNull())
    expect(rowOf('authd').textContent).toContain('authd-next')
    expect(rowOf('authd').textContent).toContain('10 % of clients')
    expect(rowOf('authd').textContent).toContain('if down: authd-old')
  })
})

describe('keys', () => {
  it('move the selected row, which keeps the focus, and tell where it is', async () => {
    await show()
    await ready()
    await focus('chat')
    await press('ArrowUp', { altKey: true })
    expect(order()).toBe('pong chat echo')
    expect(document.activeElement).toBe(rowOf('chat'))
    expect(screen.getByText('Rule 3 is now 2 of 3.')).toBeTruthy()
    await press('ArrowUp', { altKey: true })
    expect(screen.getByText('Rule 2 is now above the first section.')).toBeTruthy()
    await press('z', { ctrlKey: true })
    await press('z', { ctrlKey: true })
    expect(order()).toBe('pong echo chat')
    await press('z', { ctrlKey: true, shiftKey: true })
    expect(order()).toBe('pong chat echo')
  })

  it('go from row to row', async () => {
    await show()
    await ready()
    await focus('pong')
    await press('j')
    expect(document.activeElement).toBe(rowOf('s:echo'))
    await press('ArrowDown')
    expect(document.activeElement).toBe(rowOf('echo'))
    await press('k')
    await press('End')
    expect(document.activeElement).toBe(rowOf('default-out'))
    expect(rowOf('default-out').tabIndex).toBe(0)
    expect(rowOf('pong').tabIndex).toBe(-1)
  })

  it('switch, clone and delete; each is one step that can be undone', async () => {
    await show()
    await ready()
    await focus('pong')
    await press('x')
    expect(within(rowOf('pong')).getByRole<HTMLInputElement>('switch').checked).toBe(false)
    expect(within(rowOf('pong')).getByText('changed')).toBeTruthy()
    await press('c')
    expect(order()).toMatch(/^pong r-\w{8} echo chat$/)
    expect(document.activeElement!.textContent).toContain('added')
    await press('Delete')
    expect(order()).toBe('pong echo chat')
    await focus('echo')
    await press('Delete')
    expect(order()).toBe('pong chat')
    expect(within(rowOf('s:chat')).getByText('People')).toBeTruthy()
    fireEvent.click(screen.getByText('1 removed'))
    await act(async () => fireEvent.click(screen.getByRole('button', { name: /^Restore allow in echo/ })))
    expect(order()).toBe('pong echo chat')
    for (let step = 0; step < 5; step++) await press('z', { ctrlKey: true })
    expect(document.querySelector('[data-mark]')).toBeNull()
    expect(api.bodies('POST /policy/commit')).toEqual([])
  })

  it('open the editor and the review', async () => {
    await show()
    await ready()
    await focus('echo')
    await press('e')
    expect(await screen.findByText(/^Editor of echo/)).toBeTruthy()
    await press('n')
    expect(await screen.findByText(/^Editor of new/)).toBeTruthy()
    await press('s', { ctrlKey: true })
    expect(await screen.findByText('The review')).toBeTruthy()
  })

  it('never act in the filter', async () => {
    await show()
    await ready()
    await focus('pong')
    await press('f')
    const field = screen.getByRole('searchbox')
    expect(document.activeElement).toBe(field)
    await press('x')
    await press('Delete')
    expect(order()).toBe('pong echo chat')
    expect(document.querySelector('[data-mark]')).toBeNull()
    await act(async () => fireEvent.change(field, { target: { value: 'people' } }))
    expect(order()).toBe('echo')
    await act(async () => fireEvent.change(field, { target: { value: 'nothing like it' } }))
    expect(screen.getByText('No rule matches')).toBeTruthy()
    await act(async () => fireEvent.click(screen.getAllByRole('button', { name: 'Clear filter' })[0]!))
    expect(order()).toBe('pong echo chat')
  })
})

describe('without the right, or the rules', () => {
  it('leaves all controls out for a viewer', async () => {
    await show({ role: 'viewer' })
    await ready()
    expect(screen.queryByRole('switch')).toBeNull()
    expect(screen.queryByRole('button', { name: /New rule|Edit Rule|Move Rule/ })).toBeNull()
    await focus('pong')
    await press('Delete')
    expect(order()).toBe('pong echo chat')
  })

  it('is read-only for a managed file, and says which', async () => {
    await show({ state: { managed: { path: '/etc/sockgate/rules', drift: null } } })
    await ready()
    expect(screen.getByText(/read from \/etc\/sockgate\/rules/)).toBeTruthy()
    expect(screen.queryByRole('switch')).toBeNull()
  })

  it('says what belongs here when there is nothing', async () => {
    await show({ document: documentOf() })
    await ready()
    expect(screen.getByText('No rules yet')).toBeTruthy()
    expect(screen.getByText("sockgate rules add 'allow in pong *'")).toBeTruthy()
  })

  it('draws only what is in sight of many, and tells how many there are', async () => {
    const rules = Array.from({ length: 3000 }, (_, at) => rule(`r${at}`))
    await show({ document: documentOf({ rules }) })
    await waitFor(() => expect(rowOf('r0')).not.toBeNull())
    expect(screen.getByRole('table').ariaRowCount).toBe('3003')
    expect(document.querySelectorAll('tr[data-kind="entry"]').length).toBeLessThan(120)
    expect(screen.queryByRole('button', { name: 'Move Rule 1' })).toBeNull()
    expect(screen.getByText(/there is no dragging/)).toBeTruthy()
    await focus('r0')
    await press('ArrowDown', { altKey: true })
    expect(order()).toMatch(/^r1 r0 r2 /)
  })
})

it('tells when somebody else has committed, and where to join both', async () => {
  await show()
  await ready()
  await focus('pong')
  await press('x')
  const theirs = { ...policy, defaults: { in: 'deny', out: 'allow' } }
  api.answer({ 'GET /policy': () => Response.json(theirs, { headers: { etag: '"13"' } }) })
  const current = { version: 13, at: 0, author: 'ben', comment: '', kind: 'commit' } as const
  await act(async () => live.apply({ type: 'policy', seq: 2, policy: policyState({ current }) }, Date.now()))
  const link = await screen.findByRole('link', { name: 'See theirs and yours' })
  expect(link.getAttribute('href')).toBe('/rules/conflict')
  expect(within(rowOf('pong')).getByText('changed')).toBeTruthy()
})

it('opens one menu at the row that asks, and gives the focus back', async () => {
  await show()
  await ready()
  const button = screen.getByRole('button', { name: 'More for Rule 2' })
  await act(async () => fireEvent.click(button))
  expect(button.getAttribute('aria-expanded')).toBe('true')
  expect((await screen.findByRole('menuitem', { name: 'See connections' })).getAttribute('href')).toBe(
    '/connections?filter=rule%3Aecho',
  )
  await act(async () => fireEvent.click(screen.getByRole('menuitem', { name: 'To top' })))
  expect(order()).toBe('echo pong chat')
  expect(screen.queryByRole('menu')).toBeNull()
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'More for Rule 1' })))
  await act(async () => fireEvent.click(screen.getByRole('menuitem', { name: 'To position…' })))
  fireEvent.change(await screen.findByRole('textbox', { name: 'Position, from 1 to 3' }), { target: { value: '3' } })
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Move' })))
  expect(order()).toBe('pong chat echo')
})

describe('the text', () => {
  const field = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: /as text/ })
  const type = async (value: string) => {
    const area = await field()
    await act(async () => {
      area.focus()
      fireEvent.change(area, { target: { value } })
    })
    return area
  }

  it('is applied as one step with Ctrl Enter, and keeps ids', async () => {
    await show({ path: '/rules/firewall?view=text' })
    const area = await field()
    await type(area.value.replace('allow in pong', 'deny in pong').replace('# all of them', ''))
    await press('Enter', { ctrlKey: true })
    await act(async () => fireEvent.click(screen.getByRole('radio', { name: 'Table' })))
    await ready()
    expect(order()).toBe('pong echo chat')
    expect(within(rowOf('pong')).getByText('Deny')).toBeTruthy()
    await press('z', { ctrlKey: true })
    expect(document.querySelector('[data-mark]')).toBeNull()
  })

  it('is applied when it is left', async () => {
    await show({ path: '/rules/firewall?view=text' })
    const area = await type('allow in pong *\n')
    await act(async () => area.blur())
    expect(screen.getByText('The draft says what the text says.', { selector: '[data-state]' })).toBeTruthy()
    expect(area.value).toBe('allow in pong *\n\ndefault in deny\ndefault out deny\n')
  })

  it('is kept and not forgotten while it is wrong', async () => {
    await show({ path: '/rules/firewall?view=text' })
    await type('allow in pong *\nallow sideways pong *')
    expect(await screen.findByRole('button', { name: 'Line 2, column 7: must be in or out' })).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Apply/ }).disabled).toBe(true)
    await act(async () => fireEvent.click(screen.getByRole('radio', { name: 'Table' })))
    await ready()
    expect(order()).toBe('pong echo chat')
    expect(screen.getByText('There is text that is not applied')).toBeTruthy()
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Go on with the text' })))
    expect((await field()).value).toBe('allow in pong *\nallow sideways pong *')
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Discard the text' })))
    expect((await field()).value).toContain('# People')
  })

  it('completes what is typed', async () => {
    await show({ path: '/rules/firewall?view=text' })
    const area = await type('al')
    expect(screen.getByRole('option', { name: 'allow' })).toBeTruthy()
    await press('Tab')
    expect(area.value).toBe('allow ')
  })

  it('can only be read by a viewer', async () => {
    await show({ path: '/rules/firewall?view=text', role: 'viewer' })
    expect((await field()).readOnly).toBe(true)
  })
})
