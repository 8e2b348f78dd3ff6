// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Explanation } from '../../shared/api.ts'
import { documentOf, rule } from '../rules/testing.ts'
import { anna, FakeApi, problem } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { frameAnswers, showPage } from '../testing/show-page.tsx'

const explanation: Explanation = {
  verdict: 'deny',
  rule: 'default-in',
  service: 'pong',
  target: 'unix:pong',
  version: 12,
  summary: 'Denied by default-in.',
  steps: [{ stage: 'default', id: 'default-in', text: 'default in deny', matched: true, reason: 'no rule matched' }],
}

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

/** @param draft whether there are changes that let everybody reach pong */
async function show(explain: string, answer: () => Response, draft = false) {
  const document = documentOf({ rules: [rule('pong', { peer: '*' })] })
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json({ ...anna, role: 'operator' }),
    'GET /policy/draft': () => Response.json({ draft: draft ? { base: 12, document, savedAt: 0 } : null }),
    'POST /explain': answer,
  })
  await showPage('/', () => <h1>Page</h1>, `/?${new URLSearchParams({ explain })}`)
  await screen.findByRole('dialog', { name: 'Explain a connection' }, { timeout: 8000 })
}

const ok = () => Response.json(explanation)

it('asks what stands in the address, and offers what can be made of the answer', async () => {
  await show('in pong 10.0.0.5 user:anna', ok)
  await screen.findByText('Denied by default-in.')
  expect(api.bodies('POST /explain')).toEqual([{ direction: 'in', service: 'pong', peer: '10.0.0.5 user:anna' }])
  screen.getByText('version 12')
  const make = screen.getByRole('link', { name: 'Make a rule that allows this' })
  expect(new URLSearchParams(make.getAttribute('href')!.split('?')[1]).get('line')).toBe(
    'allow in pong 10.0.0.5 user:anna',
  )
})

it('asks for an id', async () => {
  await show('a1b2c3-1', ok)
  await screen.findByText('Denied by default-in.')
  expect(api.bodies('POST /explain')).toEqual([{ requestId: 'a1b2c3-1' }])
})

it('asks what is filled in, and keeps it in the address', async () => {
  await show('new', ok)
  fireEvent.click(await screen.findByRole('button', { name: 'Explain' }))
  screen.getByText('Enter the name of a service.')
  fireEvent.change(screen.getByRole('combobox', { name: 'Service' }), { target: { value: 'pong' } })
  fireEvent.click(screen.getByRole('button', { name: 'Explain' }))
  await screen.findByText('Denied by default-in.')
  expect(new URLSearchParams(window.location.search).get('explain')).toBe('in pong')
  expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'Service' }).value).toBe('pong')
})

it('says in the drawer what went wrong', async () => {
  await show('in pong 10.0.0.0/8', () => problem(400, 'invalid-request', 'body/peer: it is a range'))
  await screen.findByText('Body/peer: it is a range.')
})

it('asks the draft, and what is in force when wanted', async () => {
  await show('in pong', ok, true)
  await screen.findByText('Allowed')
  screen.getByText('your draft')
  expect(api.bodies('POST /explain')).toEqual([])
  fireEvent.click(screen.getByRole('switch', { name: /^With your draft/ }))
  await waitFor(() => expect(screen.queryByText('Denied by default-in.')).not.toBeNull())
  screen.getByText('version 12')
})
