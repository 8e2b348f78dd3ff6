import { Menu, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'

import { messages } from '../messages.ts'
import type { Page } from '../pages/page.ts'
import { useSeenPages } from './use-seen-pages.ts'

import styles from './frame.module.css'

/** So many pages stand in the bar on narrow screens; the rest is behind the last entry. */
const SHOWN: readonly string[] = ['/', '/connections', '/services', '/rules/firewall']

/** Pages at the bottom of narrow screens. */
export function BottomNav({ pages }: { pages: readonly Page[] }) {
  const seen = useSeenPages(pages)
  const rest = seen.filter(({ path }) => !SHOWN.includes(path))
  return (
    <nav aria-label={messages.navigation} className={styles.bottom}>
      {seen
        .filter(({ path }) => SHOWN.includes(path))
        .map(({ path, title, nav: { icon: Icon } }) => (
          <Link
            key={path}
            to={path}
            activeOptions={{ exact: path === '/', includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            <Icon size={19} aria-hidden="true" />
            <span>{title}</span>
          </Link>
        ))}
      <Menu position="top-end" width={220}>
        <Menu.Target>
          <UnstyledButton className={styles.more}>
            <Ellipsis size={19} aria-hidden="true" />
            <span>{messages.more}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {rest.map(({ path, title, nav: { icon: Icon } }) => (
            <Menu.Item key={path} component={Link} to={path} leftSection={<Icon size={16} />}>
              {title}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}
