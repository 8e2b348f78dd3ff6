import { UnstyledButton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDownLeft, ArrowUpRight, Info, TriangleAlert } from 'lucide-react'
import { memo, useLayoutEffect, useRef } from 'react'
import type { ReactNode } from 'react'

import { formatBytes } from '../../shared/units.ts'
import { text } from '../messages/conversation.ts'
import { useZone } from '../ui/use-zone.ts'
import { hexLine } from './hex.ts'
import { isReal } from './message.ts'
import type { Message } from './message.ts'
import { ShowText } from './show-text.tsx'
import { clock, difference } from './times.ts'

import styles from './conversation.module.css'

/** Every row is this high, in pixels. */
const ROW_HEIGHT = 34
/** Characters of the payload in a row. */
const PREVIEW = 300
const PREVIEW_BYTES = 32
/** So near to the end counts as at the end, in pixels. */
const NEAR = 24

/** How the two directions are called. */
export type Words = keyof typeof text.directions

interface TableProps {
  readonly label: string
  readonly words: Words
  readonly messages: readonly Message[]
  /** Key of the chosen one; null for none. */
  readonly chosen: number | null
  readonly onChoose: (key: number) => void
  /** Whether the newest stays in sight. */
  readonly follow: boolean
  readonly onFollow: (follow: boolean) => void
  /** Stands below the rows. */
  readonly children: ReactNode
}

/** A real table of which only the visible rows exist. Keeps what is in sight where it is, or follows the end. */
export function MessageTable(props: TableProps) {
  const { label, words, messages, chosen, onChoose, follow, onFollow, children } = props
  const scroller = useRef<HTMLDivElement>(null)
  const zone = useZone()
  const virtual = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => messages[index]!.key,
  })
  const onScroll = useStillRows(scroller, messages, follow, onFollow)
  useLayoutEffect(() => {
    const index = messages.findIndex(({ key }) => key === chosen)
    if (index !== -1) virtual.scrollToIndex(index, { align: 'auto' })
    // Only a choice moves the list, not what comes in meanwhile.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [chosen])
  const rows = virtual.getVirtualItems()
  const columns = text.columns
  return (
    <div ref={scroller} className={styles.box} tabIndex={0} role="region" aria-label={label} onScroll={onScroll}>
      <table className={styles.table} aria-label={label} aria-rowcount={messages.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className={styles.time}>
              {columns.time}
            </th>
            <th scope="col" className={styles.gap} title={columns.gapHint}>
              {columns.gap}
            </th>
            <th scope="col" className={styles.direction}>
              {columns.direction}
            </th>
            <th scope="col" className={styles.kind}>
              {columns.kind}
            </th>
            <th scope="col" className={styles.length}>
              {columns.length}
            </th>
            <th scope="col">{columns.preview}</th>
          </tr>
        </thead>
        <tbody>
          <Space height={rows[0]?.start ?? 0} />
          {rows.map(({ index, key }) => (
            <Row
              key={key}
              message={messages[index]!}
              before={messages[index - 1]?.at ?? null}
              index={index}
              words={words}
              zone={zone}
              chosen={messages[index]!.key === chosen}
              onChoose={onChoose}
            />
          ))}
          <Space height={virtual.getTotalSize() - (rows.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
      {children}
    </div>
  )
}

/** Scrolls to the end with each change while `follow`; else rows that leave above take no place away from those in sight. */
function useStillRows(
  scroller: React.RefObject<HTMLDivElement | null>,
  messages: readonly Message[],
  follow: boolean,
  onFollow: (follow: boolean) => void,
): () => void {
  const first = useRef<number | null>(null)
  useLayoutEffect(() => {
    const box = scroller.current
    if (box === null) return
    if (follow) box.scrollTop = box.scrollHeight
    else if (first.current !== null && messages.length > 0) {
      const left = messages.findIndex(({ key }) => key >= first.current!)
      if (left === -1) box.scrollTop = 0
      else if (left < anchor.current) box.scrollTop -= (anchor.current - left) * ROW_HEIGHT
    }
    remember()
    // oxlint-disable-next-line react/exhaustive-deps
  }, [messages, follow, scroller])
  const anchor = useRef(0)
  /** Which row is the uppermost in sight. */
  const remember = () => {
    anchor.current = Math.floor((scroller.current?.scrollTop ?? 0) / ROW_HEIGHT)
    first.current = messages[anchor.current]?.key ?? null
  }
  return () => {
    const box = scroller.current
    if (box === null) return
    remember()
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR
    if (follow && !atEnd) onFollow(false)
  }
}

interface RowProps {
  readonly message: Message
  /** When the one above came. */
  readonly before: number | null
  readonly index: number
  readonly words: Words
  readonly zone: string | undefined
  readonly chosen: boolean
  readonly onChoose: (key: number) => void
}

const Row = memo(function Row({ message, before, index, words, zone, chosen, onChoose }: RowProps) {
  const { number, at, kind, length } = message
  const time = clock(at, zone)
  if (!isReal(message)) {
    const Icon = kind === 'note' ? Info : TriangleAlert
    return (
      <tr aria-rowindex={index + 2} className={styles.said} data-kind={kind}>
        <td className={styles.time} colSpan={2}>
          {time}
        </td>
        <td colSpan={4}>
          <Icon size={14} role="img" aria-label={text.kinds[kind]} /> <span title={message.text!}>{message.text}</span>
        </td>
      </tr>
    )
  }
  const Arrow = message.direction === 'up' ? ArrowUpRight : ArrowDownLeft
  return (
    // A larger target for the pointer; the keyboard has the button.
    <tr
      aria-rowindex={index + 2}
      className={styles.row}
      data-chosen={chosen || undefined}
      onClick={() => onChoose(message.key)}
    >
      <td className={styles.time} title={new Date(at).toISOString()}>
        {time}
      </td>
      <td className={styles.gap}>{before !== null && difference(at - before)}</td>
      <td
        className={styles.direction}
        data-direction={message.direction}
        title={text.directionHints[words][message.direction]}
      >
        <Arrow size={14} aria-hidden="true" />
        <span>{text.directions[words][message.direction]}</span>
      </td>
      <td className={styles.kind}>
        {text.kinds[kind]}
        {message.mtype !== null && (
          <span className="dim" title={text.type(message.mtype, message.utype ?? 0)}>
            {' '}
            {text.typeShort(message.mtype, message.utype ?? 0)}
          </span>
        )}
      </td>
      <td className={styles.length} title={text.pane.bytes(length)}>
        {formatBytes(length)}
      </td>
      <td className={styles.preview}>
        <UnstyledButton className={styles.show} aria-label={text.show(number)} aria-pressed={chosen} />
        <Preview message={message} />
      </td>
    </tr>
  )
})

function Preview({ message }: { message: Message }) {
  const { kind, code, reason, missed, cut, length } = message
  return (
    <>
      {missed > 0 && (
        <span className={styles.missed} title={text.missed(missed)}>
          <TriangleAlert size={12} role="img" aria-label={text.missed(missed)} /> +{missed}{' '}
        </span>
      )}
      {kind === 'close' && code !== null ? (
        <>
          {code} <ShowText value={reason} />
        </>
      ) : (
        <Payload message={message} />
      )}
      {length === 0 && kind !== 'close' && <span className="dim">{text.empty}</span>}
      {cut && <span className="dim"> {text.cutPreview}</span>}
    </>
  )
}

function Payload({ message: { text: plain, bytes } }: { message: Message }) {
  if (plain !== null) return <ShowText value={plain.slice(0, PREVIEW).replaceAll(/\s+/g, ' ')} />
  return <span className={styles.hexed}>{hexLine(bytes ?? new Uint8Array(), PREVIEW_BYTES)}</span>
}

function Space({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null
}
