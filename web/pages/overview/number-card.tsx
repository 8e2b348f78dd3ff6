import { Card } from '@mantine/core'
import type { ReactNode } from 'react'

import { messages } from '../../messages.ts'
import { AppLink } from '../../ui/app-link.tsx'

import styles from './overview.module.css'

interface NumberCardProps {
  readonly label: string
  /** Null while unknown. */
  readonly value: string | null
  readonly note: ReactNode
  /** What wants to be seen: the note in another colour. */
  readonly tone?: 'warning' | 'error' | undefined
  /** Where what it counts is listed. */
  readonly to: string
  /** Its course, or another picture of it. */
  readonly children?: ReactNode
}

/** One number for a glance, and the way to what it counts. */
export function NumberCard({ label, value, note, tone, to, children }: NumberCardProps) {
  return (
    <Card component={AppLink} to={to} padding={0} className={styles.number}>
      <span className={styles.numberText}>
        <span className={styles.label}>{label}</span>
        <span className={`${styles.value} num`}>{value ?? messages.unknown}</span>
        <span className={`${styles.note} num`} data-tone={tone}>
          {note}
        </span>
      </span>
      {children}
    </Card>
  )
}
