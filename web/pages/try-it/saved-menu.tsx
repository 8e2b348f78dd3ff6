import { ActionIcon, Button, Popover, TextInput, UnstyledButton } from '@mantine/core'
import { Bookmark, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { SubmitEvent } from 'react'

import { ApiFailure } from '../../api/client.ts'
import { messages as shared } from '../../messages.ts'
import { text as messages } from '../../messages/try-it.ts'
import { toast } from '../../toasts/toasts.tsx'
import type { Written } from './sent-history.ts'
import { useSaved } from './use-saved.ts'
import type { Saved } from './use-saved.ts'

import styles from './try-it.module.css'

const text = messages.composer

interface SavedMenuProps {
  /** What stands in the composer; null when that can not be saved. */
  readonly written: Written | null
  readonly onPick: (written: Written) => void
}

/** Messages that the account has saved: put one into the composer, save what stands there, remove one. */
export function SavedMenu({ written, onPick }: SavedMenuProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover opened={open} onChange={setOpen} position="top-end" width={320} withArrow trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={<Bookmark size={13} />} onClick={() => setOpen(!open)}>
          {text.snippets}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.snippets}>
        <SavedList
          written={written}
          onPick={(saved) => {
            setOpen(false)
            onPick(saved)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function SavedList({ written, onPick }: SavedMenuProps) {
  const { saved, error, keep } = useSaved()
  const [problem, setProblem] = useState<string | null>(null)
  const change = async (value: readonly Saved[], done: string, undo?: () => void) => {
    try {
      await keep(value)
      setProblem(null)
      toast(done, undo === undefined ? {} : { undo })
    } catch (failure) {
      const full = failure instanceof ApiFailure && failure.problem.code === 'invalid-request'
      setProblem(
        full ? text.full : failure instanceof ApiFailure ? shared.sentence(failure.problem.detail) : shared.noAnswer,
      )
    }
  }
  const remove = (name: string) => {
    const rest = saved.filter((each) => each.name !== name)
    void change(rest, text.removed(name), () => void change(saved, text.saved(name)))
  }
  return (
    <div className={styles.saved}>
      {saved.length === 0 && <p className="dim">{error === null ? text.noSnippets : shared.noAnswer}</p>}
      {saved.length > 0 && (
        <ul>
          {saved.map((each) => (
            <li key={each.name}>
              <UnstyledButton className={styles.pick} onClick={() => onPick(each)}>
                <span className="strong">{each.name}</span>
                <span className={styles.draft}>{each.draft}</span>
              </UnstyledButton>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={text.remove(each.name)}
                onClick={() => remove(each.name)}
              >
                <Trash2 size={14} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      {written !== null && written.draft !== '' && (
        <SaveForm
          problem={problem}
          onSave={(name) => {
            const others = saved.filter((each) => each.name !== name)
            void change([...others, { ...written, name }], text.saved(name))
          }}
        />
      )}
    </div>
  )
}

function SaveForm({ problem, onSave }: { problem: string | null; onSave: (name: string) => void }) {
  const [name, setName] = useState('')
  const [missing, setMissing] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    event.stopPropagation() // a portal's events still reach the composer's form
    setMissing(name.trim() === '')
    if (name.trim() !== '') onSave(name.trim())
  }
  return (
    <form className={styles.save} onSubmit={submit}>
      <TextInput
        size="xs"
        label={text.save}
        placeholder={text.saveName}
        maxLength={60}
        value={name}
        error={missing ? text.noName : problem}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" variant="default">
        {text.saveIt}
      </Button>
    </form>
  )
}
