import { Button, VisuallyHidden } from '@mantine/core'
import { CircleAlert, Hourglass } from 'lucide-react'

import { messages } from '../messages.ts'
import { Notice } from '../ui/notice.tsx'

/** What stands above the fields when none of them is at fault: nothing answers, or tries come too fast. */
export function AttemptNotice(props: { fault: string | undefined; secondsLeft: number; waited: boolean }) {
  const { fault, secondsLeft, waited } = props
  return (
    <>
      {fault !== undefined && <Notice tone="error" icon={<CircleAlert size={20} />} title={fault} />}
      {secondsLeft > 0 && (
        <Notice tone="warning" icon={<Hourglass size={20} />} title={messages.slowDown.title}>
          <p aria-live="off">{messages.slowDown.detail}</p>
        </Notice>
      )}
      <VisuallyHidden role="status">{waited ? messages.slowDown.over : ''}</VisuallyHidden>
    </>
  )
}

/** Keeps the focus while it can't be used, and counts down. */
export function SubmitButton(props: { label: string; busyLabel: string; busy: boolean; secondsLeft: number }) {
  const { label, busyLabel, busy, secondsLeft } = props
  const blocked = busy || secondsLeft > 0
  return (
    <Button type="submit" fullWidth size="md" aria-disabled={blocked} mod={{ disabled: blocked }}>
      <span className="num">{secondsLeft > 0 ? messages.slowDown.wait(secondsLeft) : busy ? busyLabel : label}</span>
    </Button>
  )
}
