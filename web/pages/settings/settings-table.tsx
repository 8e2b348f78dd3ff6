import { VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'

import { messages } from '../../messages.ts'

import styles from './settings.module.css'

interface SettingsTableProps {
  readonly label: string
  /** An empty title is that of the column of buttons. */
  readonly head: readonly string[]
  readonly children: ReactNode
}

/** A short table that scrolls sideways where room is short. */
export function SettingsTable({ label, head, children }: SettingsTableProps) {
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title === '' ? <VisuallyHidden>{messages.actions}</VisuallyHidden> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
