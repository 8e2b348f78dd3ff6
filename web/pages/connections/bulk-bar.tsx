import { Button } from '@mantine/core'
import { CircleX } from 'lucide-react'

import type { Row } from '../../live/live-store.ts'
import { text } from '../../messages/connections.ts'
import type { Ticks } from './use-ticks.ts'

import styles from './connections.module.css'

interface BulkBarProps {
  readonly ticks: Ticks
  /** All rows that the filter finds. */
  readonly matching: readonly Row[]
  readonly onClose: () => void
}

/** What can be done with the ticked rows, while there are some. */
export function BulkBar({ ticks, matching, onClose }: BulkBarProps) {
  const { ids } = ticks
  if (ids.size === 0) return null
  const open = matching.filter(({ info }) => info.state === 'open')
  return (
    <div className={styles.bulk} role="group" aria-label={text.bulk}>
      <span className="strong num" role="status">
        {text.ticked(ids.size)}
      </span>
      {ids.size < open.length && (
        <Button size="compact-sm" variant="subtle" onClick={() => ticks.toggleAll(open)}>
          {text.selectMatching(open.length)}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={ticks.clear}>
        {text.clearTicks}
      </Button>
      <span className="grow" />
      <Button size="sm" color="red.9" leftSection={<CircleX size={15} />} onClick={onClose} aria-keyshortcuts="x">
        {text.closeTicked}
      </Button>
    </div>
  )
}
