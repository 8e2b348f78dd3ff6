// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { LiveStore } from '../live/live-store.ts'
import { anna, FakeApi, problem } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { Gate } from './gate.tsx'
import { followSession } from './live-session.ts'
import { SessionStore } from './session-store.ts'
import { takeSetupToken } from './setup-token.ts'
import { SessionContext } from './use-session.ts'

const unknown = () => problem(401, 'unauthenticated')
const signedIn = () => Response.json(anna)

let api: FakeApi
let session: SessionStore
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  fakeBrowser()
  sessionStorage.clear()
  window.history.replaceState(null, '', '/')
  api = new FakeApi({ 'GET /session': unknown })
  session = new SessionStore(() => {})
})

afterEach(() => {
  stop()
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function open(path = '/') {
  window.history.replaceState(null, '', path)
  const token = takeSetupToken()
  stop = session.start()
  render(
    <MantineProvider env="test">
      <SessionContext value={session}>
        <Gate setupToken={token}>{(user) => <input aria-label="page" defaultValue={user} />}</Gate>
      </SessionContext>
    </MantineProvider>,
  )
  await settle()
}

async function settle(ms = 0) {
  await act(() => vi.advanceTimersByTimeAsync(ms))
}

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(name, { selector: 'input' })

async function fill(values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) fireEvent.change(field(name), { target: { value } })
  fireEvent.submit(document.querySelector('form')!)
  await settle()
}

/** The sentences that a field's `aria-describedby` leads to. */
function described(name: string): string {
  const ids = field(name).getAttribute('aria-describedby')?.split(' ') ?? []
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
}

describe('the gate', () => {
  it('shows the page to who is signed in', async () => {
    api.answer({ 'GET /session': signedIn })
    await open()
    expect(field('page').value).toBe('anna')
  })

  it('says so when no answer comes, and goes on when it does', async () => {
    let answer: (response: Response) => void = () => {}
    api.answer({ 'GET /session': () => new Promise((resolve) => void (answer = resolve)) })
    await open()
    expect(screen.queryByText(/takes long/)).toBeNull()
    await settle(8000)
    expect(screen.getByText(/takes long/)).toBeTruthy()
    answer(signedIn())
    await settle()
    expect(field('page')).toBeTruthy()
  })

  it('asks anew when told to, whatever becomes of the first question', async () => {
    const late: ((response: Response) => void)[] = []
    api.answer({ 'GET /session': () => new Promise((resolve) => void late.push(resolve)) })
    await open()
    await settle(8000)
    api.answer({ 'GET /session': signedIn })
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(field('page')).toBeTruthy()
    late[0]!(unknown())
    await settle()
    expect(screen.queryByLabelText('Pass phrase')).toBeNull()
  })

  it('says why somebody is not let in, with the id to ask about', async () => {
    api.answer({ 'GET /session': () => problem(403, 'policy-denied', 'the rules say no') })
    await open()
    expect(screen.getByRole('alert').textContent).toMatch(/The rules say no\..*Request id r1/s)
    expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1)
  })
})

describe('signing in', () => {
  const password = 'Pass phrase'

  it('leads to the page that was asked for', async () => {
    await open('/connections?q=pong')
    expect(document.activeElement).toBe(field('Name'))
    expect(field('Name').autocomplete).toBe('username')
    expect(field(password).autocomplete).toBe('current-password')
    api.answer({ 'POST /session': signedIn })
    await fill({ Name: ' anna ', [password]: ' with blanks ' })
    expect(api.bodies('POST /session')).toEqual([{ name: 'anna', password: ' with blanks ' }])
    expect(field('page')).toBeTruthy()
    expect(window.location.pathname + window.location.search).toBe('/connections?q=pong')
  })

  it('asks for what is missing, at the field, before it asks the gateway', async () => {
    await open()
    await fill({ Name: 'anna' })
    expect(described(password)).toContain('Enter your pass phrase.')
    expect(document.activeElement).toBe(field(password))
    await fill({ Name: '' })
    expect(document.activeElement).toBe(field('Name'))
    expect(field('Name').getAttribute('aria-invalid')).toBe('true')
    expect(api.bodies('POST /session')).toEqual([])
  })

  it('says the same whatever was wrong, and keeps what was typed', async () => {
    await open()
    api.answer({ 'POST /session': () => problem(401, 'wrong-credentials', 'whatever') })
    await fill({ Name: 'anna', [password]: 'guess' })
    expect(described(password)).toContain('The name or the pass phrase is not right.')
    expect(document.activeElement).toBe(field(password))
    expect(field(password).value).toBe('guess')
  })

  it('counts down while the gateway wants to be left alone, and sends nothing', async () => {
    await open()
    api.answer({ 'POST /session': () => problem(429, 'slow-down', 'wait', { 'retry-after': '12' }) })
    await fill({ Name: 'anna', [password]: 'guess' })
    expect(screen.getByRole('button', { name: 'Try again in 12 s' }).getAttribute('aria-disabled')).toBe('true')
    expect(screen.getByText('Too many failed tries')).toBeTruthy()
    await settle(5000)
    expect(screen.getByRole('button', { name: 'Try again in 7 s' })).toBeTruthy()
    await fill({})
    expect(api.bodies('POST /session')).toHaveLength(1)
    await settle(7000)
    expect(screen.getByText('You can try again now.')).toBeTruthy()
    api.answer({ 'POST /session': signedIn })
    await fill({})
    expect(field('page')).toBeTruthy()
  })

  it('says so when nothing answers', async () => {
    await open()
    api.answer({ 'POST /session': () => Promise.reject(new TypeError('fetch failed')) })
    await fill({ Name: 'anna', [password]: 'guess' })
    expect(screen.getByRole('alert').textContent).toContain('The gateway did not answer')
  })

  it('shows the pass phrase when asked to', async () => {
    await open()
    const button = screen.getByRole('button', { name: 'Show pass phrase' })
    fireEvent.click(button)
    expect(field(password).type).toBe('text')
    expect(button.getAttribute('aria-pressed')).toBe('true')
    fireEvent.click(button)
    expect(field(password).type).toBe('password')
  })
})

describe('a session that ends in use', () => {
  it('puts sign-in over the page, says why, and goes on with all that was typed', async () => {
    api.answer({ 'GET /session': signedIn })
    await open()
    fireEvent.change(field('page'), { target: { value: 'half a sentence' } })
    api.answer({ 'GET /session': unknown, 'POST /session': signedIn })
    await act(() => session.check())
    await settle(300)
    const dialog = within(screen.getByRole('dialog', { name: 'Sign in' }))
    expect(dialog.getByText('Your session was ended')).toBeTruthy()
    expect(dialog.getByText('Why am I here?')).toBeTruthy()
    expect(field('Name').value).toBe('anna')
    await fill({ 'Pass phrase': 'right' })
    await settle(300)
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(field('page').value).toBe('half a sentence')
  })

  it('reads the live feed only while somebody is signed in', async () => {
    api.answer({ 'GET /session': signedIn })
    await open()
    const live = new LiveStore()
    const end = vi.fn<() => void>()
    const read = vi.fn<() => () => void>(() => end)
    const stopFollowing = followSession(session, live, read)
    expect(read).toHaveBeenCalledOnce()
    api.answer({ 'GET /session': unknown, 'POST /session': signedIn })
    await act(async () => live.setLink({ type: 'lost', since: 0 }))
    await settle()
    expect(end).toHaveBeenCalledOnce()
    expect(live.getState().link.type).toBe('signed-out')
    await act(() => session.signIn('anna', 'right'))
    expect(read).toHaveBeenCalledTimes(2)
    expect(live.getState().link.type).toBe('connecting')
    stopFollowing()
    expect(end).toHaveBeenCalledTimes(2)
  })
})

describe('setting up', () => {
  const good = { 'One-time token': 'abc', Name: 'anna', 'Pass phrase': 'correct horse battery' }

  beforeEach(() => api.answer({ 'GET /session': () => problem(401, 'setup-needed') }))

  it('takes the token out of the link and the address, makes the admin, and leads to the welcome page', async () => {
    await open('/setup#token=a-b_c')
    expect(screen.getByRole('listitem', { current: 'step' }).textContent).toContain('Admin')
    expect(window.location.href).not.toContain('a-b_c')
    expect(field('One-time token').value).toBe('a-b_c')
    expect(document.activeElement).toBe(field('Name'))
    expect(field('Pass phrase').autocomplete).toBe('new-password')
    api.answer({ 'POST /setup': signedIn })
    await fill({ Name: 'anna', 'Pass phrase': 'correct horse battery' })
    const body = { token: 'a-b_c', name: 'anna', password: 'correct horse battery' }
    expect(api.bodies('POST /setup')).toEqual([body])
    expect(field('page').value).toBe('anna')
    expect(window.location.pathname).toBe('/welcome')
  })

  it('takes the token of a link that is opened in the same tab later', async () => {
    await open('/setup')
    expect(screen.getByRole('listitem', { current: 'step' }).textContent).toContain('Token')
    expect(document.activeElement).toBe(field('One-time token'))
    window.history.replaceState(null, '', '/setup#token=newer')
    act(() => void window.dispatchEvent(new Event('hashchange')))
    expect(field('One-time token').value).toBe('newer')
    expect(window.location.hash).toBe('')
  })

  it('says at each field what is wrong, and goes to the first', async () => {
    await open('/setup')
    await fill({ Name: 'Anna B', 'Pass phrase': 'short' })
    expect(described('One-time token')).toContain('Enter the token')
    expect(described('Name')).toContain('Use lower-case letters')
    expect(described('Pass phrase')).toContain('Add 7 characters')
    expect(document.activeElement).toBe(field('One-time token'))
    expect(api.bodies('POST /setup')).toEqual([])
  })

  it('measures the pass phrase while it is typed, in characters and not in bytes', async () => {
    await open('/setup')
    fireEvent.change(field('Pass phrase'), { target: { value: '🦊🦊🦊🦊🦊🦊🦊' } })
    expect(described('Pass phrase')).toContain('7 of at least 12 characters')
    fireEvent.change(field('Pass phrase'), { target: { value: 'correct horse' } })
    expect(described('Pass phrase')).toContain('Long enough')
  })

  it.each([
    ['setup-wrong', 403, 'x', 'One-time token', 'Run sockgate setup'],
    ['invalid-account', 422, 'The name local is kept.', 'Name', 'The name local is kept.'],
    ['invalid-account', 422, 'A password has 12 to 256 characters.', 'Pass phrase', 'A password has 12'],
  ])('puts %s where it belongs', async (code, status, detail, label, sentence) => {
    await open('/setup')
    api.answer({ 'POST /setup': () => problem(status, code, detail) })
    await fill(good)
    expect(described(label)).toContain(sentence)
    expect(document.activeElement).toBe(field(label))
  })

  it('waits when it is told to', async () => {
    await open('/setup')
    api.answer({ 'POST /setup': () => problem(429, 'slow-down', 'wait', { 'retry-after': '4' }) })
    await fill(good)
    expect(screen.getByRole('button', { name: 'Try again in 4 s' })).toBeTruthy()
  })

  it('leads to sign-in when somebody was faster, or when it has long been over', async () => {
    await open('/setup')
    api.answer({ 'POST /setup': () => problem(410, 'setup-over') })
    await fill(good)
    expect(screen.getByRole('link', { name: 'Go to sign-in' }).getAttribute('href')).toBe('/login')
    cleanup()
    stop()
    api.answer({ 'GET /session': unknown })
    session = new SessionStore(() => {})
    await open('/setup#token=old')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Setup is over')
    expect(window.location.hash).toBe('')
  })
})
