import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core'
import { CircleAlert, Send, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactNode, Ref } from 'react'

import { visible } from '../../shared/client/printable.ts'
import { toBase64 } from '../../shared/client/views.ts'
import { formatBytes } from '../../shared/units.ts'
import { text as messages } from '../messages/conversation.ts'
import { Copyable } from '../ui/copy-button.tsx'
import { useZone } from '../ui/use-zone.ts'
import { decode, loadCbor, mayBeCbor } from './decode.ts'
import type { CborReader, Decoded } from './decode.ts'
import { asHex } from './hex.ts'
import { JsonTree } from './json-tree.tsx'
import type { Words } from './message-table.tsx'
import { bytesOf } from './message.ts'
import type { Message } from './message.ts'
import { ShowText } from './show-text.tsx'
import { clock } from './times.ts'

import styles from './conversation.module.css'

const text = messages.pane

type Form = keyof typeof text.forms

interface PaneProps {
  readonly message: Message
  readonly words: Words
  readonly onClose: () => void
  /** What the button says that passes the message on; without it there is none. */
  readonly resend?: { readonly label: string; readonly go: (message: Message) => void } | undefined
  readonly ref?: Ref<HTMLElement>
}

/** One message, decoded as far as possible, in hex, or as it is. */
export function MessagePane({ message, words, onClose, resend, ref }: PaneProps) {
  const [form, setForm] = useState<Form>('decoded')
  const zone = useZone()
  const { number, direction, kind, length, at } = message
  return (
    <section ref={ref} className={styles.pane} aria-label={text.label} tabIndex={-1}>
      <div className={styles.paneHead}>
        <div className={styles.paneTitle}>
          <span className="strong">{text.title(number)}</span>
          <span className="dim num">
            {messages.directions[words][direction]} · {messages.kinds[kind]} · {formatBytes(length)} · {clock(at, zone)}
          </span>
        </div>
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={text.close}>
          <X size={16} />
        </ActionIcon>
      </div>
      <div className={styles.paneTools}>
        <SegmentedControl
          size="xs"
          aria-label={text.form}
          data={(Object.keys(text.forms) as Form[]).map((value) => ({ value, label: text.forms[value] }))}
          value={form}
          onChange={(value) => setForm(value)}
        />
        <span className="grow" />
        <Copyable value={copied(message, form)} label={text.copy} />
        {resend !== undefined && ['text', 'binary'].includes(kind) && (
          <Tooltip label={resend.label} disabled={resend.label === text.again}>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Send size={13} />}
              onClick={() => resend.go(message)}
            >
              {resend.label}
            </Button>
          </Tooltip>
        )}
      </div>
      <Remarks message={message} />
      {/* Long contents scroll, so the keyboard must be able to get in. */}
      <div className={styles.content} tabIndex={0} role="group" aria-label={text.forms[form]}>
        {form === 'decoded' && <DecodedView message={message} />}
        {form === 'hex' && <pre>{asHex(bytesOf(message))}</pre>}
        {form === 'raw' && (
          <pre className={styles.wrapped}>
            <ShowText value={message.text ?? toBase64(bytesOf(message))} />
          </pre>
        )}
      </div>
    </section>
  )
}

function copied(message: Message, form: Form): string {
  if (form === 'hex') return asHex(bytesOf(message))
  return message.text ?? toBase64(bytesOf(message))
}

function Remarks({ message }: { message: Message }) {
  const { cut, partial, redacted, missed, length } = message
  const remarks = [
    missed > 0 && messages.missed(missed),
    partial && text.partial,
    cut && text.cut(bytesOf(message).length, length),
    redacted && text.redacted,
  ].filter((remark) => remark !== false)
  if (remarks.length === 0) return null
  return (
    <div className={styles.remarks}>
      {remarks.map((remark) => (
        <p key={remark}>
          <CircleAlert size={14} aria-hidden="true" /> {remark}
        </p>
      ))}
    </div>
  )
}

function DecodedView({ message }: { message: Message }) {
  const cbor = useCbor(mayBeCbor(message))
  const { kind, code, reason, mtype, utype } = message
  if (kind === 'close') {
    return (
      <dl className={styles.facts}>
        <Fact name={text.code}>{code ?? '–'}</Fact>
        <Fact name={text.reason}>{reason === '' ? text.noReason : visible(reason)}</Fact>
      </dl>
    )
  }
  const decoded = decode(message, cbor)
  return (
    <>
      {mtype !== null && decoded.form !== 'packet' && <Types mtype={mtype} utype={utype ?? 0} />}
      <View decoded={decoded} />
    </>
  )
}

function View({ decoded }: { decoded: Decoded }) {
  if (decoded.form === 'packet') {
    return (
      <>
        <p className={styles.as}>{text.packet}</p>
        <Types mtype={decoded.mtype} utype={decoded.utype} />
        <View decoded={decoded.payload} />
      </>
    )
  }
  return (
    <>
      <p className={styles.as}>{text.as[decoded.form]}</p>
      {(decoded.form === 'json' || decoded.form === 'cbor') && <JsonTree value={decoded.value} />}
      {decoded.form === 'text' && (
        <pre className={styles.wrapped}>
          <ShowText value={decoded.text} />
        </pre>
      )}
      {decoded.form === 'bytes' && <pre>{asHex(decoded.bytes)}</pre>}
    </>
  )
}

function Types({ mtype, utype }: { mtype: number; utype: number }) {
  const word = text.mtypes[mtype]
  return (
    <dl className={styles.facts}>
      <Fact name={text.mtype}>
        {mtype} {word !== undefined && <span className="dim">{word}</span>}
      </Fact>
      <Fact name={text.utype}>{utype}</Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="num">{children}</dd>
    </div>
  )
}

/** The reader of CBOR once something needs it, for the rest of the visit. */
function useCbor(wanted: boolean): CborReader | null {
  const [reader, setReader] = useState<CborReader | null>(null)
  useEffect(() => {
    if (!wanted) return undefined
    let here = true
    const take = (loaded: CborReader) => here && setReader(() => loaded)
    // Without it, because the gateway is away, bytes are shown as bytes.
    loadCbor().then(take, () => {})
    return () => {
      here = false
    }
  }, [wanted])
  return reader
}
