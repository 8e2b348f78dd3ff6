import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'

import { messages } from '../messages.ts'
import { ToastLog } from './toast-log.ts'

/** Shown for so long, in ms; not while the pointer or the focus is on it. */
const SHOWN_MS = 8000

/** What was said in the last day, for the bell. */
export const toastLog = new ToastLog()

interface ToastOptions {
  /** Takes back what was done. */
  readonly undo?: () => void
}

/** What was said no longer holds, such as the way to undo an edit that has been committed. */
export function clearToasts(): void {
  notifications.clean()
}

/** Says what has been done. Only for results: errors stand where the fault is. */
export function toast(text: string, { undo }: ToastOptions = {}): void {
  toastLog.add(text)
  const id = notifications.show({
    message: (
      <span className="toast">
        {text}
        {undo !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id)
              undo()
            }}
          >
            {messages.undo}
          </Button>
        )}
      </span>
    ),
    autoClose: SHOWN_MS,
    withBorder: true,
    closeButtonProps: { 'aria-label': messages.dismiss },
  })
}
