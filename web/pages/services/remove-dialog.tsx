import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { SubmitEvent } from 'react'

import { text as all } from '../../messages/services.ts'
import { toast } from '../../toasts/toasts.tsx'
import { Failure } from '../../ui/answer.tsx'
import { oneLine } from '../../ui/one-line.ts'
import { removeService } from './service-api.ts'
import { useTask } from './use-task.ts'

import styles from './services.module.css'

const text = all.remove

interface RemoveDialogProps {
  readonly name: string
  readonly onClose: () => void
  readonly onRemoved?: () => void
}

/** Removes a definition, once its name is typed: there is no way back. */
export function RemoveDialog({ name, onClose, onRemoved }: RemoveDialogProps) {
  const [typed, setTyped] = useState('')
  const { busy, error, run } = useTask()
  const right = typed === name
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!right || !(await run(() => removeService(name)))) return
    toast(all.removed(oneLine(name)))
    onClose()
    onRemoved?.()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.title(oneLine(name))}
      centered
      closeButtonProps={{ 'aria-label': text.cancel }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <p>{text.what}</p>
          <p className="dim">{text.back}</p>
          <TextInput
            label={text.type(oneLine(name))}
            value={typed}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {error !== null && <Failure error={error} />}
          <div className={styles.dialogButtons}>
            <Button variant="default" onClick={onClose}>
              {text.cancel}
            </Button>
            <Button type="submit" color="red.9" disabled={!right} aria-disabled={busy}>
              {busy ? text.busy : text.submit}
            </Button>
          </div>
        </Stack>
      </form>
    </Modal>
  )
}
