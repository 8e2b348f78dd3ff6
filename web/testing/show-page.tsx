import { MantineProvider } from '@mantine/core'
import { act, render } from '@testing-library/react'
import { Circle } from 'lucide-react'
import type { ComponentType } from 'react'

import type { ConnectionInfo, ServiceInfo } from '../../shared/connection.ts'
import { App } from '../app.tsx'
import { KeyStore } from '../keys/key-store.ts'
import { KeyContext } from '../keys/use-key.ts'
import { LiveStore } from '../live/live-store.ts'
import { LiveContext } from '../live/use-live.ts'
import { SessionStore } from '../session/session-store.ts'
import { SessionContext } from '../session/use-session.ts'
import { policyState } from './policy-state.ts'

interface Feed {
  readonly services?: ServiceInfo[]
  readonly open?: ConnectionInfo[]
  readonly recent?: ConnectionInfo[]
}

/**
 * Shows one page inside the frame, as it is at `address`, once the feed has told `feed`. A FakeApi must be there that
 * answers `GET /session`; the others of its `frameAnswers` keep the frame quiet.
 */
export async function showPage(
  path: string,
  page: ComponentType,
  address: string,
  feed: Feed = {},
): Promise<LiveStore> {
  const { services = [], open = [], recent = [] } = feed
  window.history.replaceState(null, '', address)
  const live = new LiveStore()
  const session = new SessionStore(() => {})
  await session.check()
  render(
    <MantineProvider env="test">
      <SessionContext value={session}>
        <LiveContext value={live}>
          <KeyContext value={new KeyStore()}>
            <App pages={[{ path, title: 'Page', nav: { icon: Circle }, load: async () => page }]} />
          </KeyContext>
        </LiveContext>
      </SessionContext>
    </MantineProvider>,
  )
  await act(async () => {
    live.apply({ type: 'snapshot', seq: 1, open, recent, services, policy: policyState() }, Date.now())
    live.setLink({ type: 'live' })
  })
  return live
}

/** What the frame asks for besides the session. */
export const frameAnswers = {
  'GET /policy': () =>
    Response.json(
      { defaults: { in: 'deny', out: 'deny' }, redirects: [], rules: [], tests: [] },
      { headers: { etag: '"12"' } },
    ),
  'GET /policy/draft': () => Response.json({ draft: null }),
}
