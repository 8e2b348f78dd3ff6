// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { PolicyState, Role } from '../../shared/api.ts'
import { LiveStore } from '../live/live-store.ts'
import { LiveContext } from '../live/use-live.ts'
import { SessionStore } from '../session/session-store.ts'
import { SessionContext } from '../session/use-session.ts'
import { anna, FakeApi, problem } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { policyState } from '../testing/policy-state.ts'
import { ConfirmBar } from './confirm-bar.tsx'

const done = () => new Response(null, { status: 204 })

let api: FakeApi
let live: LiveStore
/** How far this clock is ahead of the gateway's. */
let aheadMs = 0

beforeEach(() => {
  vi.useFakeTimers()
  fakeBrowser()
  live = new LiveStore()
  aheadMs = 0
  vi.stubGlobal('scrollTo', () => undefined)
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function show(policy: PolicyState, role: Role = 'operator') {
  api = new FakeApi({
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /policy/state': () => Response.json({}, { headers: { date: new Date(Date.now() - aheadMs).toUTCString() } }),
  })
  const session = new SessionStore(() => {})
  await session.check()
  const router = createRouter({
    routeTree: createRootRoute({
      component: () => (
        <main id="content" tabIndex={-1}>
          <ConfirmBar />
        </main>
      ),
    }),
    history: createMemoryHistory(),
  })
  await router.load()
  render(
    <MantineProvider env="test">
      <SessionContext value={session}>
        <LiveContext value={live}>
          <RouterProvider router={router} />
        </LiveContext>
      </SessionContext>
    </MantineProvider>,
  )
  live.apply({ type: 'snapshot', seq: 1, open: [], recent: [], services: [], policy }, Date.now())
  live.setLink({ type: 'live' })
  await settle()
}

async function change(policy: PolicyState) {
  live.apply({ type: 'policy', seq: live.seq! + 1, policy }, Date.now())
  await settle(300)
}

async function settle(ms = 0) {
  await act(() => vi.advanceTimersByTimeAsync(ms))
}

const waiting = (seconds: number) =>
  policyState({ pending: { version: 12, revertTo: 11, deadline: Date.now() + seconds * 1000 } })

const heard = () => screen.getAllByRole('status')[0]!.textContent
const keep = () => screen.getByRole('button', { name: 'Keep rules version 12' })
const rollBack = () => screen.getByRole('button', { name: 'Roll back to rules version 11 now' })

it('is not there while nothing waits', async () => {
  await show(policyState())
  expect(screen.queryByRole('button')).toBeNull()
  expect(heard()).toBe('')
})

it('counts down each second, and is heard at few moments', async () => {
  await show(waiting(65))
  expect(screen.getByText('Rules version 12 return to version 11 in 1:05 unless confirmed')).toBeTruthy()
  expect(heard()).toContain('in 65 s')
  await settle(4000)
  expect(screen.getByText(/in 1:01 unless/)).toBeTruthy()
  expect(heard()).toContain('in 65 s')
  await settle(1000)
  expect(heard()).toContain('in 1 min')
  await settle(50_000)
  expect(heard()).toContain('in 10 s')
  await settle(10_000)
  expect(screen.getByText('Rules version 12 return to version 11 now')).toBeTruthy()
})

it('keeps them, says so, and hands the focus on', async () => {
  await show(waiting(42))
  api.answer({ 'POST /policy/confirm': done })
  keep().focus()
  await act(async () => fireEvent.click(keep()))
  expect(api.bodies('POST /policy/confirm')).toEqual([undefined])
  await change(policyState())
  expect(heard()).toBe('Rules version 12 are kept.')
  expect(screen.queryByRole('button', { name: /Keep/ })).toBeNull()
  expect(document.activeElement?.id).toBe('content')
  await settle(12_000)
  expect(heard()).toBe('')
})

it('rolls back, whoever or whatever did it', async () => {
  await show(waiting(42))
  api.answer({ 'POST /policy/rollback': done })
  await act(async () => fireEvent.click(rollBack()))
  expect(api.bodies('POST /policy/rollback')).toEqual([undefined])
  await change(policyState({ current: { version: 13, at: 0, author: 'gateway', comment: '', kind: 'rollback' } }))
  expect(heard()).toBe('Back to the rules of before, now version 13.')
  fireEvent.click(screen.getByRole('button', { name: 'Close' }))
  expect(heard()).toBe('')
})

it('claims nothing about an outcome when other rules came in between', async () => {
  await show(waiting(42))
  await change(policyState({ current: { version: 13, at: 0, author: 'anna', comment: '', kind: 'edit' } }))
  expect(heard()).toBe('')
  expect(screen.queryByRole('button')).toBeNull()
})

it('says at the buttons why it did not work', async () => {
  await show(waiting(42))
  api.answer({ 'POST /policy/confirm': () => problem(409, 'not-pending', 'nothing waits for a confirmation') })
  await act(async () => fireEvent.click(keep()))
  expect(screen.getByRole('alert').textContent).toBe('Nothing waits for a confirmation.')
  expect(keep().getAttribute('aria-disabled')).toBe('false')
})

it('shows a viewer the countdown without buttons', async () => {
  await show(waiting(42), 'viewer')
  expect(screen.getByText(/in 0:42 unless confirmed/)).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
})

it('says when they return by themselves while the gateway does not answer', async () => {
  await show(waiting(42))
  await act(async () => live.setLink({ type: 'lost', since: 0 }))
  expect(screen.getByText(/^The gateway does not answer\. If nobody confirms, rules version 11 return at/)).toBeTruthy()
})

it('says what has become of them when time runs out before the gateway answers', async () => {
  await show(waiting(5))
  await act(async () => live.setLink({ type: 'lost', since: 0 }))
  await settle(6000)
  expect(screen.getByText(/^The gateway does not answer\. Rules version 11 have returned at .*unless/)).toBeTruthy()
})

it.each([90_000, -90_000])('counts by the clock of the gateway when this one is %i ms ahead', async (ms) => {
  aheadMs = ms
  const deadline = Date.now() - ms + 42_000
  await show(policyState({ pending: { version: 12, revertTo: 11, deadline } }))
  await settle(300)
  expect(screen.getByText(/in 0:4[0-3] unless confirmed/)).toBeTruthy()
})
