// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Role } from '../../../shared/api.ts'
import { documentOf, rule } from '../../rules/testing.ts'
import { anna, FakeApi } from '../../testing/fake-api.ts'
import { fakeBrowser } from '../../testing/fake-browser.ts'
import { frameAnswers, showPage } from '../../testing/show-page.tsx'
import { TestsPage } from './tests-page.tsx'

const test = (id: string, peer: string, expected: 'allow' | 'deny') =>
  ({ id, direction: 'in', service: 'pong', peer, expect: expected, note: '' }) as const
const full = {
  ...documentOf({ rules: [rule('pong', { peer: 'user:anna' })] }),
  tests: [test('t-1', 'user:anna', 'allow'), test('t-2', '10.0.0.5', 'allow')],
}

beforeEach(() => {
  fakeBrowser()
  vi.stubGlobal('scrollTo', () => undefined)
  vi.stubGlobal('CSS', { escape: (text: string) => text })
  Element.prototype.scrollIntoView = () => undefined // jsdom has none
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show(search = '', { role = 'operator', document = full }: { role?: Role; document?: object } = {}) {
  const done = () => new Response(null, { status: 204 })
  void new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /policy': () => Response.json(document, { headers: { etag: '"12"' } }),
    'PUT /policy/draft': done,
    'DELETE /policy/draft': done,
    'GET /policy/tests': () =>
      Response.json({
        tests: [
          { id: 't-1', pass: true, message: 'pong is allowed by pong' },
          { id: 't-2', pass: false, message: 'pong should be allowed, but default-in denies it' },
        ],
      }),
  })
  await showPage('/rules/tests', TestsPage, `/rules/tests?${new URLSearchParams(search)}`)
  await screen.findByRole('heading', { name: 'Tests' })
}

const rows = () => [...document.querySelectorAll<HTMLElement>('tr[data-id]')]
const sentences = () => rows().map((row) => row.querySelector('p')!.textContent!.trim())

it('tells each test as a sentence, with what came out', async () => {
  await show()
  await screen.findByText('1 pass, 1 fails')
  expect(sentences()).toEqual([
    'A client as anna to pong must be allowed',
    'A client with 10.0.0.5 to pong must be allowed',
  ])
  const failing = rows()[1]!
  within(failing).getByText('Fail')
  const why = within(failing).getByRole('link', { name: 'Explain' })
  expect(why.getAttribute('href')).toBe('/rules/tests?explain=in+pong+10.0.0.5')
})

it('shows only those that fail', async () => {
  await show('show=failing')
  await waitFor(() => expect(rows()).toHaveLength(1))
})

it('clones, moves and deletes by keys, and undoes', async () => {
  await show()
  await waitFor(() => expect(rows()).toHaveLength(2))
  rows()[0]!.focus()
  fireEvent.keyDown(rows()[0]!, { key: 'ArrowDown', altKey: true })
  expect(sentences()[0]).toContain('10.0.0.5')
  screen.getByText('Test 1 is now 2 of 2.')
  rows()[0]!.focus()
  fireEvent.keyDown(rows()[0]!, { key: 'c' })
  expect(rows()).toHaveLength(3)
  rows()[2]!.focus()
  fireEvent.keyDown(rows()[2]!, { key: 'Delete' })
  expect(rows()).toHaveLength(2)
  fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true })
  expect(rows()).toHaveLength(3)
})

it('adds a test from a line, after saying what it would say', async () => {
  await show('edit=new&line=test deny in pong 10.0.0.9')
  const panel = await screen.findByRole('complementary')
  await within(panel).findByText('pong is denied by default-in.')
  fireEvent.click(within(panel).getByRole('button', { name: 'Add test' }))
  await waitFor(() => expect(sentences()[2]).toBe('A client with 10.0.0.9 to pong must be refused'))
})

it('says what tests are for when there is none', async () => {
  await show('', { document: { ...full, tests: [] } })
  await screen.findByText('No tests yet')
  fireEvent.click(screen.getByRole('button', { name: 'New test' }))
  await screen.findByRole('heading', { name: 'New test' })
})

it('leaves out for a viewer what would change something', async () => {
  await show('edit=t-1', { role: 'viewer' })
  await waitFor(() => expect(rows()).toHaveLength(2))
  expect(screen.queryByRole('button', { name: 'New test' })).toBeNull()
  expect(within(screen.getByRole('complementary')).queryByRole('textbox')).toBeNull()
})
