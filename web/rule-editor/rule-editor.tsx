import { FileQuestion } from 'lucide-react'
import { useState } from 'react'

import { useLive } from '../live/use-live.ts'
import { text } from '../messages/rule-editor.ts'
import { text as rulesText } from '../messages/rules.ts'
import { useDraft } from '../policy/use-draft.ts'
import type { Entry, ListName } from '../rules/entry.ts'
import { entriesOf } from '../rules/entry.ts'
import { useMayChange } from '../session/use-session.ts'
import { Empty } from '../ui/empty.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { EntryEditor } from './entry-editor.tsx'
import { EntryReader } from './entry-reader.tsx'

export interface RuleEditorProps {
  readonly list: ListName
  /** Of an entry of the draft or a locked one; `new` for one that is to be added. */
  readonly id: string
  /** Fills a new one in; a line of the text form. */
  readonly line: string
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

/** One rule or redirect in the side panel: as a sentence and as a line, with what it does beneath. */
export function RuleEditor({ list, id, line, onClose, onOpen }: RuleEditorProps) {
  const { document } = useDraft()
  const { policy } = useLive()
  const mayChange = useMayChange()
  const entries = entriesOf(document, list)
  const number = entries.findIndex((entry) => entry.id === id) + 1
  const found = entries[number - 1] ?? null
  const fixed = policy?.fixed[list].find((entry): entry is Entry => entry.id === id) ?? null
  // Undo may take away what is being edited: the form stays until it is closed.
  const [first, setFirst] = useState({ id, entry: found })
  if (first.id !== id) setFirst({ id, entry: found })
  const managed = policy?.managed ?? null
  const beside = { next: entries[number]?.id, previous: entries[number - 2]?.id }

  if (fixed !== null) {
    return (
      <EntryReader
        list={list}
        entry={fixed}
        title={text.title.fixed(id)}
        why={text.readOnly.fixed}
        {...{ onClose, onOpen, beside: {} }}
      />
    )
  }
  if (id !== 'new' && found === null && first.entry === null) {
    return (
      <SidePanel title={text.gone.title[list]} onClose={onClose}>
        <Empty icon={<FileQuestion size={20} />} title={text.gone.title[list]}>
          <p>{text.gone.detail}</p>
        </Empty>
      </SidePanel>
    )
  }
  if (!mayChange || managed !== null) {
    const entry = found ?? first.entry
    if (entry === null) return null
    return (
      <EntryReader
        list={list}
        entry={entry}
        title={rulesText.name(list, number)}
        why={managed === null ? text.readOnly.viewer : text.readOnly.managed(managed.path)}
        {...{ onClose, onOpen, beside }}
      />
    )
  }
  return (
    <EntryEditor
      key={id}
      list={list}
      entry={id === 'new' ? null : (found ?? first.entry)}
      line={line}
      title={id === 'new' ? text.title.new[list] : text.title.edit(rulesText.name(list, number))}
      {...{ onClose, onOpen, beside }}
    />
  )
}
