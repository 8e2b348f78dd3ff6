import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core'
import { ArrowDownToLine, Download, Eraser, Filter, Pause, Play, X } from 'lucide-react'
import { useDeferredValue, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'

import { useKey } from '../keys/use-key.ts'
import { text } from '../messages/conversation.ts'
import { parseFilter } from './filter.ts'
import { asJsonLines } from './json-lines.ts'
import { bufferLimits } from './message-buffer.ts'
import type { MessageBuffer } from './message-buffer.ts'
import { MessagePane } from './message-pane.tsx'
import { MessageTable } from './message-table.tsx'
import type { Words } from './message-table.tsx'
import { isReal, SHOWN_BYTES } from './message.ts'
import type { Message } from './message.ts'
import { saveFile } from './save-file.ts'

import styles from './conversation.module.css'

interface ConversationProps {
  readonly buffer: MessageBuffer
  /** Name of the list, for screen readers. */
  readonly label: string
  readonly words: Words
  /** The filter is kept by whoever shows this, as it may stand in the address. */
  readonly filter: string
  readonly onFilter: (filter: string) => void
  /** Stands in the list until the first message; notes do not count. */
  readonly empty: ReactNode
  /** First part of the name of a downloaded file. */
  readonly fileName: string
  readonly resend?: { readonly label: string; readonly go: (message: Message) => void }
  /** Below the list: a composer. */
  readonly children?: ReactNode
}

/** Messages of one connection: list, filter, pause, and the chosen one in a pane. */
export function Conversation(props: ConversationProps) {
  const { buffer, label, words, filter, onFilter, empty, fileName, resend, children } = props
  const { messages, gone, paused, waiting } = useSyncExternalStore(buffer.subscribe, buffer.getState)
  const parsed = useMemo(() => parseFilter(filter), [filter])
  const test = useDeferredValue(parsed.test)
  const shown = useMemo(() => (test === null ? messages : messages.filter(test)), [messages, test])
  const [chosenKey, choose] = useState<number | null>(null)
  const [follow, setFollow] = useState(true)
  const field = useRef<HTMLInputElement>(null)
  const pane = useRef<HTMLElement>(null)
  const chosen = messages.find(({ key }) => key === chosenKey) ?? null

  const open = (key: number) => {
    choose(key)
    setFollow(false) // what is read must not move away
  }
  const step = (by: 1 | -1) => {
    const real = shown.filter(isReal)
    const at = real.findIndex(({ key }) => key === chosenKey)
    const next = at === -1 ? real.at(by === 1 ? 0 : -1) : real[at + by]
    if (next !== undefined) open(next.key)
  }
  useKey('pause', () => buffer.pause(!paused))
  useKey('next', () => step(1))
  useKey('previous', () => step(-1))
  useKey('filter', () => field.current?.focus())
  useKey('open', () => pane.current?.focus(), chosen !== null)
  useKey('closePanel', () => choose(null), chosen !== null)

  const of = messages.filter(isReal).length
  const matching = shown.filter(isReal).length
  return (
    <div className={styles.conversation}>
      <div className={styles.tools}>
        <TextInput
          ref={field}
          className={styles.filter}
          size="sm"
          aria-label={text.filter.label}
          placeholder={text.filter.placeholder}
          leftSection={<Filter size={14} />}
          value={filter}
          error={parsed.problem}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onFilter(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          rightSection={
            filter !== '' && (
              <ActionIcon variant="subtle" color="gray" onClick={() => onFilter('')} aria-label={text.filter.clear}>
                <X size={14} />
              </ActionIcon>
            )
          }
        />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={paused ? <Play size={14} /> : <Pause size={14} />}
          onClick={() => buffer.pause(!paused)}
          {...(paused && waiting > 0 && { 'aria-label': text.waitingLabel(waiting) })}
        >
          {paused ? (waiting > 0 ? text.waiting(waiting) : text.resume) : text.pause}
        </Button>
        <Tooltip label={text.followHint}>
          <Button
            size="compact-sm"
            variant={follow ? 'light' : 'default'}
            aria-pressed={follow}
            leftSection={<ArrowDownToLine size={14} />}
            onClick={() => setFollow(!follow)}
          >
            {text.follow}
          </Button>
        </Tooltip>
        <More
          onClear={() => {
            choose(null)
            buffer.clear()
          }}
          onDownload={() => saveFile(`${fileName}.jsonl`, asJsonLines(shown))}
        />
      </div>
      <div className={styles.split} data-open={chosen !== null || undefined}>
        <MessageTable
          label={label}
          words={words}
          messages={shown}
          chosen={chosenKey}
          onChoose={open}
          follow={follow && !paused}
          onFollow={setFollow}
        >
          {of === 0 && empty}
          {of > 0 && matching === 0 && <NoMatch of={of} onClear={() => onFilter('')} />}
        </MessageTable>
        {chosen !== null && (
          <MessagePane
            ref={pane}
            key={chosen.key}
            message={chosen}
            words={words}
            resend={resend}
            onClose={() => choose(null)}
          />
        )}
      </div>
      <div className={styles.status}>
        <span>
          {of === 0 ? null : filter === '' ? text.showing(matching, of) : text.showingFiltered(matching, of, filter)}
          {gone > 0 && ` ${text.gone(gone)}`}
        </span>
        <span>{text.limits(bufferLimits.messages, bufferLimits.bytes, SHOWN_BYTES)}</span>
      </div>
      {children}
    </div>
  )
}

function More({ onClear, onDownload }: { onClear: () => void; onDownload: () => void }) {
  return (
    <>
      <Tooltip label={text.clear}>
        <ActionIcon variant="default" size={36} aria-label={text.clear} onClick={onClear}>
          <Eraser size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={text.download}>
        <ActionIcon variant="default" size={36} aria-label={text.download} onClick={onDownload}>
          <Download size={15} />
        </ActionIcon>
      </Tooltip>
    </>
  )
}

function NoMatch({ of, onClear }: { of: number; onClear: () => void }) {
  return (
    <div className={styles.none}>
      <p className="strong">{text.filter.noMatch}</p>
      <p className="dim">{text.filter.noMatchHint(of)}</p>
      <Button size="xs" variant="default" onClick={onClear}>
        {text.filter.clear}
      </Button>
    </div>
  )
}
