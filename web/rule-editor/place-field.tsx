import { NativeSelect, NumberInput } from '@mantine/core'

import { text as messages } from '../messages/rule-editor.ts'
import type { Place } from './place.ts'
import { Row } from './row.tsx'

import styles from './rule-editor.module.css'

const text = messages.place

/** Where a new entry is put. @param count of those that are there */
export function PlaceField({ place, count, onChange }: { place: Place; count: number; onChange: (to: Place) => void }) {
  if (count === 0) return null
  return (
    <Row word={messages.words.place}>
      <div className={styles.pair}>
        <NativeSelect
          aria-label={text.label}
          value={typeof place === 'number' ? 'before' : place}
          onChange={(event) => {
            const value = event.currentTarget.value
            onChange(value === 'top' || value === 'end' ? value : Math.min(2, count))
          }}
          data={[
            { value: 'top', label: text.top },
            { value: 'end', label: text.end },
            { value: 'before', label: text.before },
          ]}
        />
        {typeof place === 'number' && (
          <NumberInput
            aria-label={text.number}
            min={1}
            max={count}
            allowDecimal={false}
            value={place}
            onChange={(value) => Number(value) >= 1 && onChange(Number(value))}
          />
        )}
      </div>
    </Row>
  )
}
