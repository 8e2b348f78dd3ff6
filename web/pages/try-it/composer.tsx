import { Button, FileInput, NumberInput, SegmentedControl, Textarea } from '@mantine/core'
import { Paperclip, Send } from 'lucide-react'
import { useRef, useState } from 'react'
import type { KeyboardEvent, SubmitEvent } from 'react'

import type { Sendable, ViewName } from '../../../shared/client/views.ts'
import { useKey } from '../../keys/use-key.ts'
import { text as messages } from '../../messages/try-it.ts'
import { areTypes, compose, formsOf, hasTypes, sendable } from './compose.ts'
import type { Composed, Form, Types } from './compose.ts'
import { RepeatControl } from './repeat-control.tsx'
import { SavedMenu } from './saved-menu.tsx'
import type { SentHistory, Written } from './sent-history.ts'

import styles from './try-it.module.css'

const text = messages.composer

/** The gateway's own limit for one message unless it is set otherwise. */
const FILE_MAX = 16 * 1024 * 1024

interface ComposerProps {
  /** Nothing can be sent while it is false; what is written stays. */
  readonly enabled: boolean
  readonly view: ViewName
  /** What stands there at first, such as a message brought along. */
  readonly begin: Written | null
  /** What was sent before; outlives the composer. */
  readonly history: SentHistory
  readonly onSend: (body: string | Uint8Array, message: Sendable[ViewName], types: Types | null) => void
}

/** Writes a message as text, JSON or hex, or takes a file; sends it once or again and again. */
export function Composer({ enabled, view, begin, history, onSend }: ComposerProps) {
  const [chosen, setForm] = useState<Form>(begin?.form ?? 'text')
  const [draft, setDraft] = useState(begin?.draft ?? '')
  const [file, setFile] = useState<File | null>(null)
  const [types, setTypes] = useState<Types>({ mtype: 2, utype: 0 })
  const [problem, setProblem] = useState<string | null>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const forms = formsOf(view)
  const form = forms.includes(chosen) ? chosen : forms[0]!

  /** Reads what is there now; says what is wrong with it. */
  const read = async (): Promise<(() => void) | null> => {
    const composed = form === 'file' ? await readFile(file) : compose(form, draft)
    const found = composed.problem ?? (hasTypes(view) && !areTypes(types) ? text.badType : null)
    setProblem(found)
    if (composed.body === null || found !== null) return null
    const { body } = composed
    return () => onSend(body, sendable(view, body, types), hasTypes(view) ? types : null)
  }
  const submit = async () => {
    if (!enabled) return
    const act = await read()
    if (act === null) return
    act()
    if (form === 'file') return
    history.add({ form, draft })
    setDraft('')
    area.current?.focus()
  }
  const recall = (written: Written | null) => {
    setProblem(null)
    if (written !== null) setForm(written.form)
    setDraft(written?.draft ?? '')
  }
  useKey('send', () => void submit(), enabled)

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
    const free = draft === '' || history.isShown(draft)
    if (event.key === 'Enter' && form === 'text' && !event.shiftKey) void submit()
    else if (event.key === 'ArrowUp' && free) {
      const older = history.older()
      if (older !== null) recall(older)
    } else if (event.key === 'ArrowDown' && free && draft !== '') recall(history.newer())
    else return
    event.preventDefault()
  }
  return (
    <form
      className={styles.composer}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        void submit()
      }}
    >
      <div className={styles.composerHead}>
        <SegmentedControl
          size="xs"
          aria-label={text.form}
          value={form}
          onChange={(value) => {
            setProblem(null)
            setForm(value)
          }}
          data={forms.map((value) => ({ value, label: text.forms[value] }))}
        />
        {hasTypes(view) && <TypeFields types={types} onChange={setTypes} />}
        <div className={styles.extras}>
          <SavedMenu written={form === 'file' ? null : { form, draft }} onPick={recall} />
          <RepeatControl enabled={enabled} read={read} />
        </div>
      </div>
      <div className={styles.write}>
        {form === 'file' ? (
          <FileInput
            aria-label={text.file}
            placeholder={text.choose}
            leftSection={<Paperclip size={15} />}
            value={file}
            error={problem}
            clearable
            onChange={(value) => {
              setProblem(null)
              setFile(value)
            }}
          />
        ) : (
          <Textarea
            ref={area}
            aria-label={text.message[form]}
            placeholder={text.placeholder[form]}
            classNames={{ input: form === 'text' ? '' : styles.code }}
            value={draft}
            error={problem}
            autosize
            minRows={form === 'text' ? 1 : 2}
            maxRows={8}
            autoComplete="off"
            spellCheck={form === 'text'}
            onKeyDown={onKeyDown}
            onChange={(event) => {
              setProblem(null)
              history.leave()
              setDraft(event.currentTarget.value)
            }}
          />
        )}
        <Button type="submit" disabled={!enabled} leftSection={<Send size={15} />}>
          {text.send}
        </Button>
      </div>
      <p className={styles.hint}>{enabled ? text.hint[form] : text.closedHint}</p>
    </form>
  )
}

function TypeFields({ types, onChange }: { types: Types; onChange: (types: Types) => void }) {
  const field = (name: keyof Types) => (
    <NumberInput
      size="xs"
      className={styles.type}
      aria-label={text[name]}
      leftSection={<span className={styles.typeName}>{text[name]}</span>}
      leftSectionWidth={name === 'mtype' ? 44 : 72}
      min={0}
      max={255}
      hideControls
      value={Number.isNaN(types[name]) ? '' : types[name]}
      onChange={(value) => onChange({ ...types, [name]: value === '' ? NaN : Number(value) })}
    />
  )
  return (
    <div className={styles.types} role="group" aria-label={text.types}>
      {field('mtype')}
      {field('utype')}
    </div>
  )
}

async function readFile(file: File | null): Promise<Composed> {
  if (file === null) return { body: null, problem: text.noFile }
  if (file.size > FILE_MAX) return { body: null, problem: text.fileTooLarge(file.size, FILE_MAX) }
  try {
    return { body: new Uint8Array(await file.arrayBuffer()), problem: null }
  } catch {
    return { body: null, problem: text.fileUnreadable }
  }
}
