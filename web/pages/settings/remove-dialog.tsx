import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'

import { text } from '../../messages/settings.ts'
import { Failure } from '../../ui/answer.tsx'

import styles from './settings.module.css'

interface RemoveDialogProps {
  readonly title: string
  readonly hint: string
  readonly name: string
  readonly confirm: string
  readonly error: Error | null
  readonly busy: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks to type the name of what can't be brought back. Enter alone does nothing. */
export function RemoveDialog({ title, hint, name, confirm, error, busy, onConfirm, onClose }: RemoveDialogProps) {
  const [typed, setTyped] = useState('')
  const ready = typed === name && !busy
  return (
    <Modal opened onClose={onClose} title={title} transitionProps={{ duration: 0 }}>
      <div className={styles.form}>
        <p>{hint}</p>
        {error !== null && <Failure error={error} />}
        <TextInput
          label={text.typeToConfirm(name)}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button color="red" disabled={!ready} onClick={onConfirm}>
            {confirm}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
