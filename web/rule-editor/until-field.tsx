import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'

import { text as messages } from '../messages/rule-editor.ts'
import { useZone } from '../ui/use-zone.ts'
import { fromField, toField, written } from './instant.ts'

import styles from './rule-editor.module.css'

const text = messages.until

const DAY_MS = 86_400_000

const soon = [
  { name: 'hour', ms: 3600_000 },
  { name: 'day', ms: DAY_MS },
  { name: 'week', ms: 7 * DAY_MS },
] as const

interface UntilFieldProps {
  readonly until: string | undefined
  readonly error: string | undefined
  readonly onChange: (until: string | undefined) => void
}

/** Never, or a time: in the zone in which the page shows times. */
export function UntilField({ until, error, onChange }: UntilFieldProps) {
  const utc = useZone() === 'UTC'
  const [now] = useState(() => Date.now())
  return (
    <div className={styles.pair}>
      <NativeSelect
        aria-label={text.label}
        value={until === undefined ? 'never' : 'time'}
        onChange={(event) => onChange(event.currentTarget.value === 'never' ? undefined : written(now + DAY_MS))}
        data={[
          { value: 'never', label: text.never },
          { value: 'time', label: text.time },
        ]}
      />
      {until !== undefined && (
        <>
          <TextInput
            type="datetime-local"
            className={styles.whole!}
            aria-label={text.endsAt(utc ? text.utc : text.local)}
            value={toField(until, utc)}
            onChange={(event) => onChange(fromField(event.currentTarget.value, utc))}
            error={error}
          />
          <div className={styles.soon}>
            {soon.map(({ name, ms }) => (
              <Button key={name} size="compact-xs" variant="default" onClick={() => onChange(written(Date.now() + ms))}>
                {text.soon[name]}
              </Button>
            ))}
          </div>
        </>
      )}
    </div>
  )
}
