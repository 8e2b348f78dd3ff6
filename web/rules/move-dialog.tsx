import { Button, Modal, NumberInput, Select } from '@mantine/core'
import { useState } from 'react'

import { text } from '../messages/rules.ts'
import { positionOf } from './edits.ts'
import type { Entry, ListName } from './entry.ts'
import { sectionsOf } from './outline.ts'
import { sectionOf } from './rows.ts'
import { firstLine } from './use-rule-actions.ts'
import type { Destination } from './use-rule-actions.ts'

import styles from './rules.module.css'

interface MoveDialogProps {
  readonly list: ListName
  readonly entries: readonly Entry[]
  readonly id: string
  readonly what: 'position' | 'section'
  readonly onMove: (to: Destination) => void
  readonly onClose: () => void
}

/** Value of the choice above the first section. */
const TOP = 'top'

/** Asks for a number, or for a section. */
export function MoveDialog({ list, entries, id, what, onMove, onClose }: MoveDialogProps) {
  const [position, setPosition] = useState<number | string>(positionOf(entries, id))
  const [section, setSection] = useState(sectionOf(entries, id) ?? TOP)
  const named = sectionsOf(entries).flatMap(({ key, caption }) =>
    key === null || caption === null ? [] : [{ value: key, label: firstLine(caption) || text.section.fresh }],
  )
  const submit = () => {
    if (what === 'section') onMove({ section: section === TOP ? null : section })
    else if (Number(position) >= 1) onMove({ position: Number(position) })
    onClose()
  }
  return (
    <Modal.Root opened onClose={onClose} size="sm" centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          <Modal.Title className={styles.dialogTitle}>
            {text.position.title(text.name(list, positionOf(entries, id)))}
          </Modal.Title>
          <form
            className={styles.dialog}
            onSubmit={(event) => {
              event.preventDefault()
              submit()
            }}
          >
            {what === 'position' ? (
              <NumberInput
                data-autofocus
                label={text.position.label(entries.length)}
                min={1}
                max={entries.length}
                allowDecimal={false}
                value={position}
                onChange={setPosition}
                onFocus={(event) => event.currentTarget.select()}
              />
            ) : (
              <Select
                data-autofocus
                label={text.position.section}
                data={[{ value: TOP, label: text.section.top }, ...named]}
                searchable={named.length > 10}
                limit={50}
                allowDeselect={false}
                value={section}
                onChange={(value) => setSection(value ?? TOP)}
              />
            )}
            <div className={styles.dialogButtons}>
              <Button variant="default" onClick={onClose}>
                {text.position.cancel}
              </Button>
              <Button type="submit">{text.position.submit}</Button>
            </div>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
