// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { PolicyVersion, Role } from '../../../shared/api.ts'
import type { LiveStore } from '../../live/live-store.ts'
import { documentOf, rule } from '../../rules/testing.ts'
import { anna, FakeApi, problem } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { policyState } from '../../testing/policy-state.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { HistoryPage } from './history-page.tsx'

const now = documentOf({ rules: [rule('pong'), rule('clock')] })
const old = documentOf({ rules: [rule('pong')] })
const version = (number: number, fields: Partial<PolicyVersion> = {}): PolicyVersion => ({
  version: number,
  at: Date.UTC(2026, 0, number),
  author: 'anna',
  comment: `the ${number}th`,
  kind: 'commit',
  ...fields,
})

let api: FakeApi
let live: LiveStore

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      readonly #report: IntersectionObserverCallback
      constructor(report: IntersectionObserverCallback) {
        this.#report = report
      }
      observe() {
        this.#report([{ isIntersecting: true } as IntersectionObserverEntry], this as never)
      }
      disconnect() {}
    },
  )
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show({ role = 'admin', search = '' }: { role?: Role; search?: string } = {}) {
  const rolledBack = { kind: 'rollback', author: 'gateway', comment: 'nobody confirmed version 11 in time' } as const
  const changes = [{ change: 'added', list: 'rules', id: 'clock', before: null, after: 'allow in clock *' }]
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /policy': () => Response.json(now, { headers: { etag: '"12"' } }),
    'PUT /policy/draft': () => Response.json({ draft: null }),
    'GET /policy/versions': () => Response.json({ versions: [version(12, rolledBack), version(11)], nextCursor: '11' }),
    'GET /policy/versions?cursor=11': () => Response.json({ versions: [version(10)], nextCursor: null }),
    'GET /policy/versions/12': () => Response.json({ ...version(12), document: now, changes }),
    'GET /policy/versions/11': () =>
      Response.json({ ...version(11), document: old, changes: [...changes, ...changes] }),
    'GET /policy/versions/10': () => Response.json({ ...version(10), document: now, changes: [] }),
    'GET /policy/versions/12?against=11': () => Response.json({ ...version(12), document: now, changes }),
  })
  live = await showPage('/history', HistoryPage, `/history${search}`)
  await screen.findByText('the 11th')
}

const row = (number: number) => within(screen.getByText(`${number}`, { selector: 'td' }).closest('tr')!)
const menu = async (number: number) => {
  fireEvent.click(screen.getByRole('button', { name: `Actions for version ${number}` }))
  return within(await screen.findByRole('menu'))
}

it('lists the versions with what became of them and how much they changed', async () => {
  await show()
  expect(row(12).getByText('in force')).toBeTruthy()
  expect(row(11).getByText('rolled back automatically')).toBeTruthy()
  const size = await row(11).findByRole('link', { name: '2 changes' })
  expect(size.getAttribute('href')).toBe('/history?compare=10..11')
  fireEvent.click(screen.getByRole('button', { name: 'Show older versions' }))
  expect(await screen.findByText('the 10th')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show older versions' })).toBeNull()
})

it('makes an old version a draft, and goes to its review', async () => {
  await show()
  fireEvent.click((await menu(11)).getByRole('menuitem', { name: 'Restore' }))
  await waitFor(() => expect(window.location.pathname).toBe('/rules/review'))
  await waitFor(() => expect(api.bodies('PUT /policy/draft')).toEqual([{ base: 12, document: old }]), { timeout: 3000 })
})

it('says so when a version is what is in force anyway', async () => {
  await show()
  fireEvent.click(screen.getByRole('button', { name: 'Show older versions' }))
  await screen.findByText('the 10th')
  fireEvent.click((await menu(10)).getByRole('menuitem', { name: 'Restore' }))
  expect(await screen.findByText(/Version 10 says the same as what is in force/)).toBeTruthy()
  expect(window.location.pathname).toBe('/history')
})

it('compares two versions by the address', async () => {
  await show({ search: '?compare=11..12' })
  const comparison = within(await screen.findByRole('region', { name: 'From version 11 to 12' }))
  expect(await comparison.findByText('allow in clock *')).toBeTruthy()
  fireEvent.click(comparison.getByRole('radio', { name: 'As text' }))
  await waitFor(() => expect(document.querySelector('[data-sign="+"]')?.textContent).toContain('allow in clock *'))
  fireEvent.click(comparison.getByRole('button', { name: 'Close the comparison' }))
  await waitFor(() => expect(window.location.search).toBe(''))
})

function drop(file: File) {
  const area = screen.getByRole('heading', { name: 'History' }).closest('[class*="drop"]')!
  fireEvent.drop(area, { dataTransfer: { types: ['Files'], files: [file] } })
}

it('makes a draft of a file that is dropped', async () => {
  await show()
  drop(new File(['allow in pong *\n'], 'rules.txt'))
  await waitFor(() => expect(window.location.pathname).toBe('/rules/review'))
  await waitFor(() => expect(api.bodies('PUT /policy/draft')).toHaveLength(1), { timeout: 3000 })
})

it.each([
  ['rules.txt', 'allow in pong *\nallow sideways\n', /^Line 2, column \d+: /],
  ['rules.yaml', 'rules: []', /^YAML is read by the gateway only/],
  ['rules.json', '{"rules": [{]}', /JSON/],
])('says what is wrong with %s', async (name, content, fault) => {
  await show()
  drop(new File([content], name))
  const alert = await screen.findByRole('alert')
  expect(within(alert).getByText(`${name} can't be used`)).toBeTruthy()
  expect(within(alert).getByText(fault)).toBeTruthy()
  expect(window.location.pathname).toBe('/history')
})

it('tells why a version can’t be had', async () => {
  await show()
  api.answer({ 'GET /policy/versions/11': () => problem(404, 'no-version', 'version 11 is too old to be kept') })
  fireEvent.click((await menu(11)).getByRole('menuitem', { name: 'Restore' }))
  expect(await screen.findByText('Version 11 is too old to be kept.')).toBeTruthy()
})

it('changes nothing for a viewer', async () => {
  await show({ role: 'viewer' })
  expect(screen.queryByRole('button', { name: 'Import file…' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Download rules' })).toBeNull()
  expect((await menu(11)).queryByRole('menuitem', { name: 'Restore' })).toBeNull()
})

it('says that the rules come from a file, and how they differ', async () => {
  await show()
  const managed = { path: '/etc/sockgate/rules.yaml', drift: 'it can no longer be read' }
  await act(async () => {
    live.apply({ type: 'policy', seq: 2, policy: policyState({ managed }) }, Date.now())
    live.setLink({ type: 'live' })
  })
  expect(screen.getByText(/\/etc\/sockgate\/rules\.yaml/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Import file…' })).toBeNull()
})
