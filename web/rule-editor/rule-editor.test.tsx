// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { PolicyPreview, Role } from '../../shared/api.ts'
import type { PolicyDocument } from '../../shared/policy/document.ts'
import { formatPolicy } from '../../shared/policy/line-format.ts'
import { useDraft } from '../policy/use-draft.ts'
import { documentOf, rule } from '../rules/testing.ts'
import { anna, FakeApi } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { frameAnswers, showPage } from '../testing/show-page.tsx'
import { useSearchParam } from '../ui/use-search-param.ts'
import { RuleEditor } from './rule-editor.tsx'

const policy = documentOf({
  rules: [rule('pong', { peer: 'user:anna' }), rule('chat')],
  tests: [{ id: 't-1', direction: 'in', service: 'pong', peer: '*', expect: 'allow', note: '' }],
})
const preview: PolicyPreview = {
  problems: [],
  changes: [],
  findings: [{ kind: 'shadowed', id: 'pong', others: ['chat'], message: 'never decides' }],
  tests: [{ id: 't-1', pass: false, message: 'pong should be allowed' }],
  open: { effects: [], unchanged: 0 },
  recent: { effects: [], unchanged: 0 },
  lockout: null,
  touchesAdmin: false,
  share: 0,
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

/** The editor, with the draft as text beside it. */
function Page() {
  const { document, status } = useDraft()
  const [id, setId] = useSearchParam('edit')
  const [line] = useSearchParam('line')
  return (
    <>
      <pre data-testid="draft">{formatPolicy(document)}</pre>
      {status === 'ready' && id !== '' && (
        <RuleEditor key={id} list="rules" id={id} line={line} onClose={() => setId('')} onOpen={setId} />
      )}
    </>
  )
}

async function show(
  address: string,
  { role = 'operator', document = policy }: { role?: Role; document?: PolicyDocument } = {},
) {
  const done = () => new Response(null, { status: 204 })
  api = new FakeApi({
    ...frameAnswers,
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /policy': () => Response.json(document, { headers: { etag: '"12"' } }),
    'PUT /policy/draft': done,
    'DELETE /policy/draft': done,
    'GET /policy/findings': () => Response.json({ findings: [] }),
    'POST /policy/matches': () => Response.json({ open: 3, recent: 41, ids: ['c-1'] }),
    'POST /policy/preview': () => Response.json(preview),
  })
  await showPage('/', Page, `/?${new URLSearchParams(address)}`)
  return screen.findByRole('complementary')
}

const lineField = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'The same as a line' })
const draft = () => screen.getByTestId('draft').textContent

it('shows a rule as a sentence, a line, and what it matches', async () => {
  await show('edit=pong')
  expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'To: service' }).value).toBe('pong')
  screen.getByText('user:anna', { selector: '.mantine-Pill-label' })
  expect(lineField().value).toBe('allow in pong user:anna')
  await screen.findByText('Matches 3 open connections and 41 recent ones')
  expect(api.bodies('POST /policy/matches')).toEqual([
    { rule: { enabled: true, action: 'allow', direction: 'in', service: 'pong', peer: 'user:anna' } },
  ])
})

it('lets form and line follow each other, and applies them as one step', async () => {
  const panel = await show('edit=pong')
  fireEvent.click(screen.getByRole('radio', { name: 'Deny' }))
  expect(lineField().value).toBe('deny in pong user:anna')
  fireEvent.change(lineField(), { target: { value: 'deny in echo 10.0.0.0/8 origin:none' } })
  expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'To: service' }).value).toBe('echo')
  expect(screen.getByRole<HTMLSelectElement>('combobox', { name: 'On page: web page that connects' }).value).toBe(
    'none',
  )
  expect(draft()).toContain('allow in pong user:anna')
  await screen.findByText('Test 1 would fail')
  screen.getByRole('link', { name: 'See Rule 2' })
  fireEvent.keyDown(lineField(), { key: 'Enter', code: 'Enter', ctrlKey: true })
  await waitFor(() => expect(panel.isConnected).toBe(false))
  expect(draft()).toContain('deny in echo 10.0.0.0/8 origin:none\nallow in chat')
})

it('tells the column of what is wrong, and applies nothing', async () => {
  await show('edit=pong')
  fireEvent.change(lineField(), { target: { value: 'allow in pong 10.1.2.3/8' } })
  screen.getByText(/^Column 15: 10\.1\.2\.3\/8 has bits set behind its prefix/)
  fireEvent.click(screen.getByRole('button', { name: 'Apply to draft' }))
  expect(screen.getByRole('alert').textContent).toBe('1 thing to put right first')
  await waitFor(() => expect(document.activeElement).toBe(lineField()))
  expect(draft()).toContain('allow in pong user:anna')
})

it('asks before changes are lost', async () => {
  const panel = await show('edit=pong')
  fireEvent.change(lineField(), { target: { value: 'deny in pong *' } })
  fireEvent.click(screen.getByRole('button', { name: 'Close panel' }))
  const question = screen.getByRole('alertdialog', { name: 'Discard changes?' })
  expect(document.activeElement?.textContent).toBe('Keep editing')
  fireEvent.click(within(question).getByRole('button', { name: 'Keep editing' }))
  expect(lineField().value).toBe('deny in pong *')
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  fireEvent.click(screen.getByRole('button', { name: 'Discard' }))
  await waitFor(() => expect(panel.isConnected).toBe(false))
  expect(draft()).toContain('allow in pong user:anna')
})

it('closes without a question when nothing was changed, and goes to the next one', async () => {
  await show('edit=pong')
  fireEvent.keyDown(document.body, { key: ']' })
  await screen.findByRole('heading', { name: 'Edit Rule 2' })
  const panel = screen.getByRole('complementary')
  fireEvent.keyDown(panel, { key: 'Escape' })
  await waitFor(() => expect(panel.isConnected).toBe(false))
})

it('fills a new rule in from a line, and adds it on top', async () => {
  const panel = await show('edit=new&line=deny in pong user:ben')
  expect(lineField().value).toBe('deny in pong user:ben')
  fireEvent.click(screen.getByRole('button', { name: 'Add rule' }))
  await waitFor(() => expect(panel.isConnected).toBe(false))
  expect(draft()).toContain('deny in pong user:ben\nallow in pong user:anna')
})

it('says what is missing only when somebody wants to go on', async () => {
  await show('edit=new')
  expect(screen.queryByText('Enter a service, or * for every one.')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Add rule' }))
  screen.getByText('Enter a service, or * for every one.')
})

it('can be read by who may not change it', async () => {
  const panel = await show('edit=pong', { role: 'viewer' })
  within(panel).getByText(/Your role lets you look at rules/)
  within(panel).getByText('allow in pong user:anna')
  expect(within(panel).queryByRole('textbox')).toBeNull()
  expect(within(panel).queryByRole('button', { name: 'Apply to draft' })).toBeNull()
})

it('says that there is no such rule', async () => {
  const panel = await show('edit=gone')
  within(panel).getByText(/the id in the address is wrong/)
})
