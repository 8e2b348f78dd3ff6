import { ActionIcon, UnstyledButton } from '@mantine/core'
import { Search } from 'lucide-react'

import { messages } from '../messages.ts'
import { DraftPill } from '../policy/draft-pill.tsx'
import { AccountMenu } from '../session/account-menu.tsx'
import { Bell } from '../toasts/bell.tsx'
import { Header } from '../ui/header.tsx'
import { LinkBadge } from '../ui/link-badge.tsx'

import styles from './frame.module.css'

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Bar on top of every page. */
export function TopBar({ onSearch }: { onSearch: () => void }) {
  return (
    <Header
      account={
        <>
          <Bell />
          <AccountMenu />
        </>
      }
      middle={
        <>
          <UnstyledButton className={styles.search} onClick={onSearch}>
            <Search size={15} aria-hidden="true" />
            <span>{messages.search.label}</span>
            <kbd>{mac ? '⌘K' : 'Ctrl K'}</kbd>
          </UnstyledButton>
          <ActionIcon
            className={styles.searchSmall}
            variant="default"
            size={34}
            onClick={onSearch}
            aria-label={messages.search.label}
          >
            <Search size={16} />
          </ActionIcon>
        </>
      }
    >
      <LinkBadge />
      <DraftPill />
    </Header>
  )
}
