import { Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactNode } from 'react'

import { messages } from '../messages.ts'

import styles from './page-head.module.css'

interface PageHeadProps {
  readonly title: string
  /** One sentence. */
  readonly purpose?: ReactNode
  /** Beside the title: a badge, a state. */
  readonly badge?: ReactNode
  /** At the far end; the primary one last. */
  readonly actions?: ReactNode
  /** Pages above this one; only below the first level. */
  readonly above?: readonly { readonly path: string; readonly title: string }[]
}

/** Top of every page, with its one `h1`; names the browser's tab. */
export function PageHead({ title, purpose, badge, actions, above = [] }: PageHeadProps) {
  useEffect(() => {
    document.title = messages.pageTitle(title)
  }, [title])
  return (
    <div className={styles.head}>
      <div className={styles.text}>
        {above.length > 0 && (
          <nav aria-label={messages.breadcrumbs} className={styles.above}>
            {above.map((page) => (
              <span key={page.path}>
                <Link to={page.path}>{page.title}</Link>
                <ChevronRight size={13} aria-hidden="true" />
              </span>
            ))}
          </nav>
        )}
        <div className={styles.title}>
          <Title order={1}>{title}</Title>
          {badge}
        </div>
        {purpose !== undefined && <p className="dim">{purpose}</p>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}
