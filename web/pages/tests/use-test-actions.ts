import { useMemo } from 'react'

import { text } from '../../messages/tests.ts'
import { useDraftStore } from '../../policy/use-draft.ts'
import { makeId } from '../../rules/make-id.ts'
import { toast } from '../../toasts/toasts.tsx'
import { cloneTest, moveTest, placeOf, removeTest } from './test-edits.ts'

export interface TestActions {
  readonly clone: (id: string) => void
  readonly remove: (id: string) => void
  readonly move: (id: string, to: 'up' | 'down' | 'top' | 'end') => void
  readonly undo: () => void
  readonly redo: () => void
}

/**
 * What is done to tests, each a step of the draft that can be undone.
 * @param say for screen readers
 * @param show puts the focus on a row
 */
export function useTestActions(say: (sentence: string) => void, show: (id: string) => void): TestActions {
  const store = useDraftStore()
  return useMemo(() => {
    const document = () => store.getState().document
    const nameOf = (id: string) => text.name(placeOf(document(), id) + 1)
    return {
      clone: (id) => {
        const name = nameOf(id)
        const copy = makeId()
        store.edit(text.steps.clone(name), (before) => cloneTest(before, id, copy))
        say(text.told.cloned(name, nameOf(copy)))
        show(copy)
      },
      remove: (id) => {
        const name = nameOf(id)
        const at = placeOf(document(), id)
        store.edit(text.steps.remove(name), (before) => removeTest(before, id))
        toast(text.told.removed(name), { undo: () => void store.undo() })
        const { tests } = document()
        const next = tests[Math.min(at, tests.length - 1)]
        if (next !== undefined) show(next.id)
      },
      move: (id, to) => {
        const name = nameOf(id)
        const at = placeOf(document(), id)
        const of = document().tests.length
        const place = { up: at - 1, down: at + 1, top: 0, end: of - 1 }[to]
        store.edit(text.steps.move(name), (before) => moveTest(before, id, place))
        say(text.told.moved(name, placeOf(document(), id) + 1, of))
        show(id)
      },
      undo: () => {
        const label = store.undo()
        say(label === null ? text.told.nothingToUndo : text.told.undone(label))
      },
      redo: () => {
        const label = store.redo()
        say(label === null ? text.told.nothingToRedo : text.told.redone(label))
      },
    }
  }, [store, say, show])
}
