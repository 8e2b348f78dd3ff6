import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'

import { useLink } from '../live/use-live.ts'
import { messages } from '../messages.ts'
import type { Page } from '../pages/page.ts'
import { ConfirmBar } from '../policy/confirm-bar.tsx'
import { DraftBar } from '../policy/draft-bar.tsx'
import { ViewerNote } from '../session/viewer-note.tsx'
import { LinkNotice } from '../ui/link-notice.tsx'
import { PanelSlot } from '../ui/side-panel.tsx'
import { useSearchParam } from '../ui/use-search-param.ts'
import { BottomNav } from './bottom-nav.tsx'
import { Foot } from './foot.tsx'
import { SideNav } from './side-nav.tsx'
import { TopBar } from './top-bar.tsx'
import { useFrameKeys } from './use-frame-keys.ts'

import styles from './frame.module.css'

const ExplainDrawer = lazy(async () => ({ default: (await import('../explain/explain-drawer.tsx')).ExplainDrawer }))
const KeyList = lazy(async () => ({ default: (await import('../keys/key-list.tsx')).KeyList }))
const Palette = lazy(async () => ({ default: (await import('../palette/palette.tsx')).Palette }))

/** Frame of all pages, for who is signed in. */
export function Frame({ pages }: { pages: readonly Page[] }) {
  const link = useLink()
  const [slot, setSlot] = useState<HTMLElement | null>(null)
  const [explained] = useSearchParam('explain')
  const keys = useFrameKeys(pages)
  useFocusOnNewPage()
  return (
    <PanelSlot value={slot}>
      <a className="skip" href="#content">
        {messages.skip}
      </a>
      <TopBar onSearch={keys.search} />
      <div className={styles.body}>
        <SideNav pages={pages} />
        <div className={styles.column}>
          <main id="content" tabIndex={-1} data-stale={link.type === 'lost' || undefined}>
            <ConfirmBar />
            <LinkNotice />
            <ViewerNote />
            <Suspense>
              <Outlet />
            </Suspense>
          </main>
          <Foot />
          <DraftBar />
        </div>
        <div ref={setSlot} className={styles.slot} />
      </div>
      <BottomNav pages={pages} />
      <Suspense>
        {explained !== '' && <ExplainDrawer />}
        {keys.listed && <KeyList onClose={keys.unlist} />}
        {keys.searching && <Palette pages={pages} onClose={keys.found} />}
      </Suspense>
    </PanelSlot>
  )
}

/** A new page is read from its top, by eyes and by screen readers. */
function useFocusOnNewPage(): void {
  const { pathname } = useLocation()
  const [first] = useState(pathname)
  useEffect(() => {
    if (pathname !== first) document.getElementById('content')?.focus({ preventScroll: true })
  }, [pathname, first])
}
