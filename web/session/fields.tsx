import { ActionIcon, TextInput, Tooltip } from '@mantine/core'
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode } from 'react'

import { messages } from '../messages.ts'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly fault: string | undefined
  readonly description?: ReactNode
  /** For password managers; `off` for what they must not keep. */
  readonly autoComplete: 'username' | 'current-password' | 'new-password' | 'off'
  readonly maxLength: number
  /** Gets the focus when it appears. */
  readonly first?: boolean
  /** For what is compared letter by letter. */
  readonly mono?: boolean
}

const order = ['label', 'input', 'error', 'description'] as const

/** One line of text that is taken as it is: no capital first letter, no spelling. */
export function Field(props: FieldProps) {
  const { label, value, onChange, fault, description, autoComplete, maxLength, first, mono } = props
  return (
    <TextInput
      classNames={mono ? { input: 'mono-field' } : {}}
      label={label}
      value={value}
      error={fault}
      description={description}
      inputWrapperOrder={[...order]}
      autoComplete={autoComplete}
      name={autoComplete === 'off' ? undefined : autoComplete}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      size="md"
      maxLength={maxLength}
      data-autofocus={first || undefined}
      ref={first ? focus : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** The same for a secret, with a button that shows it. Paste and password managers work as in any field. */
export function SecretField({
  label,
  value,
  onChange,
  fault,
  description,
  autoComplete,
  maxLength,
  first,
}: FieldProps) {
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  const tip = shown ? messages.secret.hide : messages.secret.show
  return (
    <TextInput
      label={label}
      type={shown ? 'text' : 'password'}
      value={value}
      error={fault}
      description={description}
      inputWrapperOrder={[...order]}
      autoComplete={autoComplete}
      name="password"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      size="md"
      maxLength={maxLength}
      data-autofocus={first || undefined}
      ref={first ? focus : undefined}
      rightSectionWidth={44}
      rightSection={
        <Tooltip label={tip}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            aria-label={messages.secret.show}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <Icon size={17} />
          </ActionIcon>
        </Tooltip>
      }
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function focus(element: HTMLInputElement | null): void {
  element?.focus()
}
