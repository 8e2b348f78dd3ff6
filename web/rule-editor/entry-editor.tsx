import { Button } from '@mantine/core'
import { ChevronDown, ChevronUp } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'

import { useKey } from '../keys/use-key.ts'
import { text } from '../messages/rule-editor.ts'
import { text as rulesText } from '../messages/rules.ts'
import { useDraft, useDraftStore } from '../policy/use-draft.ts'
import { positionOf } from '../rules/edits.ts'
import { entriesOf, lineOf } from '../rules/entry.ts'
import type { Entry, ListName } from '../rules/entry.ts'
import { makeId } from '../rules/make-id.ts'
import { useKnown } from '../rules/text/use-known.ts'
import { toast } from '../toasts/toasts.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { EntryFields } from './entry-fields.tsx'
import { byForm, byLine, editingOf, entryOf, freshEditing } from './entry-form.ts'
import type { EntryValue } from './entry-form.ts'
import { isMissing } from './faults.ts'
import { LeaveQuestion } from './leave-question.tsx'
import { LineField } from './line-field.tsx'
import { LiveBoxes, useInForce } from './live-boxes.tsx'
import { PlaceField } from './place-field.tsx'
import { addEntry, changeEntry } from './place.ts'
import type { Place } from './place.ts'
import { useKeepOpen } from './use-keep-open.ts'
import { useLeave } from './use-leave.ts'

import styles from './rule-editor.module.css'

/** Ids of the entries before and behind it. */
export interface Beside {
  readonly previous?: string | undefined
  readonly next?: string | undefined
}

interface EntryEditorProps {
  readonly list: ListName
  /** Null: a new one. */
  readonly entry: Entry | null
  readonly line: string
  readonly title: string
  readonly beside: Beside
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

/** Edits one entry; the draft gets it as one step when it is applied. */
export function EntryEditor({ list, entry, line, title, beside, onClose, onOpen }: EntryEditorProps) {
  const { document } = useDraft()
  const store = useDraftStore()
  const known = useKnown(document)
  const box = useRef<HTMLFormElement>(null)
  const [newId] = useState(makeId)
  const [place, setPlace] = useState<Place>('top')
  const [tried, setTried] = useState(false)
  const [begun] = useState(() => {
    const first = entry === null ? freshEditing(list) : editingOf(entry)
    return entry === null && line !== '' ? byLine(list, line, first.value) : null
  })
  // Null: nothing was changed, and what the draft says is shown.
  const [edited, setEdited] = useState(begun)
  const stored = useMemo(() => (entry === null ? freshEditing(list) : editingOf(entry)), [entry, list])
  const editing = edited ?? stored
  const { value, faults } = editing

  const id = entry?.id ?? newId
  const made = useMemo(
    () => (faults.length > 0 ? null : entryOf(value, id, entry?.caption)),
    [faults, value, id, entry?.caption],
  )
  const differs = entry === null || made === null || lineOf(made) !== lineOf(entry)
  const changed = edited !== null && (entry === null ? edited.line !== '' : differs)
  const candidate = useMemo(() => {
    if (made === null || !differs) return null
    return entry === null ? addEntry(document, list, made, place) : changeEntry(document, list, made)
  }, [made, differs, entry, document, list, place])
  const leave = useLeave(changed)
  useKeepOpen(box)
  const inForce = useInForce(list, id)

  const shownFaults = faults.filter((fault) => tried || !isMissing(fault, value))
  const fault = (field: string) =>
    shownFaults.find((each) => each.column === null && each.field.split('/')[0] === field)?.message
  const change = (part: Partial<EntryValue>) => setEdited(byForm({ ...value, ...part } as EntryValue))

  const apply = () => {
    if (made === null) {
      setTried(true)
      // What is wrong is marked in the next frame, when it is told.
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
      return
    }
    if (differs) keep(made)
    onClose()
  }
  const keep = (next: Entry) => {
    if (entry === null) {
      store.edit(text.steps.add[list], (before) => addEntry(before, list, next, place))
    } else {
      const name = rulesText.name(list, positionOf(entriesOf(document, list), id))
      store.edit(text.steps.change(name), (before) => changeEntry(before, list, next))
    }
    const name = rulesText.name(list, positionOf(entriesOf(store.getState().document, list), id))
    toast(entry === null ? text.told.added(name) : text.told.changed(name), { undo: () => void store.undo() })
  }
  useKey('send', apply)
  useKey('previousDetail', () => beside.previous !== undefined && leave.ask(() => onOpen(beside.previous!)))
  useKey('nextDetail', () => beside.next !== undefined && leave.ask(() => onOpen(beside.next!)))

  return (
    <SidePanel
      title={title}
      onClose={() => (leave.asking ? leave.stay() : leave.ask(onClose))}
      foot={
        leave.asking ? (
          <LeaveQuestion leave={leave.go} stay={leave.stay} />
        ) : (
          <>
            {entry !== null && (
              <span className={styles.beside}>
                <StepButton to={beside.previous} label={text.previous} go={(to) => leave.ask(() => onOpen(to))}>
                  <ChevronUp size={16} />
                </StepButton>
                <StepButton to={beside.next} label={text.next} go={(to) => leave.ask(() => onOpen(to))}>
                  <ChevronDown size={16} />
                </StepButton>
              </span>
            )}
            {tried && faults.length > 0 && (
              <span role="alert" className={styles.faults}>
                {text.faults(faults.length)}
              </span>
            )}
            <Button variant="default" onClick={() => leave.ask(onClose)}>
              {text.cancel}
            </Button>
            <Button onClick={apply}>{entry === null ? text.add[list] : text.apply}</Button>
          </>
        )
      }
    >
      <form
        ref={box}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <EntryFields value={value} known={known} fault={fault} onChange={change} />
        {entry === null && <PlaceField place={place} count={entriesOf(document, list).length} onChange={setPlace} />}
        <LineField
          line={editing.line}
          placeholder={text.line.placeholder[list]}
          faults={faults}
          onChange={(next) => setEdited(byLine(list, next, value))}
        />
      </form>
      <LiveBoxes list={list} id={id} entry={made} candidate={candidate} known={inForce} />
    </SidePanel>
  )
}

interface StepButtonProps {
  readonly to: string | undefined
  readonly label: string
  readonly go: (to: string) => void
  readonly children: React.ReactNode
}

function StepButton({ to, label, go, children }: StepButtonProps) {
  return (
    <Button
      variant="default"
      px={9}
      disabled={to === undefined}
      aria-label={label}
      title={label}
      onClick={() => to !== undefined && go(to)}
    >
      {children}
    </Button>
  )
}
