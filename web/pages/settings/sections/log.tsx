import { Button, Select } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import type { SettingsAnswer } from '../../../../shared/dashboard.ts'
import { send } from '../../../api/client.ts'
import { useGet } from '../../../data/use-get.ts'
import { text as all } from '../../../messages/settings.ts'
import { toast } from '../../../toasts/toasts.tsx'
import { Answer, Failure } from '../../../ui/answer.tsx'
import { When } from '../../../ui/when.tsx'
import { Section } from '../section.tsx'

import styles from '../settings.module.css'

const text = all.log

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error']

/** How much the log says, for a while. */
export function LogSection() {
  const settings = useGet<SettingsAnswer>('/settings', { everyMs: 15_000 })
  return (
    <Section name="log" hint={text.hint}>
      <Answer of={settings}>{({ log }) => <LevelForm log={log} />}</Answer>
    </Section>
  )
}

function LevelForm({ log }: { log: SettingsAnswer['log'] }) {
  const [level, setLevel] = useState('debug')
  const [time, setTime] = useState('15m')
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => send('POST', '/settings/log-level', { level, for: time }),
    onSuccess: () => {
      toast(text.changed(level))
      return queries.invalidateQueries({ queryKey: ['/settings'] })
    },
  })
  return (
    <>
      <p>
        {text.now(log.level)}{' '}
        {log.restoresAt !== null && (
          <span className="dim">
            {text.until} <When at={log.restoresAt} exact />
          </span>
        )}
      </p>
      {error !== null && <Failure error={error} />}
      <div className={styles.row}>
        <Select
          label={text.level}
          value={level}
          onChange={(value) => value !== null && setLevel(value)}
          data={LEVELS}
          allowDeselect={false}
          w={140}
        />
        <Select
          label={text.for}
          value={time}
          onChange={(value) => value !== null && setTime(value)}
          data={Object.entries(text.durations).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          w={160}
        />
        <Button aria-disabled={isPending} onClick={() => !isPending && mutate()}>
          {text.change}
        </Button>
      </div>
    </>
  )
}
