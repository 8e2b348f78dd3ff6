import './zod-without-eval.ts'
import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './app.tsx'
import { KeyStore } from './keys/key-store.ts'
import { KeyContext } from './keys/use-key.ts'
import { LiveStore } from './live/live-store.ts'
import { LiveContext } from './live/use-live.ts'
import { pages } from './pages/index.ts'
import { Gate } from './session/gate.tsx'
import { followSession } from './session/live-session.ts'
import { SessionStore } from './session/session-store.ts'
import { takeSetupToken } from './session/setup-token.ts'
import { SessionContext } from './session/use-session.ts'
import { cssVariablesResolver, theme } from './theme.ts'

const setupToken = takeSetupToken()
const live = new LiveStore()
const session = new SessionStore()
const keys = new KeyStore()
followSession(session, live)
session.start()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <SessionContext value={session}>
        <LiveContext value={live}>
          <KeyContext value={keys}>
            {/* Another account finds nothing of what the one before typed. */}
            <Gate setupToken={setupToken}>{(user) => <App key={user} pages={pages} />}</Gate>
            <Notifications position="bottom-left" pauseResetOnHover="notification" />
          </KeyContext>
        </LiveContext>
      </SessionContext>
    </MantineProvider>
  </StrictMode>,
)
