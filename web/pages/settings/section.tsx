import { Card, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import { text } from '../../messages/settings.ts'

import styles from './settings.module.css'

interface SectionProps {
  readonly name: keyof typeof text.sections
  readonly hint?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One section of the settings: its title, what it is about, its main action. */
export function Section({ name, hint, actions, children }: SectionProps) {
  return (
    <Card component="section" aria-labelledby="section-title" className={styles.card}>
      <div className={styles.head}>
        <Title order={2} id="section-title">
          {text.sections[name]}
        </Title>
        {actions}
      </div>
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      {children}
    </Card>
  )
}
