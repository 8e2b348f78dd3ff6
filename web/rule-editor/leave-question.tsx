import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'

import { text } from '../messages/rule-editor.ts'

import styles from './rule-editor.module.css'

/** Instead of the buttons, where the eyes are. */
export function LeaveQuestion({ leave, stay }: { leave: () => void; stay: () => void }) {
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  return (
    <div className={styles.question} role="alertdialog" aria-label={text.discard.question}>
      <span className="strong">{text.discard.question}</span>
      <Button ref={first} variant="default" onClick={stay}>
        {text.discard.keep}
      </Button>
      <Button color="red.9" onClick={leave}>
        {text.discard.discard}
      </Button>
    </div>
  )
}
