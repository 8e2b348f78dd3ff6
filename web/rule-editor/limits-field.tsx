import { NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'

import type { RuleLimits } from '../../shared/policy/document.ts'
import { formatSize, parseSize } from '../../shared/units.ts'
import { text as messages } from '../messages/rule-editor.ts'

import styles from './rule-editor.module.css'

const text = messages.limits

type Amount = Exclude<keyof RuleLimits, 'over' | 'bytesPerSecond'>

const amounts: readonly { readonly name: Amount; readonly label: string }[] = [
  { name: 'perAddress', label: text.perAddress },
  { name: 'perUser', label: text.perUser },
  { name: 'perService', label: text.perService },
  { name: 'messagesPerSecond', label: text.messages },
]

/** As a form holds them: a field that is emptied is undefined. */
type Limits = { readonly [K in keyof RuleLimits]?: RuleLimits[K] | undefined } | undefined

/** Limits for what the rule lets in, folded as long as there are none. */
export function LimitsField({ limits, onChange }: { limits: Limits; onChange: (limits: Limits) => void }) {
  const count = countOf(limits)
  const [first] = useState(count > 0)
  const set = (change: NonNullable<Limits>) => onChange(tidy({ ...limits, ...change }))
  return (
    <details className={styles.limits} open={first}>
      <summary>{count === 0 ? text.none : text.some(count)}</summary>
      <div className={styles.grid}>
        {amounts.map(({ name, label }) => (
          <NumberInput
            key={name}
            size="xs"
            label={label}
            placeholder={text.unlimited}
            min={1}
            max={1e12}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            value={limits?.[name] ?? ''}
            onChange={(value) => set({ [name]: value === '' ? undefined : Number(value) })}
          />
        ))}
        <BytesField bytes={limits?.bytesPerSecond} onChange={(bytesPerSecond) => set({ bytesPerSecond })} />
        <NativeSelect
          size="xs"
          label={text.over}
          value={limits?.over ?? 'wait'}
          onChange={(event) => set({ over: event.currentTarget.value as 'wait' | 'close' })}
          data={[
            { value: 'wait', label: text.wait },
            { value: 'close', label: text.close },
          ]}
        />
      </div>
    </details>
  )
}

interface BytesFieldProps {
  readonly bytes: number | undefined
  readonly onChange: (bytes: number | undefined) => void
}

/** A size, as `64KiB` or in bytes; what is not understood stays in the field and changes nothing. */
function BytesField({ bytes, onChange }: BytesFieldProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const wrong = typed !== null && readSize(typed) === null
  return (
    <TextInput
      size="xs"
      label={text.bytes}
      placeholder={text.bytesPlaceholder}
      value={typed ?? (bytes === undefined ? '' : formatSize(bytes))}
      onChange={(event) => {
        const value = event.currentTarget.value
        setTyped(value)
        const size = readSize(value)
        if (size !== null) onChange(size)
      }}
      onBlur={() => !wrong && setTyped(null)}
      error={wrong && text.badSize}
    />
  )
}

/** Undefined: no limit; null: not understood. */
function readSize(typed: string): number | undefined | null {
  if (typed.trim() === '') return undefined
  try {
    const size = parseSize(typed.trim().replace(/\/s$/, ''))
    return size >= 1 ? size : null
  } catch {
    return null
  }
}

function countOf(limits: Limits): number {
  return Object.entries(limits ?? {}).filter(([name, value]) => name !== 'over' && value !== undefined).length
}

/** Without what says nothing. */
function tidy(limits: NonNullable<Limits>): Limits {
  const said = Object.entries(limits).filter(
    ([name, value]) => value !== undefined && !(name === 'over' && value === 'wait'),
  )
  return said.length === 0 ? undefined : (Object.fromEntries(said) as Limits)
}
