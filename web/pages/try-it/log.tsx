import { ArrowDownLeft, ArrowUpRight, Info, TriangleAlert } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

import { formatBytes } from '../../../shared/units.ts'
import { messages } from '../../messages.ts'
import type { Conversation, Entry } from './conversation.ts'
import { asHex, asText } from './show-bytes.ts'

export type Form = 'text' | 'hex'

const text = messages.tryIt

/** The conversation, newest at the bottom and in sight unless somebody has scrolled up. */
export function Log({ conversation, form, hint }: { conversation: Conversation; form: Form; hint: string }) {
  const { entries, dropped } = useSyncExternalStore(conversation.subscribe, conversation.getState)
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  useEffect(() => {
    if (box.current !== null && follows.current) box.current.scrollTop = box.current.scrollHeight
  })
  return (
    <div
      ref={box}
      className="log"
      role="log"
      aria-label={text.log}
      tabIndex={0}
      onScroll={({ currentTarget: at }) => {
        follows.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24
      }}
    >
      {entries.length === 0 && <p className="log-hint">{hint}</p>}
      {dropped > 0 && <p className="log-hint">{text.dropped(dropped)}</p>}
      {entries.map((entry) => (
        <Line key={entry.key} entry={entry} form={form} />
      ))}
    </div>
  )
}

const icons = { sent: ArrowUpRight, received: ArrowDownLeft, note: Info, failure: TriangleAlert }

function Line({ entry, form }: { entry: Entry; form: Form }) {
  const { kind, at, body, hidden } = entry
  const Icon = icons[kind]
  const isData = kind === 'sent' || kind === 'received'
  const plain = asText(body, hidden > 0)
  const hex = isData && (form === 'hex' || plain === null)
  return (
    <div className="line" data-kind={kind}>
      <Icon size={14} role="img" aria-label={text[kind]} />
      <time dateTime={new Date(at).toISOString()}>{clock(at)}</time>
      <pre className={hex ? 'hex' : isData ? undefined : 'told'}>
        {hex ? asHex(body) : plain}
        {isData && body.length === 0 && <span className="dim">{text.emptyMessage}</span>}
        {hidden > 0 && <span className="dim"> {text.more(formatBytes(hidden))}</span>}
      </pre>
    </div>
  )
}

function clock(at: number): string {
  const date = new Date(at)
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
