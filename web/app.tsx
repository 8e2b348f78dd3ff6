import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

import { makeQueryClient } from './data/query-client.ts'
import { makeRouter } from './frame/router.tsx'
import { useKeyStore } from './keys/use-key.ts'
import { useLiveStore } from './live/use-live.ts'
import type { Page } from './pages/page.ts'
import { DraftStore } from './policy/draft-store.ts'
import { DraftContext } from './policy/use-draft.ts'
import { useAccount } from './session/use-session.ts'

/** All pages, for who is signed in: what is kept of one account is gone with the next. */
export function App({ pages }: { pages: readonly Page[] }) {
  const { user } = useAccount()
  const [parts] = useState(() => ({
    router: makeRouter(pages),
    queries: makeQueryClient(),
    draft: new DraftStore(user),
  }))
  const live = useLiveStore()
  const keys = useKeyStore()
  useEffect(() => {
    void parts.draft.load()
    const follow = () => {
      const { policy } = live.getState()
      if (policy !== null) parts.draft.followPolicy(policy)
    }
    const stops = [live.subscribe(follow), keys.start(), parts.draft.stop]
    return () => {
      for (const stop of stops) stop()
    }
  }, [parts, live, keys])
  return (
    <QueryClientProvider client={parts.queries}>
      <DraftContext value={parts.draft}>
        <RouterProvider router={parts.router} />
      </DraftContext>
    </QueryClientProvider>
  )
}
