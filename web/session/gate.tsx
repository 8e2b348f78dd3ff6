import { Button, Skeleton, VisuallyHidden } from '@mantine/core'
import { ShieldX, Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'

import type { ProblemBody } from '../../shared/api.ts'
import { messages } from '../messages.ts'
import { Header } from '../ui/header.tsx'
import { Notice } from '../ui/notice.tsx'
import { Standalone } from '../ui/standalone.tsx'
import { SetupOver, SetupPage } from './setup-page.tsx'
import { SignInOver } from './sign-in-over.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { useSession, useSessionStore } from './use-session.ts'

const text = messages.gate

/** After this long without an answer a sentence says so, in ms. */
const SLOW_MS = 8000

/** Lets only those in who are signed in. `setupToken` is that of the printed link; `children` is the page itself. */
export function Gate({ setupToken, children }: { setupToken: string; children: (user: string) => ReactNode }) {
  const state = useSession()
  switch (state.type) {
    case 'asking':
      return <Asking />
    case 'unreachable':
      return <Unreachable />
    case 'refused':
      return <Refused problem={state.problem} />
    case 'setup':
      return <SetupPage brought={setupToken} />
    case 'signed-out':
      if (window.location.pathname === '/setup') return <SetupOver />
      return <SignInPage why={state.why} user={state.user} />
    case 'signed-in':
    case 'interrupted':
      return (
        <>
          {children(state.session.user)}
          <SignInOver state={state} />
        </>
      )
  }
}

/** Nothing for a moment, then the outline of the page. */
function Asking() {
  const session = useSessionStore()
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="late">
      <Header />
      <main>
        <VisuallyHidden component="h1">{text.asking}</VisuallyHidden>
        {slow && (
          <Notice
            tone="warning"
            icon={<Unplug size={20} />}
            title={text.slow}
            actions={
              <Button size="xs" variant="default" onClick={() => void session.retry()}>
                {messages.retry}
              </Button>
            }
          />
        )}
        <div className="gate-outline" aria-hidden="true">
          <Skeleton height={26} width={160} />
          <div className="stats">
            {['a', 'b', 'c', 'd'].map((key) => (
              <Skeleton key={key} height={104} radius="lg" />
            ))}
          </div>
          <Skeleton height={316} radius="lg" />
        </div>
      </main>
    </div>
  )
}

/** Asked again by itself, see SessionStore. */
function Unreachable() {
  return (
    <Standalone title={text.unreachable}>
      <p>{text.unreachableDetail}</p>
      <p className="dim">{messages.link.lostFirst}</p>
      <Again />
    </Standalone>
  )
}

/** Asked again by itself, too: rules that keep somebody out may go back on their own. */
function Refused({ problem }: { problem: ProblemBody }) {
  const session = useSessionStore()
  const denied = problem.status === 403
  return (
    <Standalone title={denied ? messages.link.deniedTitle : text.failed}>
      <Notice tone="error" icon={<ShieldX size={20} />} title={messages.sentence(problem.detail)}>
        {denied && <p>{text.deniedHint}</p>}
        {problem.requestId !== '' && <p className="dim">{messages.link.requestId(problem.requestId)}</p>}
      </Notice>
      <div className="standalone-actions">
        <Again />
        {denied && (
          <Button variant="subtle" onClick={() => void session.signOut().catch(() => session.check())}>
            {text.otherAccount}
          </Button>
        )}
      </div>
    </Standalone>
  )
}

function Again() {
  const session = useSessionStore()
  return (
    <Button variant="default" onClick={() => void session.retry()}>
      {messages.retry}
    </Button>
  )
}
