import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { messages } from '../messages.ts'
import { text } from '../messages/rules.ts'
import type { Entry, ListName } from './entry.ts'
import type { useChecks } from './use-checks.ts'
import type { useHits } from './use-hits.ts'

import styles from './rules.module.css'

interface StatusLineProps {
  readonly list: ListName
  readonly entries: readonly Entry[]
  readonly shown: number
  readonly hidden: boolean
  readonly hits: ReturnType<typeof useHits>
  readonly checks: ReturnType<typeof useChecks>
  /** Why no row can be dragged now. */
  readonly noDrag: 'many' | 'filter' | null
}

const whyNoDrag = { many: text.drag.offMany, filter: text.drag.offFilter }

/** How many of how many, and what could not be read. */
export function StatusLine({ list, entries, shown, hidden, hits, checks, noDrag }: StatusLineProps) {
  const off = entries.filter(({ enabled }) => !enabled).length
  return (
    <div className={styles.status}>
      <span className="num">
        {hidden ? text.status.some(list, shown, entries.length) : text.status.all(list, entries.length, off)}
      </span>
      {checks.failing > 0 && (
        <Link to="/rules/tests" className={styles.failing}>
          {text.checks.testsFail(checks.failing)}
        </Link>
      )}
      {noDrag !== null && <span>{whyNoDrag[noDrag]}</span>}
      {hits.error !== null && <Fault sentence={text.hits.failed} retry={() => void hits.refetch()} />}
      {checks.error !== null && <Fault sentence={text.checks.failed} retry={checks.retry} />}
    </div>
  )
}

function Fault({ sentence, retry }: { sentence: string; retry: () => void }) {
  return (
    <span role="status" className={styles.fault}>
      {sentence}
      <Button size="compact-xs" variant="default" onClick={retry}>
        {messages.retry}
      </Button>
    </span>
  )
}
