import { Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'

import { messages } from '../messages.ts'
import type { Page } from '../pages/page.ts'
import { useSeenPages } from './use-seen-pages.ts'

import styles from './frame.module.css'

/** Pages at the side; icons alone where room is short. */
export function SideNav({ pages }: { pages: readonly Page[] }) {
  const seen = useSeenPages(pages)
  return (
    <nav aria-label={messages.navigation} className={styles.side}>
      {seen.map(({ path, title, nav }, i) => {
        const { icon: Icon, group } = nav
        return (
          <Fragment key={path}>
            {group !== undefined && group !== seen[i - 1]?.nav.group && <p className={styles.group}>{group}</p>}
            <Tooltip label={title} position="right" classNames={{ tooltip: styles.sideTip! }}>
              <Link
                to={path}
                activeOptions={{ exact: path === '/', includeSearch: false }}
                activeProps={{ 'aria-current': 'page' }}
                data-indented={group !== undefined || undefined}
              >
                <Icon size={17} aria-hidden="true" />
                <span>{title}</span>
              </Link>
            </Tooltip>
          </Fragment>
        )
      })}
    </nav>
  )
}
