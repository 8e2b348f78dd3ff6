// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { PolicyPreview, Role } from '../../../shared/api.ts'
import type { LiveStore } from '../../live/live-store.ts'
import { documentOf, rule } from '../../rules/testing.ts'
import { anna, FakeApi, problem } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { policyState } from '../../testing/policy-state.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { ReviewPage } from './review-page.tsx'

const before = documentOf({ rules: [rule('pong'), rule('clock')] })
const after = documentOf({ rules: [rule('pong', { peer: 'user:anna' }), rule('clock')] })
const calm: PolicyPreview = {
  problems: [],
  changes: [],
  findings: [],
  tests: [],
  open: { effects: [], unchanged: 2 },
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
  Element.prototype.scrollIntoView = () => undefined // jsdom has none
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show(preview: Partial<PolicyPreview> = {}, role: Role = 'operator') {
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /policy': () => Response.json(before, { headers: { etag: '"12"' } }),
    'GET /policy/draft': () => Response.json({ draft: { base: 12, document: after, savedAt: 1 } }),
    'DELETE /policy/draft': () => new Response(null, { status: 204 }),
    'POST /policy/preview': () => Response.json({ ...calm, ...preview }),
    'POST /policy/commit': () => {
      api.answer({ 'GET /policy': () => Response.json(after, { headers: { etag: '"13"' } }) })
      return Response.json(policyState({ current: { ...policyState().current, version: 13 } }))
    },
  })
  live = await showPage('/rules/review', ReviewPage, '/rules/review')
  await screen.findByRole('heading', { name: 'Review' })
  await waitFor(() => expect(screen.queryByText('Asking the gateway what this would do…')).toBeNull(), {
    timeout: 3000,
  })
}

const section = (name: string) => within(screen.getByRole('region', { name }))
const commitButton = () => screen.getByRole('button', { name: 'Commit 1 change' })
const sent = () => api.bodies('POST /policy/commit') as Record<string, unknown>[]

it('shows what changes, word by word', async () => {
  await show()
  const changes = section('Changes')
  const [removed, added] = [document.querySelector('del')!, document.querySelector('ins')!]
  expect(changes.getByText('changed')).toBeTruthy()
  expect(removed.querySelector('mark')!.textContent).toBe('*')
  expect(added.querySelector('mark')!.textContent).toBe('user:anna')
  expect(changes.getByRole('link', { name: 'pong' }).getAttribute('href')).toBe('/rules/firewall?edit=pong')
})

it('tells what becomes of connections, with links to them and to the rule', async () => {
  const effect = {
    id: 'c1',
    service: 'pong',
    peer: '10.0.0.5:1',
    user: 'ben',
    effect: 'denied',
    rule: 'clock',
  } as const
  await show({ open: { effects: [{ ...effect, target: '' }], unchanged: 3 }, share: 0.25 })
  const table = section('Connections')
  expect(table.getByRole('link', { name: 'c1' }).getAttribute('href')).toBe('/connections/c1')
  expect(table.getByText('closed')).toBeTruthy()
  expect(table.getByText('3 others stay as they are.')).toBeTruthy()
  expect(section('Commit').getByText('1 open connection loses its right')).toBeTruthy()
  expect(section('Commit').getByText('Suggested: 25 % of the open connections are touched.')).toBeTruthy()
})

it('commits by Ctrl Enter as it was chosen, and goes back to where the draft was made', async () => {
  await show()
  const comment = screen.getByLabelText('Comment')
  fireEvent.change(comment, { target: { value: 'only anna' } })
  fireEvent.keyDown(comment, { key: 'Enter', ctrlKey: true })
  await waitFor(() => expect(window.location.pathname).toBe('/rules/firewall'))
  expect(sent()).toEqual([{ document: after, existing: 'close', comment: 'only anna' }])
})

it('asks for a reason while tests fail, and puts the focus there', async () => {
  await show({ tests: [{ id: 't-1', pass: false, message: 'pong should be denied, but clock allows it' }] })
  fireEvent.click(commitButton())
  const reason = screen.getByLabelText('1 test fails: why is it committed all the same?')
  await waitFor(() => expect(document.activeElement).toBe(reason))
  expect(sent()).toEqual([])
  fireEvent.change(reason, { target: { value: 'the test is old' } })
  fireEvent.click(commitButton())
  await waitFor(() => expect(sent()).toMatchObject([{ override: 'the test is old' }]))
})

it('does not let go of the confirm window when it would lock somebody out', async () => {
  await show({ lockout: 'no rule lets you in' })
  expect(screen.getByText('No rule lets you in.')).toBeTruthy()
  const box = screen.getByRole<HTMLInputElement>('checkbox', { name: /Take it back by itself/ })
  expect([box.checked, box.disabled]).toEqual([true, true])
  const field = screen.getByRole('combobox', { name: 'Confirm window' })
  fireEvent.change(field, { target: { value: '2s' } })
  fireEvent.click(commitButton())
  expect(await screen.findByText('Must be from 5s to 1h.')).toBeTruthy()
  fireEvent.change(field, { target: { value: '90s' } })
  fireEvent.click(commitButton())
  await waitFor(() => expect(sent()).toMatchObject([{ confirmWithin: '90s' }]))
})

it('says what is wrong with the rules, with the way to it, and commits nothing', async () => {
  await show({ problems: [{ pointer: '/rules/0/peer', message: 'the peer is no address' }] })
  const link = section('Problems').getByRole('link', { name: 'pong' })
  expect(link.getAttribute('href')).toBe('/rules/firewall?edit=pong')
  expect(screen.getByText('Mend the problems first.')).toBeTruthy()
  fireEvent.click(commitButton())
  expect(sent()).toEqual([])
})

it('waits for a commit that waits, with its countdown', async () => {
  await show()
  const pending = { version: 12, revertTo: 11, deadline: Date.now() + 42_000 }
  await act(async () => {
    live.apply({ type: 'policy', seq: 2, policy: policyState({ pending }) }, Date.now())
    live.setLink({ type: 'live' })
  })
  expect(section('Commit').getByText(/Version 12 waits for its confirmation, 0:4\d left/)).toBeTruthy()
  fireEvent.click(commitButton())
  expect(sent()).toEqual([])
})

it('says what the gateway found wrong when it refuses', async () => {
  await show()
  const problems = [{ pointer: '/rules/1/service', message: 'no such service' }]
  const body = { type: '', title: '', status: 422, detail: 'no', code: 'policy-invalid', requestId: 'r1', problems }
  const refused = () =>
    new Response(JSON.stringify(body), { status: 422, headers: { 'content-type': 'application/problem+json' } })
  api.answer({ 'POST /policy/commit': refused })
  fireEvent.click(commitButton())
  const found = await screen.findByText('No such service.')
  expect(within(found.closest('li')!).getByRole('link').getAttribute('href')).toBe('/rules/firewall?edit=clock')
})

it('goes to the conflict when somebody was faster', async () => {
  await show()
  api.answer({
    'POST /policy/commit': () => problem(412, 'conflict', 'the policy is at version 13 by now'),
    'GET /policy': () => Response.json(documentOf({ rules: [rule('pong')] }), { headers: { etag: '"13"' } }),
  })
  fireEvent.click(commitButton())
  await waitFor(() => expect(window.location.pathname).toBe('/rules/conflict'))
})

it('shows a viewer what a draft does, and nothing to commit it with', async () => {
  await show({}, 'viewer')
  expect(screen.getByText('You may look at the rules, not change them.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /Commit/ })).toBeNull()
})
