// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { getJson } from '../api/client.ts'
import { anna, FakeApi, problem } from '../testing/fake-api.ts'
import { SessionStore } from './session-store.ts'

const unknown = () => problem(401, 'unauthenticated')
const signedIn = () => Response.json(anna)
const down = () => Promise.reject(new TypeError('fetch failed'))

let api: FakeApi
let store: SessionStore
let stop: () => void
const leave = vi.fn<() => void>()

beforeEach(() => {
  vi.useFakeTimers()
  sessionStorage.clear()
  leave.mockClear()
  window.history.replaceState(null, '', '/')
  api = new FakeApi({ 'GET /session': signedIn })
  store = new SessionStore(leave)
})

afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

async function start() {
  stop = store.start()
  await vi.advanceTimersByTimeAsync(0)
}

const asked = () => api.bodies('GET /session').length

describe('the first answer', () => {
  it.each([
    ['signed-in', signedIn],
    ['signed-out', unknown],
    ['setup', () => problem(401, 'setup-needed')],
    ['refused', () => problem(403, 'policy-denied')],
    ['refused', () => problem(500, 'internal')],
    ['unreachable', down],
  ])('says: %s', async (type, answer) => {
    api.answer({ 'GET /session': answer })
    await start()
    expect(store.getState().type).toBe(type)
  })

  it.each([down, () => problem(403, 'policy-denied')])(
    'is asked for again while there is none to use',
    async (answer) => {
      api.answer({ 'GET /session': answer })
      await start()
      await vi.advanceTimersByTimeAsync(3000)
      expect(asked()).toBe(2)
      api.answer({ 'GET /session': signedIn })
      await vi.advanceTimersByTimeAsync(3000)
      expect(store.getState()).toEqual({ type: 'signed-in', session: anna })
      await vi.advanceTimersByTimeAsync(60_000)
      expect(asked()).toBe(3)
    },
  )

  it.each(['/setup', '/login'])('leads from %s to the overview when there is a session', async (path) => {
    window.history.replaceState(null, '', path)
    await start()
    expect(window.location.pathname).toBe('/')
  })
})

describe('a session that ends in use', () => {
  it('is noticed with any call, and the page is kept', async () => {
    await start()
    api.answer({ 'GET /session': unknown, 'GET /status': unknown })
    await getJson('/status').catch(() => {})
    await vi.advanceTimersByTimeAsync(0)
    expect(store.getState()).toEqual({ type: 'interrupted', session: anna, why: 'ended' })
  })

  it('is not believed when only one late answer says so', async () => {
    await start()
    api.answer({ 'GET /status': unknown })
    await getJson('/status').catch(() => {})
    await vi.advanceTimersByTimeAsync(0)
    expect(store.getState().type).toBe('signed-in')
  })

  it('is noticed within five minutes, but not asked about by a hidden page', async () => {
    await start()
    const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    await vi.advanceTimersByTimeAsync(60 * 60_000)
    expect(asked()).toBe(1)
    hidden.mockReturnValue('visible')
    api.answer({ 'GET /session': unknown })
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(store.getState().type).toBe('interrupted')
  })

  it('has expired when its time was over', async () => {
    api.answer({ 'GET /session': () => Response.json({ ...anna, expiresAt: Date.now() + 60_000 }) })
    await start()
    api.answer({ 'GET /session': unknown })
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(store.getState()).toMatchObject({ why: 'expired' })
  })

  it('ended with the gateway when that was away in between', async () => {
    await start()
    api.answer({ 'GET /session': down })
    await store.check()
    expect(store.getState().type).toBe('signed-in')
    api.answer({ 'GET /session': unknown })
    await store.check()
    expect(store.getState()).toMatchObject({ type: 'interrupted', why: 'restarted' })
  })

  it('goes on when somebody signs in, here or in another tab', async () => {
    await start()
    api.answer({ 'GET /session': unknown, 'POST /session': signedIn })
    await store.check()
    await store.signIn('anna', 'pass')
    expect(store.getState().type).toBe('signed-in')
    await store.check()
    expect(store.getState().type).toBe('interrupted')
    api.answer({ 'GET /session': signedIn })
    window.dispatchEvent(new Event('focus'))
    await vi.advanceTimersByTimeAsync(0)
    expect(store.getState().type).toBe('signed-in')
  })

  it('does not end by an answer that was under way while somebody signed in', async () => {
    await start()
    let late: (response: Response) => void = () => {}
    api.answer({ 'GET /session': unknown, 'POST /session': signedIn })
    await store.check()
    api.answer({ 'GET /session': () => new Promise((resolve) => void (late = resolve)) })
    const check = store.check()
    await store.signIn('anna', 'pass')
    late(unknown())
    await check
    expect(store.getState().type).toBe('signed-in')
  })
})

describe('signing out', () => {
  it('ends the session, leaves, and is remembered as one’s own wish', async () => {
    await start()
    api.answer({ 'DELETE /session': () => new Response(null, { status: 204 }), 'GET /session': unknown })
    await store.signOut()
    expect(leave).toHaveBeenCalledOnce()
    stop()
    store = new SessionStore(leave)
    await start()
    expect(store.getState()).toEqual({ type: 'signed-out', why: 'signed-out', user: '' })
  })

  it('does not leave while the gateway does not answer', async () => {
    await start()
    api.answer({ 'DELETE /session': down })
    await expect(store.signOut()).rejects.toThrow(TypeError)
    expect(leave).not.toHaveBeenCalled()
    expect(store.getState().type).toBe('signed-in')
  })

  it('leaves also when the session had ended already', async () => {
    await start()
    api.answer({ 'DELETE /session': unknown })
    await store.signOut()
    expect(leave).toHaveBeenCalledOnce()
  })
})

it('tells after a reload whose session ended, and tells a newcomer nothing', async () => {
  await start()
  stop()
  api.answer({ 'GET /session': unknown })
  store = new SessionStore(leave)
  await start()
  expect(store.getState()).toEqual({ type: 'signed-out', why: 'ended', user: 'anna' })
  stop()
  sessionStorage.setItem('sockgate-last-session', '{')
  store = new SessionStore(leave)
  await start()
  expect(store.getState()).toEqual({ type: 'signed-out', why: 'none', user: '' })
})
