import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { Send } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode, SubmitEvent } from 'react'

import { messages } from '../../messages.ts'
import type { Form } from './log.tsx'
import { parseHex } from './parse-hex.ts'

const text = messages.tryIt

interface ComposerProps {
  readonly enabled: boolean
  readonly form: Form
  readonly onForm: (form: Form) => void
  readonly onSend: (message: string | Uint8Array) => void
  /** Further buttons beside the switch. */
  readonly children?: ReactNode
}

/** Writes text, or bytes in hex; the switch above the field holds for what is shown, too. */
export function Composer({ enabled, form, onForm, onSend, children }: ComposerProps) {
  const [draft, setDraft] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!enabled) return
    const parsed = form === 'hex' ? parseHex(draft) : { bytes: draft, problem: null }
    setProblem(parsed.problem)
    if (parsed.problem !== null) return
    onSend(parsed.bytes)
    setDraft('')
  }
  return (
    <form className="composer" onSubmit={submit}>
      <div className="composer-form">
        <SegmentedControl
          size="xs"
          aria-label={text.form}
          value={form}
          onChange={(value) => {
            setProblem(null)
            onForm(value)
          }}
          data={[
            { value: 'text', label: text.text },
            { value: 'hex', label: text.hex },
          ]}
        />
        <span className="dim">{text.formHint[form]}</span>
        <span className="grow" />
        {children}
      </div>
      <TextInput
        aria-label={text.message[form]}
        placeholder={text.placeholder[form]}
        classNames={{ input: form === 'hex' ? 'mono' : undefined }}
        value={draft}
        disabled={!enabled}
        error={problem}
        autoComplete="off"
        spellCheck={form === 'text'}
        onChange={(event) => {
          setProblem(null)
          setDraft(event.currentTarget.value)
        }}
      />
      <Button type="submit" disabled={!enabled} leftSection={<Send size={15} />}>
        {text.send}
      </Button>
    </form>
  )
}
