// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Role } from '../../shared/api.ts'
import type { DraftNote } from '../../shared/dashboard.ts'
import type { LiveStore } from '../live/live-store.ts'
import { documentOf, rule } from '../rules/testing.ts'
import { anna, FakeApi, problem } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { policyState } from '../testing/policy-state.ts'
import { frameAnswers, showPage } from '../testing/show-page.tsx'
import { useDraftStore } from './use-draft.ts'

const before = documentOf({ rules: [rule('pong'), rule('clock'), rule('chat')] })
const effects = [{ id: 'c1', service: 'pong', peer: '', user: null, effect: 'denied', rule: 'r', target: '' }]
const preview = {
  problems: [],
  changes: [],
  findings: [{ kind: 'shadowed', id: 'pong', others: [], message: '' }],
  tests: [],
  open: { effects, unchanged: 1 },
  recent: { effects: [], unchanged: 0 },
  lockout: null,
  touchesAdmin: false,
  share: 0,
}

let api: FakeApi
let live: LiveStore

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A page that takes the rule `pong` out, and puts a new one in. */
function Page() {
  const store = useDraftStore()
  const change = () =>
    store.edit('Change rules', (document) => ({
      ...document,
      rules: [...document.rules.filter(({ id }) => id !== 'pong'), rule('new')],
    }))
  return (
    <>
      <button type="button" onClick={change}>
        Change
      </button>
      <textarea aria-label="Text" />
    </>
  )
}

async function show(role: Role = 'operator', path = '/rules/firewall') {
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /policy': () => Response.json(before, { headers: { etag: '"12"' } }),
    'PUT /policy/draft': () => Response.json({ draft: null }),
    'DELETE /policy/draft': () => new Response(null, { status: 204 }),
    'POST /policy/preview': () => Response.json(preview),
  })
  live = await showPage(path, Page, path)
  await screen.findByRole('button', { name: 'Change' })
}

const change = () => fireEvent.click(screen.getByRole('button', { name: 'Change' }))
const bar = () => screen.queryByRole('region', { name: 'Changes that are not in force yet' })

async function drafts(...notes: DraftNote[]) {
  await act(async () => {
    live.apply({ type: 'policy', seq: 2, policy: policyState({ drafts: notes }) }, Date.now())
    live.setLink({ type: 'live' })
  })
}

it('is there while there are changes, and says what they are and would do', async () => {
  await show()
  expect(bar()).toBeNull()
  change()
  const found = within(bar()!)
  expect(found.getByText('2 changes: 1 added, 1 removed.')).toBeTruthy()
  expect(await found.findByText('1 open connection would end.', undefined, { timeout: 3000 })).toBeTruthy()
  expect(found.getByText('1 warning.')).toBeTruthy()
  await waitFor(() => expect(found.getByText('Kept on the gateway')).toBeTruthy(), { timeout: 3000 })
  expect(found.getByRole('link', { name: 'Review' }).getAttribute('href')).toBe('/rules/review')
  expect(screen.getByRole('link', { name: '2 unsaved changes' }).getAttribute('href')).toBe('/rules/review')
})

it('undoes, does again and discards, each with its name', async () => {
  await show()
  change()
  fireEvent.click(screen.getByRole('button', { name: 'Undo: Change rules' }))
  expect(bar()).toBeNull()
  fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true, shiftKey: true })
  expect(bar()).not.toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Discard' }))
  expect(bar()).toBeNull()
  fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true })
  expect(bar()).not.toBeNull()
})

it('leaves Ctrl Z to a field that somebody types in', async () => {
  await show()
  change()
  fireEvent.keyDown(screen.getByLabelText('Text'), { key: 'z', ctrlKey: true })
  expect(bar()).not.toBeNull()
})

it('says what is not kept, and asks before the page is left', async () => {
  await show()
  api.answer({ 'PUT /policy/draft': () => problem(413, 'too-large', 'the document is too large') })
  change()
  const fault = 'The gateway does not keep this draft: The document is too large. It is only in this tab.'
  await waitFor(() => expect(within(bar()!).getByRole('status').textContent).toBe(fault), { timeout: 3000 })
  const leaving = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(leaving)
  expect(leaving.defaultPrevented).toBe(true)
})

it('keeps at once what the page goes away with', async () => {
  await show()
  change()
  window.dispatchEvent(new Event('pagehide'))
  await waitFor(() => expect(api.bodies('PUT /policy/draft')).toHaveLength(1), { timeout: 500 })
})

it('names the others who have a draft, on the pages of rules also without one of one’s own', async () => {
  await show()
  await drafts({ user: 'anna', base: 12, savedAt: 1 }, { user: 'ben', base: 12, savedAt: Date.now() })
  expect(screen.getByText(/^Another admin \(ben\) has a draft from /)).toBeTruthy()
  await act(async () => {
    const notes = ['ben', 'carl'].map((user) => ({ user, base: 12, savedAt: 1 }))
    live.apply({ type: 'policy', seq: 3, policy: policyState({ drafts: notes }) }, Date.now())
    live.setLink({ type: 'live' })
  })
  expect(screen.getByText('Other admins have drafts: ben, carl.')).toBeTruthy()
})

it('is not there for who may only look', async () => {
  await show('viewer')
  change()
  expect(bar()).toBeNull()
  expect(screen.queryByRole('link', { name: /unsaved/ })).toBeNull()
})
