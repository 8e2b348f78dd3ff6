// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { connectionInfo } from '../testing/connection-info.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { policyState } from '../testing/policy-state.ts'
import { ANNOUNCE_MS, Announcer } from './announcer.tsx'
import { LiveStore } from './live-store.ts'
import { LiveContext } from './use-live.ts'

beforeEach(() => {
  fakeBrowser()
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it('says now and then how many came, and nothing when none did', () => {
  const store = new LiveStore()
  store.apply({ type: 'snapshot', seq: 0, open: [], recent: [], services: [], policy: policyState() }, 0)
  render(
    <MantineProvider env="test">
      <LiveContext value={store}>
        <Announcer />
      </LiveContext>
    </MantineProvider>,
  )
  const said = () => screen.getByRole('status').textContent
  for (let seq = 1; seq <= 3; seq++) store.apply({ type: 'opened', seq, connection: connectionInfo(`c${seq}`) }, 0)
  store.apply({ type: 'refused', seq: 4, connection: connectionInfo('r', { state: 'refused' }) }, 0)
  act(() => void vi.advanceTimersByTime(ANNOUNCE_MS - 1))
  expect(said()).toBe('')
  act(() => void vi.advanceTimersByTime(1))
  expect(said()).toBe('3 new connections, 1 refused')
  act(() => void vi.advanceTimersByTime(ANNOUNCE_MS))
  expect(said()).toBe('')
})
