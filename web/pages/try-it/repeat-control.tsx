import { Button, NumberInput, Popover } from '@mantine/core'
import { Repeat, Square } from 'lucide-react'
import { useState } from 'react'

import { text as messages } from '../../messages/try-it.ts'
import { isRepetition, useRepeat } from './use-repeat.ts'

import styles from './try-it.module.css'

const text = messages.composer

interface RepeatControlProps {
  readonly enabled: boolean
  /** What is to be done each time; null when what is written can not be sent, which is said there. */
  readonly read: () => Promise<(() => void) | null>
}

/** Sends what is written every so many seconds, so many times. */
export function RepeatControl({ enabled, read }: RepeatControlProps) {
  const [open, setOpen] = useState(false)
  const [everyS, setEvery] = useState<number | string>(1)
  const [times, setTimes] = useState<number | string>(10)
  const [problem, setProblem] = useState<string | null>(null)
  const { running, start, stop } = useRepeat(enabled)
  const begin = async () => {
    const repetition = { everyS: Number(everyS), times: Number(times) }
    const fits = everyS !== '' && times !== '' && isRepetition(repetition)
    setProblem(fits ? null : text.badRepeat)
    if (!fits) return
    const act = await read()
    setOpen(false)
    if (act !== null) start(repetition, act)
  }
  if (running !== null) {
    return (
      <Button size="compact-sm" variant="light" color="red" leftSection={<Square size={12} />} onClick={stop}>
        {text.running(running.done, running.of)}
      </Button>
    )
  }
  return (
    <Popover opened={open} onChange={setOpen} position="top-end" width={250} withArrow trapFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          disabled={!enabled}
          leftSection={<Repeat size={13} />}
          onClick={() => setOpen(!open)}
        >
          {text.repeat}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.repeat}>
        <div className={styles.repeat}>
          <NumberInput label={text.every} suffix=" s" min={0.05} max={3600} value={everyS} onChange={setEvery} />
          <NumberInput label={text.times} min={1} max={10_000} value={times} onChange={setTimes} />
          <Button onClick={() => void begin()}>{text.start}</Button>
          {problem !== null && (
            <p role="alert" className={styles.problem}>
              {problem}
            </p>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
