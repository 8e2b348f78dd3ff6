import type { PolicyChange } from '../../shared/api.ts'
import type { ListName } from './entry.ts'

/** How an entry of the draft differs from what is in force. One that was changed and moved is `changed`. */
export type Mark = 'added' | 'changed' | 'moved'

export interface Marks {
  readonly marks: ReadonlyMap<string, Mark>
  readonly removed: readonly { readonly id: string; readonly line: string }[]
}

/** @param changes from what is in force to the draft */
export function marksOf(changes: readonly PolicyChange[], list: ListName): Marks {
  const marks = new Map<string, Mark>()
  const removed: { id: string; line: string }[] = []
  for (const { change, list: where, id, before } of changes) {
    if (where === 'defaults' && list === 'rules' && id !== 'caption') marks.set(id, 'changed')
    if (where !== list) continue
    if (change === 'removed') removed.push({ id, line: before ?? '' })
    else if (change !== 'moved' || !marks.has(id)) marks.set(id, change)
  }
  return { marks, removed }
}
