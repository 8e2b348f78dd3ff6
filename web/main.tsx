import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '@mantine/core/styles.css'
import './app.css'
import { MantineProvider } from '@mantine/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './app.tsx'
import { follow } from './live/follow.ts'
import { LiveStore } from './live/live-store.ts'
import { LiveContext } from './live/use-live.ts'
import { pages } from './pages/index.ts'
import { cssVariablesResolver, theme } from './theme.ts'

const store = new LiveStore()
follow(store)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <LiveContext value={store}>
        <App pages={pages} />
      </LiveContext>
    </MantineProvider>
  </StrictMode>,
)
