import { ActionIcon, Textarea, UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronRight, Pencil, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'

import { text } from '../messages/rules.ts'
import type { ListName } from './entry.ts'
import type { Row } from './rows.ts'
import type { RowActions } from './rule-row.tsx'
import { SortableRow } from './sortable-table.tsx'

import styles from './rules.module.css'

/** What all rows that span the table are told. */
export interface CommonProps {
  readonly span: number
  readonly index: number
  readonly tabbable: boolean
  readonly measure: ((row: Element | null) => void) | undefined
  readonly actions: RowActions
}

interface SectionRowProps extends CommonProps {
  readonly list: ListName
  readonly row: Row & { readonly kind: 'section' }
  readonly editable: boolean
  readonly draggable: boolean
  readonly editing: boolean
  readonly onEditing: (id: string | null) => void
}

/** Head of a section: its caption, which folds it. */
export function SectionRow(props: SectionRowProps) {
  const { list, row, editable, draggable, editing, onEditing, span, index, tabbable, measure, actions } = props
  const { key, id, caption, count, shown, folded } = row
  const [title, ...more] = caption.split('\n')
  const name = title!
  const cell = (
    <td colSpan={span}>
      {editing ? (
        <CaptionField
          caption={caption}
          onDone={(next, byKey) => {
            if (next !== null) actions.caption(id, next)
            onEditing(null)
            if (byKey) actions.focus(key)
          }}
        />
      ) : (
        <span className={styles.section}>
          <UnstyledButton
            className={styles.fold}
            aria-expanded={!folded}
            aria-label={folded ? text.section.unfold(name) : text.section.fold(name)}
            onClick={() => actions.fold(key)}
          >
            {folded ? <ChevronRight size={15} aria-hidden="true" /> : <ChevronDown size={15} aria-hidden="true" />}
          </UnstyledButton>
          <span className={styles.caption} title={caption}>
            <span className="strong">{name}</span>
            {more.length > 0 && <span className="dim">{more.filter((line) => line !== '').join(' ')}</span>}
          </span>
          <span className={`dim num ${styles.sectionCount}`}>
            {shown === count ? text.section.count(list, count) : text.section.countShown(shown, count)}
          </span>
          {editable && (
            <span className={styles.sectionTools}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={26}
                aria-label={`${text.section.edit}: ${name}`}
                onClick={() => onEditing(id)}
              >
                <Pencil size={14} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={26}
                title={text.section.removeHint}
                aria-label={`${text.section.remove}: ${name}`}
                onClick={() => actions.removeSection(id)}
              >
                <X size={15} />
              </ActionIcon>
            </span>
          )}
        </span>
      )}
    </td>
  )
  const common = { 'data-key': key, 'data-index': index, 'data-kind': 'section', 'aria-rowindex': index + 2 }
  const tabIndex = tabbable ? 0 : -1
  if (draggable) {
    return (
      <SortableRow rowKey={key} movable={false} {...common} tabIndex={tabIndex}>
        {() => cell}
      </SortableRow>
    )
  }
  return (
    <tr ref={measure} {...common} tabIndex={tabIndex}>
      {cell}
    </tr>
  )
}

function CaptionField({
  caption,
  onDone,
}: {
  caption: string
  onDone: (caption: string | null, byKey: boolean) => void
}) {
  const [value, setValue] = useState(caption)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.select(), [])
  const press = (event: KeyboardEvent) => {
    event.stopPropagation() // undo within the field is the field's own
    if (event.key === 'Escape') onDone(null, true)
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      onDone(value, true)
    }
  }
  return (
    <Textarea
      autosize
      ref={field}
      minRows={1}
      size="xs"
      value={value}
      maxLength={2000}
      aria-label={text.section.captionLabel}
      description={text.section.captionHint}
      inputWrapperOrder={['input', 'description']}
      className={styles.captionField}
      onChange={(event) => setValue(event.currentTarget.value)}
      onBlur={() => onDone(value, false)}
      onKeyDown={press}
    />
  )
}

/** Head of the entries from the command line and the configuration file. */
interface FixedHeadProps extends CommonProps {
  readonly list: ListName
  readonly row: Row & { readonly kind: 'fixed-head' }
}

/** Head of the entries from the command line and the configuration file. */
export function FixedHead({ list, row, span, index, tabbable, measure, actions }: FixedHeadProps) {
  const { count, folded, key } = row
  return (
    <tr
      ref={measure}
      data-key={key}
      data-index={index}
      data-kind="section"
      aria-rowindex={index + 2}
      tabIndex={tabbable ? 0 : -1}
    >
      <td colSpan={span}>
        <span className={styles.section}>
          <UnstyledButton
            className={styles.fold}
            aria-expanded={!folded}
            aria-label={folded ? text.section.unfold(text.fixed.title) : text.section.fold(text.fixed.title)}
            onClick={() => actions.fold(key)}
          >
            {folded ? <ChevronRight size={15} aria-hidden="true" /> : <ChevronDown size={15} aria-hidden="true" />}
          </UnstyledButton>
          <span className={styles.caption}>
            <span className="strong">{text.fixed.title}</span>
            <span className="dim">{text.fixed.note}</span>
          </span>
          <span className={`dim num ${styles.sectionCount}`}>{text.section.count(list, count)}</span>
        </span>
      </td>
    </tr>
  )
}
