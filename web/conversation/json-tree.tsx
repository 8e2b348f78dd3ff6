import { UnstyledButton } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode } from 'react'

import { REDACTED } from '../../shared/redact-json.ts'
import { text } from '../messages/conversation.ts'
import { hexLine } from './hex.ts'
import { Removed, ShowText } from './show-text.tsx'

import styles from './conversation.module.css'

/** Entries of one list or object that are drawn before somebody asks for more. */
const FIRST = 100
/** Levels that are open from the beginning. */
const OPEN_LEVELS = 2
/** Bytes of a byte string that are shown. */
const BYTES_SHOWN = 64

/** Something read from JSON or CBOR, with its lists and objects to be folded. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <div className={styles.tree}>
      <Node value={value} level={0} />
    </div>
  )
}

interface NodeProps {
  readonly name?: string
  readonly value: unknown
  readonly level: number
}

function Node({ name, value, level }: NodeProps) {
  const entries = entriesOf(value)
  const label = name === undefined ? null : <span className={styles.name}>{name}: </span>
  if (entries === null) {
    return (
      <div className={styles.leaf}>
        {label}
        <Scalar value={value} />
      </div>
    )
  }
  return <Branch label={label} list={Array.isArray(value)} entries={entries} level={level} />
}

interface BranchProps {
  readonly label: ReactNode
  readonly list: boolean
  readonly entries: readonly (readonly [string, unknown])[]
  readonly level: number
}

function Branch({ label, list, entries, level }: BranchProps) {
  const [open, setOpen] = useState(level < OPEN_LEVELS)
  const [shown, setShown] = useState(FIRST)
  const count = list ? text.pane.items(entries.length) : text.pane.fields(entries.length)
  const rest = entries.length - shown
  return (
    <div>
      <UnstyledButton className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={13} aria-hidden="true" />
        {label}
        <span className="dim">{list ? `[ ${count} ]` : `{ ${count} }`}</span>
      </UnstyledButton>
      {open && (
        <div className={styles.inner}>
          {entries.slice(0, shown).map(([key, inner]) => (
            <Node key={key} name={key} value={inner} level={level + 1} />
          ))}
          {rest > 0 && (
            <UnstyledButton className={styles.more} onClick={() => setShown(shown + 10 * FIRST)}>
              {text.pane.moreItems(rest)}
            </UnstyledButton>
          )}
        </div>
      )}
    </div>
  )
}

function Scalar({ value }: { value: unknown }) {
  if (value === REDACTED) return <Removed />
  if (typeof value === 'string') {
    return (
      <span className={styles.string}>
        "<ShowText value={value} />"
      </span>
    )
  }
  if (value instanceof Uint8Array) {
    return (
      <span className={styles.number}>
        {hexLine(value, BYTES_SHOWN)} <span className="dim">{text.pane.bytes(value.length)}</span>
      </span>
    )
  }
  return <span className={styles.number}>{String(value)}</span>
}

/** Null for what has none: also bytes, dates and big numbers, which CBOR may hold. */
function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | null {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return null
  if (value instanceof Map) return [...value].map(([key, inner]) => [String(key), inner] as const)
  return Object.entries(value)
}
