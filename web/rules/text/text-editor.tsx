import { useId, useImperativeHandle, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, Ref } from 'react'

import type { PolicyProblem } from '../../../shared/policy/document.ts'
import { text as words } from '../../messages/rules.ts'
import { complete } from './complete.ts'
import type { Completion, Known } from './complete.ts'
import { Lines } from './lines.tsx'

import styles from './text.module.css'

/** Of one line, in pixels; as in the style sheet. */
export const LINE_PX = 20
/** Room below the last line for what can be completed there, in pixels. */
const BELOW_PX = 220

export interface EditorHandle {
  /** Puts the cursor where a problem is. */
  readonly goTo: (problem: PolicyProblem) => void
}

interface TextEditorProps {
  readonly ref: Ref<EditorHandle>
  readonly label: string
  readonly hintId: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly readOnly: boolean
  readonly problems: readonly PolicyProblem[]
  readonly known: Known
  /** Undo within the text is the field's own; else it is that of the draft. */
  readonly keepUndo: boolean
}

interface Suggested extends Completion {
  /** The line of the cursor, from 0. */
  readonly line: number
  /** Which one is chosen; -1: none yet, so that Enter is still a new line. */
  readonly chosen: number
}

/** A text field with line numbers, colours, problems in the margin and completion. */
export function TextEditor(props: TextEditorProps) {
  const { ref, label, hintId, value, onChange, readOnly, problems, known, keepUndo } = props
  const field = useRef<HTMLTextAreaElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [suggested, setSuggested] = useState<Suggested | null>(null)
  const listId = useId()
  const lines = useMemo(() => value.split('\n'), [value])
  const columns = useMemo(() => lines.reduce((most, { length }) => Math.max(most, length), 0), [lines])
  useImperativeHandle(ref, () => ({
    goTo: ({ line = 1, column = 1 }) => {
      const before = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0)
      field.current?.focus()
      field.current?.setSelectionRange(before + column - 1, before + column - 1)
      scroller.current?.scrollTo({ top: Math.max(0, (line - 4) * LINE_PX) })
    },
  }))

  const suggest = (area: HTMLTextAreaElement) => {
    const before = area.value.slice(0, area.selectionStart)
    const line = before.slice(before.lastIndexOf('\n') + 1)
    const found = complete(line, known)
    const typed = line.length > found.from
    const fits = area.selectionStart === area.selectionEnd && found.options.length > 0 && typed
    const at = before.split('\n').length - 1
    setSuggested(fits ? { ...found, line: at, chosen: -1 } : null)
    const box = scroller.current
    const below = (at + 1) * LINE_PX + BELOW_PX
    if (fits && box !== null && below > box.scrollTop + box.clientHeight)
      box.scrollTo({ top: below - box.clientHeight })
  }
  const accept = (option: string) => {
    const area = field.current
    if (area === null || suggested === null) return
    const lineStart = area.value.lastIndexOf('\n', area.selectionStart - 1) + 1
    const space = /[:=/]$/.test(option) ? '' : ' '
    insert(area, lineStart + suggested.from, option + space, onChange)
    setSuggested(null)
  }
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const mod = event.ctrlKey || event.metaKey
    if (mod && keepUndo && event.key.toLowerCase() === 'z') event.stopPropagation()
    if (suggested === null || mod || event.nativeEvent.isComposing) return
    const count = suggested.options.length
    const choose = (chosen: number) => setSuggested({ ...suggested, chosen })
    const acts: Readonly<Record<string, (() => void) | undefined>> = {
      ArrowDown: () => choose((suggested.chosen + 1) % count),
      ArrowUp: () => choose((Math.max(0, suggested.chosen) + count - 1) % count),
      Tab: event.shiftKey ? undefined : () => accept(suggested.options[Math.max(0, suggested.chosen)]!),
      Enter: suggested.chosen < 0 ? undefined : () => accept(suggested.options[suggested.chosen]!),
      Escape: () => setSuggested(null),
    }
    const act = acts[event.key]
    if (act === undefined) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const open = suggested !== null && !readOnly
  return (
    <div
      ref={scroller}
      className={styles.editor}
      onScroll={({ currentTarget }) => setTop(Math.floor(currentTarget.scrollTop / (LINE_PX * 10)) * 10)}
    >
      <div
        className={styles.sheet}
        style={
          {
            height: lines.length * LINE_PX + (readOnly ? 24 : BELOW_PX),
            '--columns': columns + 4,
          } as React.CSSProperties
        }
      >
        <Lines lines={lines} first={top} problems={problems} />
        <textarea
          ref={field}
          className={styles.field}
          aria-label={label}
          aria-describedby={hintId}
          aria-invalid={problems.length > 0}
          aria-autocomplete="list"
          aria-controls={open ? listId : undefined}
          aria-activedescendant={open && suggested.chosen >= 0 ? `${listId}-${suggested.chosen}` : undefined}
          value={value}
          readOnly={readOnly}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          onChange={({ currentTarget }) => {
            onChange(currentTarget.value)
            suggest(currentTarget)
          }}
          onKeyDown={press}
          onBlur={() => setSuggested(null)}
          onClick={() => setSuggested(null)}
        />
        {open && (
          <div
            id={listId}
            role="listbox"
            aria-label={words.textView.suggestions}
            className={styles.suggestions}
            style={{ '--line': suggested.line + 1, '--column': suggested.from } as React.CSSProperties}
          >
            {suggested.options.map((option, at) => (
              <div
                key={option}
                id={`${listId}-${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={at === suggested.chosen}
                onMouseDown={(event) => {
                  event.preventDefault() // the field keeps the focus
                  accept(option)
                }}
              >
                {option}
              </div>
            ))}
          </div>
        )}
      </div>
    </div>
  )
}

/** Replaces what stands from `from` to the cursor, so that the field's own undo knows it where the browser can. */
function insert(area: HTMLTextAreaElement, from: number, text: string, onChange: (value: string) => void): void {
  const end = area.selectionEnd
  area.setSelectionRange(from, end)
  if (typeof document.execCommand === 'function' && document.execCommand('insertText', false, text)) return
  area.setRangeText(text, from, end, 'end')
  onChange(area.value)
}
