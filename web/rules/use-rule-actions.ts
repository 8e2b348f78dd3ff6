import { useMemo } from 'react'

import type { PolicyDocument } from '../../shared/policy/document.ts'
import { text } from '../messages/rules.ts'
import type { DraftStore } from '../policy/draft-store.ts'
import { useDraftStore } from '../policy/use-draft.ts'
import { toast } from '../toasts/toasts.tsx'
import { captionEntry, cloneEntry, positionOf, removeEntry, restoreEntry, setDefault, switchEntry } from './edits.ts'
import { entriesOf, withEntries } from './entry.ts'
import type { ListName } from './entry.ts'
import { makeId } from './make-id.ts'
import { moveBy, moveOnto, moveToPosition, moveToSection, putBack, removeFrom, sectionsOf } from './outline.ts'
import type { Moved, RowKey } from './outline.ts'
import { sectionOf } from './rows.ts'

/** Where an entry goes. */
export type Destination =
  | 'up'
  | 'down'
  | 'top'
  | 'end'
  | { readonly position: number }
  | { readonly section: RowKey | null }

/** What the page does besides changing the draft. */
export interface TableHooks {
  /** For screen readers. */
  readonly say: (sentence: string) => void
  /** Puts the focus on a row, unfolding what hides it. */
  readonly show: (key: RowKey) => void
  /** Rows that can be moved to, as they are in sight. */
  readonly keys: () => readonly RowKey[]
}

/** Everything that is done to the entries of a list. The same object as long as the list is the same. */
export interface RuleActions {
  readonly switch: (id: string) => void
  readonly clone: (id: string) => void
  readonly remove: (id: string) => void
  readonly restore: (id: string, line: string) => void
  readonly move: (id: string, to: Destination) => void
  /** Dragged onto another row. Says nothing, as dragging does. */
  readonly drop: (id: string, over: RowKey) => void
  readonly caption: (id: string, caption: string) => void
  readonly addSection: (id: string) => void
  readonly removeSection: (id: string) => void
  readonly setDefault: (direction: 'in' | 'out', verdict: 'allow' | 'deny') => void
  readonly undo: () => void
  readonly redo: () => void
}

/** @param hooks the same object for as long as the table is shown */
export function useRuleActions(list: ListName, hooks: TableHooks): RuleActions {
  const store = useDraftStore()
  return useMemo(() => makeActions(store, list, hooks), [store, list, hooks])
}

function makeActions(store: DraftStore, list: ListName, hooks: TableHooks): RuleActions {
  const entries = () => entriesOf(store.getState().document, list)
  const nameOf = (id: string) => text.name(list, positionOf(entries(), id))
  /** Takes the latest step back as long as it is the latest; later on it is made good by a step of its own. */
  const wayBack = (label: string, repair: (document: PolicyDocument) => PolicyDocument) => {
    const after = store.getState().document
    return { undo: () => (store.getState().document === after ? void store.undo() : store.edit(label, repair)) }
  }

  const reorder = (id: string, change: () => Moved): boolean => {
    const before = entries()
    const { list: after, lost } = change()
    if (after === before) return false
    store.edit(text.steps.move(nameOf(id)), (document) => withEntries(document, list, () => after))
    for (const caption of lost) {
      const back = wayBack(text.steps.addSection, (document) => captionEntry(document, list, id, caption))
      toast(text.told.lostSection(firstLine(caption)), back)
    }
    return true
  }

  const move = (id: string, to: Destination) => {
    const before = entries()
    const name = nameOf(id)
    const moved = reorder(id, () => destination(before, id, to, hooks.keys()))
    if (moved) hooks.say(movedSentence(name, id, before, entries()))
    else if (to === 'up' || to === 'top') hooks.say(text.told.first(name))
    else if (to === 'down' || to === 'end') hooks.say(text.told.last(name))
    hooks.show(id)
  }

  return {
    move,
    switch: (id) => {
      const name = nameOf(id)
      const on = entries().find((entry) => entry.id === id)?.enabled === false
      store.edit(on ? text.steps.on(name) : text.steps.off(name), (document) => switchEntry(document, list, id))
      hooks.say(on ? text.told.on(name) : text.told.off(name))
    },
    clone: (id) => {
      const name = nameOf(id)
      const copy = makeId()
      store.edit(text.steps.clone(name), (document) => cloneEntry(document, list, id, copy))
      hooks.say(text.told.cloned(name, nameOf(copy)))
      hooks.show(copy)
    },
    remove: (id) => {
      const name = nameOf(id)
      const before = entries()
      const at = before.findIndex((entry) => entry.id === id)
      const { lost } = removeFrom(before, id)
      store.edit(text.steps.remove(name), (document) => removeEntry(document, list, id))
      const sentences = [text.told.removed(name), ...lost.map((caption) => text.told.lostSection(firstLine(caption)))]
      const back = wayBack(text.steps.restore(name), (document) =>
        withEntries(document, list, (now) => putBack(now, before, id)),
      )
      toast(sentences.join('. '), back)
      const next = entries()[Math.min(at, entries().length - 1)]
      if (next !== undefined) hooks.show(next.id)
    },
    restore: (id, line) => {
      store.edit(text.steps.restore(line), (document) =>
        restoreEntry(document, store.getState().base.document, list, id),
      )
      hooks.show(id)
    },
    drop: (id, over) => void reorder(id, () => moveOnto(entries(), id, over, hooks.keys())),
    caption: (id, caption) =>
      store.edit(text.steps.renameSection, (document) => captionEntry(document, list, id, caption)),
    addSection: (id) =>
      store.edit(text.steps.addSection, (document) => captionEntry(document, list, id, text.section.fresh)),
    removeSection: (id) => {
      const caption = entries().find((entry) => entry.id === id)?.caption ?? ''
      store.edit(text.steps.removeSection, (document) => captionEntry(document, list, id, null))
      const back = wayBack(text.steps.addSection, (document) => captionEntry(document, list, id, caption))
      toast(text.told.removedSection(firstLine(caption)), back)
      hooks.show(id)
    },
    setDefault: (direction, verdict) =>
      store.edit(text.steps.setDefault(direction, verdict), (document) => setDefault(document, direction, verdict)),
    undo: () => {
      const label = store.undo()
      hooks.say(label === null ? text.told.nothingToUndo : text.told.undone(label))
    },
    redo: () => {
      const label = store.redo()
      hooks.say(label === null ? text.told.nothingToRedo : text.told.redone(label))
    },
  }
}

export const firstLine = (caption: string): string => caption.split('\n', 1)[0]!

function destination(
  entries: ReturnType<typeof entriesOf>,
  id: string,
  to: Destination,
  keys: readonly RowKey[],
): Moved {
  if (to === 'up' || to === 'down') return moveBy(entries, id, to === 'up' ? -1 : 1, keys)
  if (to === 'top') return moveToPosition(entries, id, 1)
  if (to === 'end') return moveToPosition(entries, id, entries.length)
  return 'position' in to ? moveToPosition(entries, id, to.position) : moveToSection(entries, id, to.section)
}

/** Its new number; when that is the old one, its new section. */
function movedSentence(
  name: string,
  id: string,
  before: ReturnType<typeof entriesOf>,
  after: ReturnType<typeof entriesOf>,
): string {
  const place = positionOf(after, id)
  if (place !== positionOf(before, id)) return text.told.moved(name, place, after.length)
  const key = sectionOf(after, id)
  const section = sectionsOf(after).find((each) => each.key === key)
  return section?.caption == null ? text.told.movedOut(name) : text.told.movedSection(name, firstLine(section.caption))
}
