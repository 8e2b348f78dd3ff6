// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { documentOf, rule } from '../../rules/testing.ts'
import { anna, FakeApi } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { ConflictPage } from './conflict-page.tsx'

const base = documentOf({ rules: [rule('pong'), rule('clock'), rule('chat')] })

let api: FakeApi

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Mine was made on version 11; theirs is in force as version 12. */
async function show(mine: PolicyDocument, theirs: PolicyDocument) {
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json(anna),
    'GET /policy': () => Response.json(theirs, { headers: { etag: '"12"' } }),
    'GET /policy/versions/11': () => Response.json({ version: 11, document: base }),
    'GET /policy/draft': () => Response.json({ draft: { base: 11, document: mine, savedAt: 1 } }),
    'PUT /policy/draft': () => Response.json({ draft: null }),
    'DELETE /policy/draft': () => new Response(null, { status: 204 }),
  })
  await showPage('/rules/conflict', ConflictPage, '/rules/conflict')
  await screen.findByRole('heading', { name: 'Conflict' })
}

const without = (id: string) => documentOf({ rules: base.rules.filter((each) => each.id !== id) })
const kept = () => api.bodies('PUT /policy/draft').at(-1)
const goOn = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Go on with both' })

it('joins what does not touch the same entries, at a click', async () => {
  await show(without('chat'), without('clock'))
  expect(screen.getByText(/do not touch the same entries/)).toBeTruthy()
  const both = within(screen.getByRole('region', { name: 'Both: your draft on top of theirs' }))
  expect(both.getByText('chat')).toBeTruthy()
  expect(both.queryByText('clock')).toBeNull()
  fireEvent.click(goOn())
  await waitFor(() => expect(kept()).toEqual({ base: 12, document: documentOf({ rules: [rule('pong')] }) }), {
    timeout: 3000,
  })
  expect(window.location.pathname).toBe('/rules/review')
})

it('lets nobody go on before each conflict is decided', async () => {
  const changed = (peer: string) => documentOf({ rules: [rule('pong', { peer }), ...base.rules.slice(1)] })
  await show(changed('user:anna'), changed('user:ben'))
  const choice = within(screen.getByRole('group', { name: 'Rule pong changed by both' }))
  expect(choice.getByText('allow in pong *')).toBeTruthy()
  expect(goOn().disabled).toBe(true)
  expect(screen.getByText('1 choice is still open.')).toBeTruthy()
  fireEvent.click(choice.getByRole('radio', { name: /^Mine/ }))
  expect(goOn().disabled).toBe(false)
  fireEvent.click(goOn())
  await waitFor(() => expect(kept()).toEqual({ base: 12, document: changed('user:anna') }), { timeout: 3000 })
})

it('drops mine for theirs, which can be undone', async () => {
  await show(without('chat'), without('clock'))
  fireEvent.click(screen.getByRole('button', { name: 'Drop my changes' }))
  await waitFor(() => expect(window.location.pathname).toBe('/rules/firewall'))
  await waitFor(() => expect(api.asked.at(-1)?.request).toBe('DELETE /policy/draft'), { timeout: 3000 })
  fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true })
  await waitFor(() => expect(kept()).toEqual({ base: 11, document: without('chat') }), { timeout: 3000 })
})

it('says so when there is no conflict', async () => {
  await show(base, base)
  expect(await screen.findByText('There is no conflict.')).toBeTruthy()
})
