import type { ReactNode } from 'react'

import styles from './rule-editor.module.css'

interface RowProps {
  /** Word of the sentence, before the field. The field has a label of its own that begins with it. */
  readonly word: string
  readonly children: ReactNode
}

/** One part of the sentence that a rule is. */
export function Row({ word, children }: RowProps) {
  return (
    <div className={styles.row}>
      <span className={styles.word} aria-hidden="true">
        {word}
      </span>
      <div className={styles.field}>{children}</div>
    </div>
  )
}
