import { Link } from '@tanstack/react-router'
import type { ComponentType } from 'react'

import { atLeast } from '../../../shared/roles.ts'
import type { Role } from '../../../shared/roles.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/settings.ts'
import { useAccount } from '../../session/use-session.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { useSearchParam } from '../../ui/use-search-param.ts'
import { AboutSection } from './sections/about.tsx'
import { AccountsSection } from './sections/accounts.tsx'
import { BackupSection } from './sections/backup.tsx'
import { KeysSection } from './sections/keys.tsx'
import { LogSection } from './sections/log.tsx'
import { MetricsSection } from './sections/metrics.tsx'
import { SessionsSection } from './sections/sessions.tsx'
import { TlsSection } from './sections/tls.tsx'
import { TokensSection } from './sections/tokens.tsx'
import { ValuesSection } from './sections/values.tsx'
import { YouSection } from './sections/you.tsx'

import styles from './settings.module.css'

interface Section {
  readonly name: keyof typeof text.sections
  /** Least role that sees it. */
  readonly role: Role
  readonly component: ComponentType
}

/** Catalog of sections: one file, one line. */
const sections: readonly Section[] = [
  { name: 'you', role: 'client', component: YouSection },
  { name: 'keys', role: 'client', component: KeysSection },
  { name: 'sessions', role: 'client', component: SessionsSection },
  { name: 'accounts', role: 'admin', component: AccountsSection },
  { name: 'tokens', role: 'admin', component: TokensSection },
  { name: 'values', role: 'admin', component: ValuesSection },
  { name: 'tls', role: 'admin', component: TlsSection },
  { name: 'log', role: 'admin', component: LogSection },
  { name: 'metrics', role: 'viewer', component: MetricsSection },
  { name: 'backup', role: 'admin', component: BackupSection },
  { name: 'about', role: 'admin', component: AboutSection },
]

/** Accounts, tokens, and what the gateway runs with; one section at a time, by the address. */
export function SettingsPage() {
  const { role } = useAccount()
  const [asked] = useSearchParam('section')
  const seen = sections.filter((section) => atLeast(role, section.role))
  const { name, component: Shown } = seen.find((section) => section.name === asked) ?? seen[0]!
  return (
    <>
      <PageHead title={messages.pages.settings} purpose={text.purpose} />
      <div className={styles.page}>
        <nav aria-label={text.contents} className={styles.contents}>
          {seen.map((section) => (
            <Link
              key={section.name}
              to="/settings"
              search={{ section: section.name } as never}
              aria-current={section.name === name ? 'page' : undefined}
              activeOptions={{ includeSearch: true, exact: true }}
            >
              {text.sections[section.name]}
            </Link>
          ))}
          {!atLeast(role, 'admin') && <p className="dim">{text.needsAdmin}</p>}
        </nav>
        <div className={styles.section}>
          <Shown />
        </div>
      </div>
    </>
  )
}
