import { useLive } from './live/use-live.ts'
import { messages } from './messages.ts'
import type { Page } from './pages/page.ts'
import { ConfirmBar } from './policy/confirm-bar.tsx'
import { AccountMenu } from './session/account-menu.tsx'
import { ViewerNote } from './session/viewer-note.tsx'
import { Header } from './ui/header.tsx'
import { LinkBadge } from './ui/link-badge.tsx'
import { LinkNotice } from './ui/link-notice.tsx'

/** Frame of all pages, for who is signed in. The catalog drives which one is shown and the navigation, which appears with the second. */
export function App({ pages }: { pages: readonly Page[] }) {
  const { link } = useLive()
  const path = window.location.pathname
  const page = pages.find((candidate) => candidate.path === path)
  return (
    <>
      <a className="skip" href="#content">
        {messages.skip}
      </a>
      <Header account={<AccountMenu />}>
        <LinkBadge />
        {pages.length > 1 && <Navigation pages={pages} current={path} />}
      </Header>
      <main id="content" tabIndex={-1} data-stale={link.type === 'lost' || undefined}>
        <ConfirmBar />
        <LinkNotice />
        <ViewerNote />
        {page === undefined ? <NoPage /> : <page.component />}
      </main>
    </>
  )
}

function Navigation({ pages, current }: { pages: readonly Page[]; current: string }) {
  return (
    <nav aria-label={messages.navigation}>
      {pages.map(({ path, title, icon: Icon }) => (
        <a key={path} href={path} aria-current={path === current ? 'page' : undefined}>
          <Icon size={16} aria-hidden="true" />
          {title}
        </a>
      ))}
    </nav>
  )
}

function NoPage() {
  return (
    <p className="empty-title">
      {messages.noPage} <a href="/">{messages.noPageLink}</a>
    </p>
  )
}
