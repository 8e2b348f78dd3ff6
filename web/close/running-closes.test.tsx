// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { CloseJob } from '../../shared/dashboard.ts'
import { makeQueryClient } from '../data/query-client.ts'
import { SessionStore } from '../session/session-store.ts'
import { SessionContext } from '../session/use-session.ts'
import { anna, FakeApi } from '../testing/fake-api.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { RunningCloses } from './running-closes.tsx'

let api: FakeApi
let closes: CloseJob[]
let role: 'admin' | 'viewer'

beforeEach(() => {
  fakeBrowser()
  role = 'admin'
  closes = [{ id: 'j1', by: 'ben', startedAt: 0, total: 120, done: 30, endsAt: Date.now() + 9000 }]
  api = new FakeApi({
    'GET /session': () => Response.json({ ...anna, role }),
    'GET /connections/closes': () => Response.json({ closes }),
    'DELETE /connections/closes/j1': () => {
      closes = []
      return new Response(null, { status: 204 })
    },
  })
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function show() {
  const session = new SessionStore(() => undefined)
  await session.check()
  render(
    <MantineProvider env="test">
      <SessionContext value={session}>
        <QueryClientProvider client={makeQueryClient()}>
          <RunningCloses />
        </QueryClientProvider>
      </SessionContext>
    </MantineProvider>,
  )
}

it('shows how far a closing is, and stops it', async () => {
  await show()
  await screen.findByText('ben closes connections: 30 of 120 done')
  fireEvent.click(screen.getByRole('button', { name: /^Stop the closing by ben/ }))
  await waitFor(() => expect(screen.queryByText(/ben closes/)).toBeNull())
  expect(api.bodies('DELETE /connections/closes/j1')).toHaveLength(1)
})

it('lets a viewer look only', async () => {
  role = 'viewer'
  await show()
  await screen.findByText(/ben closes/)
  expect(screen.queryByRole('button')).toBeNull()
})
