import { Button } from '@mantine/core'
import { ChevronRight, Undo2 } from 'lucide-react'

import { text } from '../messages/rules.ts'
import type { ListName } from './entry.ts'
import type { Marks } from './marks.ts'

import styles from './rules.module.css'

interface RemovedListProps {
  readonly list: ListName
  readonly removed: Marks['removed']
  /** Null: nothing can be changed here. */
  readonly onRestore: ((id: string, line: string) => void) | null
}

/** What the draft has removed, each with its way back. */
export function RemovedList({ list, removed, onRestore }: RemovedListProps) {
  if (removed.length === 0) return null
  return (
    <details className={styles.removed}>
      <summary>
        <ChevronRight size={14} aria-hidden="true" />
        {text.removed.count(removed.length)}
      </summary>
      <ul aria-label={text.removed.title[list]}>
        {removed.map(({ id, line }) => (
          <li key={id}>
            <code className="wrap">{line}</code>
            {onRestore !== null && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<Undo2 size={14} aria-hidden="true" />}
                aria-label={text.removed.restoreLabel(line)}
                onClick={() => onRestore(id, line)}
              >
                {text.removed.restore}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
