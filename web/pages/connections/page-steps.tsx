import { ActionIcon } from '@mantine/core'
import { ChevronLeft, ChevronRight } from 'lucide-react'

import { text } from '../../messages/connections.ts'

import styles from './connections.module.css'

export const ROWS_PER_PAGE = 100

interface PageStepsProps {
  /** From 0. */
  readonly page: number
  readonly pages: number
  readonly onPage: (page: number) => void
}

/** Steps through the pages of the plain table. */
export function PageSteps({ page, pages, onPage }: PageStepsProps) {
  return (
    <nav className={styles.foot} aria-label={text.pages}>
      <ActionIcon
        variant="default"
        size={30}
        disabled={page === 0}
        aria-label={text.previousPage}
        onClick={() => onPage(page - 1)}
      >
        <ChevronLeft size={16} />
      </ActionIcon>
      <span className="num" aria-live="polite">
        {text.pageOf(page + 1, pages)}
      </span>
      <ActionIcon
        variant="default"
        size={30}
        disabled={page === pages - 1}
        aria-label={text.nextPage}
        onClick={() => onPage(page + 1)}
      >
        <ChevronRight size={16} />
      </ActionIcon>
    </nav>
  )
}
